import { javascriptPattern } from '../pattern.ts'
import { one } from '../fate.ts'
import type { Carried, Fate, Values } from '../fate.ts'
import { quote } from '../../config/checks.ts'
import { formatDuration } from '../../config/values-text.ts'
import {
  listOf,
  networksOf,
  numberOf,
  portsOf,
  protocolNames,
  protocolsOf,
  switchOf,
} from '../values.ts'

const LEVELS = [1, 2, 3, 4, 5] as const

/** Five keys, each above the one before, as one list. A missing one has psad's default. */
function thresholds(
  path: string,
  keyOf: (level: number) => string,
  {
    what,
    defaults,
    first,
  }: { what: string; defaults: readonly number[]; first: (n: number, values: Values) => number },
): Carried {
  return {
    keys: LEVELS.map(keyOf),
    to: [path],
    how: 'five keys become a list',
    shown: true,
    carry(values) {
      const list: number[] = []
      let isDefined = false
      for (const level of LEVELS) {
        const key = keyOf(level)
        const text = values.text(key)
        isDefined ||= text !== undefined
        const read =
          text === undefined ? defaults[level - 1]! : numberOf(text, 0, 1e9, `number of ${what}`)
        const value = level === 1 ? first(read, values) : read
        const before = list.at(-1)
        if (before !== undefined && value <= before)
          throw new RangeError(
            `${keyOf(level - 1)} is ${before}, ${keyOf(level)} is ${value}: expected each above the one before`,
          )
        list.push(value)
      }
      return isDefined ? [{ path, value: list }] : []
    },
  }
}

/** Where psad takes 0 and 1 for the same: there is always one packet, one protocol, one level to be shown. */
function atLeastOne(key: string, n: number, values: Values): number {
  if (n === 0) values.note(key, '0 becomes 1, which is the same')
  return Math.max(n, 1)
}

