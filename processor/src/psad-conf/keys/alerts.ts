import { one } from '../fate.ts'
import type { Carried, Fate } from '../fate.ts'
import { numberOf } from '../values.ts'

const NO_MAIL =
  'Picket sends no mail; detections go to its sinks, and Grafana’s alerting can mail on those in Loki'

function cut(key: string, list: string, how: string): Carried {
  return one(key, `report.${list}`, {
    how,
    shown: true,
    convert: (text) => numberOf(text, 0, 65_535, 'length of a list'),
  })
}

export const ALERTS: readonly Fate[] = [
  {
    keys: [
      'EMAIL_ADDRESSES',
      'EMAIL_ALERT_DANGER_LEVEL',
      'EMAIL_APPEND_HEADER',
      'MAIL_ALERT_PREFIX',
      'MAIL_STATUS_PREFIX',
      'MAIL_ERROR_PREFIX',
      'MAIL_FATAL_PREFIX',
    ],
    not: NO_MAIL,
  },
  {
    keys: ['HOSTNAME'],
    not: 'it stands in the subject of mails, and Picket sends none; a detection names the host of its line',
  },
  {
    keys: ['ALERTING_METHODS'],
    not: 'where detections go is what sinks lists: Loki, Grafana annotations, Prometheus, files, standard output',
  },
  {
    keys: [
      'ALERT_ALL',
      'EMAIL_LIMIT',
      'ENABLE_EMAIL_LIMIT_PER_DST',
      'EMAIL_LIMIT_STATUS_MSG',
      'EMAIL_THROTTLE',
    ],
    not: 'a detection is told once, when something is crossed, so there is nothing to limit; Picket sends no mail',
  },
  {
    keys: ['ENABLE_MAC_ADDR_REPORTING'],
    not: 'MAC addresses stood in mails; `picket parse` prints those of each line',
  },
  {
    keys: ['ENABLE_SIG_MSG_SYSLOG', 'SIG_MSG_SYSLOG_THRESHOLD'],
    not: 'each signature is a detection of its own, once a scan, in every sink',
  },
  { keys: ['SIG_SID_SYSLOG_THRESHOLD'], not: 'it has no effect in psad either' },
  {
    keys: ['SYSLOG_IDENTITY', 'SYSLOG_FACILITY', 'SYSLOG_PRIORITY'],
    not: 'detections are lines in Loki (sinks) with job="picket" and a level; Picket writes to no syslog',
  },
  {
    keys: ['TOP_PORTS_LOG_THRESHOLD', 'TOP_SIGS_LOG_THRESHOLD', 'TOP_IP_LOG_THRESHOLD'],
    not: 'psad cuts its files by them; the JSON report is complete, --top cuts it',
  },
  cut('STATUS_PORTS_THRESHOLD', 'ports', '0 is all'),
  cut('STATUS_SIGS_THRESHOLD', 'signatures', '0 is all'),
  cut('STATUS_IP_THRESHOLD', 'attackers', '0 is all; psad shows one less than it says (Q26)'),
  { keys: ['TOP_SCANS_CTR_THRESHOLD'], not: 'Picket rewrites no files at intervals' },
  {
    keys: ['ENABLE_DNS_LOOKUPS', 'DNS_LOOKUP_THRESHOLD'],
    not: 'Picket looks up no names: nothing may hold detection up (Q51)',
  },
  {
    keys: [
      'ENABLE_WHOIS_LOOKUPS',
      'WHOIS_TIMEOUT',
      'WHOIS_LOOKUP_THRESHOLD',
      'ENABLE_WHOIS_FORCE_ASCII',
      'ENABLE_WHOIS_FORCE_SRC_IP',
    ],
    not: 'Picket asks no whois server: nothing may hold detection up (Q51)',
  },
  {
    keys: ['ENABLE_EXT_SCRIPT_EXEC', 'EXTERNAL_SCRIPT', 'EXEC_EXT_SCRIPT_PER_ALERT'],
    not: 'Picket runs no programs; a sink of type stdout or jsonl hands every detection to a script of yours',
    switch: 'ENABLE_EXT_SCRIPT_EXEC',
  },
  {
    keys: [
      'ENABLE_DSHIELD_ALERTS',
      'DSHIELD_ALERT_EMAIL',
      'DSHIELD_ALERT_INTERVAL',
      'DSHIELD_USER_ID',
      'DSHIELD_USER_EMAIL',
      'DSHIELD_DL_THRESHOLD',
    ],
    not: 'Picket reports nothing to DShield; `picket parse` and a sink of type jsonl have all that a report needs',
    switch: 'ENABLE_DSHIELD_ALERTS',
  },
]
