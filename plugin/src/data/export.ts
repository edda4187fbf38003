import { addressKey } from './address'
import type { Attacker } from './model'
import { portText } from './port-text'

export const EXPORT_FORMATS = ['csv', 'json', 'addresses', 'ipset', 'nftables'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** A file of attackers: its text, name without folder, and media type. */
export interface ExportFile {
  readonly text: string
  readonly name: string
  readonly type: string
}

export function exportFile(attackers: readonly Attacker[], format: ExportFormat): ExportFile {
  switch (format) {
    case 'csv':
      return { text: attackersCsv(attackers), name: 'attackers.csv', type: 'text/csv' }
    case 'json':
      return { text: attackersJson(attackers), name: 'attackers.json', type: 'application/json' }
    case 'addresses':
      return { text: addressList(attackers), name: 'blocklist.txt', type: 'text/plain' }
    case 'ipset':
      return { text: ipsetRestore(attackers), name: 'blocklist.ipset', type: 'text/plain' }
    case 'nftables':
      return { text: nftablesSet(attackers), name: 'blocklist.nft', type: 'text/plain' }
  }
}

/** Comma-separated, one row an attacker, after RFC 4180; lists are joined by `; `, times are ISO 8601. */
export function attackersCsv(attackers: readonly Attacker[]): string {
  const rows = attackers.map((attacker) => CSV_COLUMNS.map(([, value]) => csvCell(value(attacker))))
  return [CSV_COLUMNS.map(([name]) => name), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

/** A list of objects with all that is known of each; times are ISO 8601, unknown ones are left out. */
export function attackersJson(attackers: readonly Attacker[]): string {
  const rows = attackers.map(({ index: _index, row: _row, firstSeen, lastSeen, ...rest }) => ({
    ...rest,
    firstSeen: isoTime(firstSeen) || undefined,
    lastSeen: isoTime(lastSeen) || undefined,
  }))
  return `${JSON.stringify(rows, null, 2)}\n`
}

/** One address a line. */
export function addressList(attackers: readonly Attacker[]): string {
  return [...addresses(attackers, '4'), ...addresses(attackers, '6')].map((a) => `${a}\n`).join('')
}

/** Input of `ipset restore`: a set for each family. */
export function ipsetRestore(attackers: readonly Attacker[]): string {
  const set = (family: '4' | '6') => {
    const name = `picket${family}`
    const list = addresses(attackers, family)
    if (list.length === 0) return ''
    const inet = family === '4' ? 'inet' : 'inet6'
    const room = Math.max(65_536, 2 ** Math.ceil(Math.log2(list.length)))
    const create = `create ${name} hash:ip family ${inet} maxelem ${room} -exist\n`
    return create + list.map((address) => `add ${name} ${address} -exist\n`).join('')
  }
  return set('4') + set('6')
}

/** Input of `nft -f`: a table of its own with a set for each family. */
export function nftablesSet(attackers: readonly Attacker[]): string {
  const set = (family: '4' | '6') => {
    const list = addresses(attackers, family)
    // An empty list of elements is a syntax error.
    const elements = list.length === 0 ? '' : `    elements = {\n${lines(list)}    }\n`
    return `  set attackers${family} {\n    type ipv${family}_addr\n${elements}  }\n`
  }
  const lines = (list: string[]) => list.map((address) => `      ${address},\n`).join('')
  return `table inet picket {\n${set('4')}${set('6')}}\n`
}

// Only what is an address gets into a list that a person feeds to a firewall's tools as root: the rest is an attacker's text.
function addresses(attackers: readonly Attacker[], family: '4' | '6'): string[] {
  const found = new Map<string, string>()
  for (const { source } of attackers) {
    const key = addressKey(source)
    if (key?.[0] === family && !found.has(key)) found.set(key, addressText(key))
  }
  return [...found.values()]
}

/** The address of a key, IPv6 as eight groups: every tool reads that. */
function addressText(key: string): string {
  const digits = key.slice(1)
  return key[0] === '4'
    ? (digits.match(/../g) ?? []).map((part) => parseInt(part, 16)).join('.')
    : (digits.match(/..../g) ?? []).map((part) => parseInt(part, 16).toString(16)).join(':')
}

const list = (values: readonly string[]) => values.join('; ')

const CSV_COLUMNS: ReadonlyArray<readonly [string, (attacker: Attacker) => string | number]> = [
  ['source', (a) => a.source],
  ['level', (a) => a.level],
  ['packets', (a) => a.packets],
  ['destinations', (a) => a.destinationCount],
  ['ports', (a) => portText(a.ports).text],
  ['ports_truncated', (a) => String(a.portsTruncated)],
  ['kinds', (a) => list(a.kinds)],
  ['signatures', (a) => list(a.signatures.map(({ sid, message }) => `${sid} ${message}`))],
  ['os', (a) => a.os ?? ''],
  ['country', (a) => a.country ?? ''],
  ['asn', (a) => a.asn ?? ''],
  ['hostname', (a) => a.hostname ?? ''],
  ['first_seen', (a) => isoTime(a.firstSeen)],
  ['last_seen', (a) => isoTime(a.lastSeen)],
  ['detections', (a) => a.detections],
  ['reasons', (a) => list(a.reasons)],
]

function csvCell(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  // A spreadsheet takes a cell that begins so for a formula and runs it: an apostrophe makes it text.
  const safe = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value.trimStart() || value)
    ? `'${value}`
    : value
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function isoTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : ''
}