export const DETECTION: readonly Fate[] = [
  one('HOME_NET', 'homeNet', {
    how: 'a list; `address/mask` becomes a CIDR',
    shown: true,
    convert: (text) => networksOf(text),
  }),
  {
    keys: ['ENABLE_INTF_LOCAL_NETS'],
    not: 'the networks that are yours are those of homeNet; Picket asks no interface of the machine that it runs on',
  },
  {
    keys: ['FW_SEARCH_ALL', 'FW_MSG_SEARCH'],
    to: ['detection.requireText'],
    how: 'with FW_SEARCH_ALL N the expressions of FW_MSG_SEARCH, else none; override files count (Q46), and a line that several expressions match is one packet (Q10)',
    shown: true,
    carry(values) {
      const all = values.text('FW_SEARCH_ALL')
      const takesAll = all === undefined || switchOf(all, () => undefined)
      if (takesAll) {
        values.leave('FW_MSG_SEARCH', 'FW_SEARCH_ALL takes every packet line, so it has no effect')
        return all === undefined ? [] : [{ path: 'detection.requireText', value: [] }]
      }
      if (all !== 'N')
        values.note(
          'FW_SEARCH_ALL',
          `${quote(all)} means no here; psad acts on N alone and took it for yes (Q45)`,
        )
      const texts = values.texts('FW_MSG_SEARCH').filter((text) => text !== '')
      if (texts.length === 0)
        throw new RangeError(
          'FW_SEARCH_ALL is N and FW_MSG_SEARCH has no text: expected one that lines must have, or FW_SEARCH_ALL Y',
        )
      return [{ path: 'detection.requireText', value: texts.map(javascriptPattern) }]
    },
  },
  thresholds('detection.dangerLevels', (level) => `DANGER_LEVEL${level}`, {
    what: 'packets',
    defaults: [5, 15, 150, 1500, 10_000],
    first: (n, values) => atLeastOne('DANGER_LEVEL1', n, values),
  }),
  thresholds('detection.uniqueHosts', (level) => `DL${level}_UNIQUE_HOSTS`, {
    what: 'destinations',
    defaults: [10, 20, 50, 100, 500],
    first: (n, values) => {
      if (n === 0)
        values.note(
          'DL1_UNIQUE_HOSTS',
          '0 switches sweeps off, as psad says; psad itself then gives every packet level 1 (Q6)',
        )
      return n
    },
  }),
  {
    keys: ['CHECK_INTERVAL'],
    not: 'psad counts destinations anew every few seconds; Picket counts them over the whole scan, by the time of the lines',
  },
  one('PORT_RANGE_SCAN_THRESHOLD', 'detection.portRangeScan', {
    shown: true,
    convert: (text) => numberOf(text, 0, 65_535, 'number of ports'),
  }),
  {
    keys: ['PORT_RANGE_SWEEP_THRESHOLD'],
    not: 'psad marks sweeps by it but never shows the mark (Q4); Picket tells of a sweep by the number of destinations, detection.uniqueHosts',
  },
  one('PROTOCOL_SCAN_THRESHOLD', 'detection.protocolScan', {
    shown: true,
    convert: (text, values) =>
      atLeastOne('PROTOCOL_SCAN_THRESHOLD', numberOf(text, 0, 255, 'number of protocols'), values),
  }),
  one('ENABLE_PERSISTENCE', 'detection.persistence', {
    shown: 'psad -A has one batch without time-out',
    convert: (text, values) => switchOf(text, values.noteFor('ENABLE_PERSISTENCE')),
  }),
  one('SCAN_TIMEOUT', 'detection.scanTimeout', {
    how: 'seconds become a duration; it runs from the last packet, not from the first (Q48)',
    shown: 'psad -A has one batch without time-out',
    convert: (text) => formatDuration(numberOf(text, 1, 1e9, 'number of seconds') * 1000),
  }),
  {
    keys: ['PERSISTENCE_CTR_THRESHOLD'],
    not: 'a scan of Picket ends when its time is over, not at the next of several intervals',
  },
  one('MAX_SCAN_IP_PAIRS', 'limits.pairs', {
    shown: true,
    convert: (text) => numberOf(text, 0, 1e9, 'number of pairs'),
  }),
  one('MIN_DANGER_LEVEL', 'detection.minDangerLevel', {
    shown: true,
    convert: (text, values) =>
      atLeastOne('MIN_DANGER_LEVEL', numberOf(text, 0, 5, 'danger level'), values),
  }),
  one('ENABLE_IPV6_DETECTION', 'detection.ipv6', {
    shown: true,
    convert: (text, values) => switchOf(text, values.noteFor('ENABLE_IPV6_DETECTION')),
  }),
  one('IGNORE_CONNTRACK_BUG_PKTS', 'detection.ignore.ackAndRst', {
    shown: true,
    convert: (text, values) => switchOf(text, values.noteFor('IGNORE_CONNTRACK_BUG_PKTS')),
  }),
  one('IGNORE_PORTS', 'detection.ignore.ports', {
    how: 'a list, NONE is the empty one',
    shown: true,
    convert: (text, values) => portsOf(text, values.noteFor('IGNORE_PORTS')),
  }),
  one('IGNORE_PROTOCOLS', 'detection.ignore.protocols', {
    how: 'a list, NONE is the empty one; any spelling covers the protocol (Q19)',
    shown: true,
    convert: (text, values) =>
      protocolsOf(
        text,
        protocolNames(values.fileText('PROTOCOLS_FILE')),
        values.noteFor('IGNORE_PROTOCOLS'),
      ),
  }),
  one('IGNORE_INTERFACES', 'detection.ignore.interfaces', {
    how: 'a list, NONE is the empty one',
    shown: true,
    convert: (text) => listOf(text),
  }),
  one('IGNORE_LOG_PREFIXES', 'detection.ignore.prefixes', {
    how: 'a list of one regular expression, NONE is the empty one',
    shown: true,
    convert: (text) => (/^(?:none)?$/i.test(text) ? [] : [javascriptPattern(text)]),
  }),
  one('IGNORE_KERNEL_TIMESTAMP', 'detection.kernelTimestamps', {
    how: 'Y becomes strip, N keep',
    shown: true,
    convert: (text, values) =>
      switchOf(text, values.noteFor('IGNORE_KERNEL_TIMESTAMP')) ? 'strip' : 'keep',
  }),
  one('EXPECT_TCP_OPTIONS', 'detection.expectTcpOptions', {
    shown: 'the mark of masscan stands in alerts only',
    convert: (text, values) => switchOf(text, values.noteFor('EXPECT_TCP_OPTIONS')),
  }),
  one('MAX_HOPS', 'fingerprints.maxHops', {
    shown: true,
    convert: (text) => numberOf(text, 1, 255, 'number of hops'),
  }),
  {
    keys: ['ENABLE_CUSTOM_SYSLOG_TS_RE', 'CUSTOM_SYSLOG_TS_RE'],
    to: ['time.pattern'],
    how: 'the expression, if the switch is on: its groups are time and host',
    shown: 'a report of psad -A has neither times nor hosts',
    carry(values) {
      const enabled = values.text('ENABLE_CUSTOM_SYSLOG_TS_RE')
      if (
        enabled === undefined ||
        !switchOf(enabled, values.noteFor('ENABLE_CUSTOM_SYSLOG_TS_RE'))
      ) {
        values.leave(
          'ENABLE_CUSTOM_SYSLOG_TS_RE',
          'off: Picket knows the usual forms of times without it',
        )
        values.leave(
          'CUSTOM_SYSLOG_TS_RE',
          'ENABLE_CUSTOM_SYSLOG_TS_RE is off, so it has no effect',
        )
        return []
      }
      const text = values.text('CUSTOM_SYSLOG_TS_RE')
      if (text === undefined || text === '')
        throw new RangeError(
          'ENABLE_CUSTOM_SYSLOG_TS_RE is on and CUSTOM_SYSLOG_TS_RE is empty: expected an expression with a group for the time and one for the host',
        )
      return [{ path: 'time.pattern', value: javascriptPattern(text) }]
    },
  },
]
