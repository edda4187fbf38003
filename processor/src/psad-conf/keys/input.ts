import { existingFile } from '../fate.ts'
import type { Fate } from '../fate.ts'
import { switchOf } from '../values.ts'

const isOn = (text: string | undefined): boolean =>
  text !== undefined && switchOf(text, () => undefined)

export const INPUT: readonly Fate[] = [
  {
    keys: ['IPT_SYSLOG_FILE'],
    to: ['sources'],
    how: 'an input of type file, followed from its end; `--psad-conf` leaves inputs alone',
    shown: 'it says where lines are, not what they mean',
    importOnly: true,
    carry(values) {
      if (isOn(values.text('ENABLE_FW_MSG_READ_CMD'))) {
        values.leave('IPT_SYSLOG_FILE', 'ENABLE_FW_MSG_READ_CMD reads lines from a command instead')
        return []
      }
      const reads = values.text('ENABLE_SYSLOG_FILE')
      if (reads !== undefined && !isOn(reads)) {
        values.leave('IPT_SYSLOG_FILE', 'ENABLE_SYSLOG_FILE is off: psad does not read it')
        return []
      }
      const file = existingFile('IPT_SYSLOG_FILE', values)
      if (file === undefined) return []
      if (isOn(values.text('AUTO_DETECT_JOURNALCTL')))
        values.note(
          'IPT_SYSLOG_FILE',
          'where journald runs, psad reads its journal instead (AUTO_DETECT_JOURNALCTL); Picket does so with an input of type journald',
        )
      return [{ path: 'sources', value: [{ type: 'file', paths: [file], from: 'end' }] }]
    },
  },
  {
    keys: ['ENABLE_SYSLOG_FILE', 'FW_DATA_FILE', 'PSAD_FIFO_FILE', 'TRUNCATE_FWDATA'],
    not: 'Picket reads Loki, files, the journal or pushed lines (sources); it needs no kmsgsd and no file between',
  },
  { keys: ['IPT_WRITE_FWDATA'], not: 'psad itself does not use it' },
  {
    keys: [
      'AUTO_DETECT_JOURNALCTL',
      'ENABLE_FW_MSG_READ_CMD',
      'FW_MSG_READ_CMD',
      'FW_MSG_READ_CMD_ARGS',
      'USE_FW_MSG_READ_CMD_ARGS',
    ],
    not: 'an input of type journald reads the journal; lines of any other command come in by a pipe and an input of type stdin',
  },
  {
    keys: ['FW_MSG_READ_MIN_PKTS'],
    not: 'Picket judges after each packet: there are no batches to close',
  },
  {
    keys: [
      'SYSLOG_DAEMON',
      'ETC_SYSLOG_CONF',
      'ETC_RSYSLOG_CONF',
      'ETC_SYSLOGNG_CONF',
      'ETC_METALOG_CONF',
    ],
    not: 'Picket changes no configuration of a syslog daemon',
  },
  {
    keys: ['ULOG_DATA_FILE'],
    not: "an input of type file reads ulogd's log: sources with its path",
  },
  {
    keys: ['FW_ERROR_LOG'],
    not: 'malformed lines are counted (picket_lines_total, result="malformed"); `picket parse` prints each with its reason',
  },
]
