import pc from 'picocolors'
import type { Report } from '../core/report.ts'
import { version } from '../version.ts'
import { detailPieces } from './text-detail.ts'
import { PSAD_LENGTHS } from './lengths.ts'
import type { ReportLengths } from './lengths.ts'
import { levelColor, list, printable } from './text-parts.ts'

export interface TextOptions {
  /** Entries of every list, 0 = all; over `lengths`. */
  readonly top?: number | undefined
  /** Default: psad's own. */
  readonly lengths?: ReportLengths | undefined
  readonly color: boolean
  /** Leave out the detail of each source. */
  readonly summary?: boolean
}

/** The report as psad's status reads: its sections, their order and wording, complete and sorted. */
export function reportText(report: Report, options: TextOptions): string {
  return [...textPieces(report, options)].join('')
}

/** The same in pieces, one a source, for reports longer than the longest string. */
export function* textPieces(report: Report, options: TextOptions): Generator<string> {
  const { color, top, lengths = PSAD_LENGTHS } = options
  yield levels(report, color)
  yield signatures(report, top ?? lengths.signatures)
  yield attackers(report, top ?? lengths.attackers, color)
  yield ports(report, top ?? lengths.ports)
  yield counters(report)
  yield health(report, color)
  if (options.summary !== true) yield* detailPieces(report, { color, top: top ?? 0 })
}

function levels(report: Report, color: boolean): string {
  const { lines, dangerLevels, window } = report
  const { 'not-a-packet': notAPacket, malformed, ignored } = lines.skipped
  const rows = Object.entries(dangerLevels).map(
    ([level, n]) =>
      `    ${levelColor(Number(level), n > 0 && color)(`Level ${level}: ${n} IP addresses`)}`,
  )
  const tracked = Object.values(dangerLevels).reduce((sum, n) => sum + n, 0)
  return list([
    `[+] Found ${lines.packets} iptables log messages out of ${lines.read} total lines.`,
    `    Not a packet: ${notAPacket}, malformed: ${malformed}, ignored packets: ${ignored}`,
    window.from === null
      ? '    No packets.'
      : `    From ${window.from} to ${window.to ?? ''}, profile ${report.profile}`,
    '[+] Scan danger levels:',
    ...rows,
    '',
    `    Tracking ${tracked} total IP addresses`,
    '',
    `[+] Version: picket v${version}`,
    '',
  ])
}

/** `[+] Top 25 attackers:`; without a cut, without a number. */
function heading(what: string, top: number): string {
  return top > 0 ? `[+] Top ${top} ${what}:` : `[+] Top ${what}:`
}

const NONE = '        [NONE]'

function section(title: string, rows: readonly string[]): string {
  return list([title, ...(rows.length === 0 ? [NONE] : rows), ''])
}

function cut<T>(entries: readonly T[], top: number): readonly T[] {
  return top > 0 ? entries.slice(0, top) : entries
}

function signatures(report: Report, top: number): string {
  return section(
    heading('signature matches', top),
    cut(report.signatures, top).map(
      ({ message, protocol, count, sources, sid }) =>
        `      "${printable(message)}" (${protocol}),  Count: ${count},  Unique sources: ${sources},  Sid: ${sid}`,
    ),
  )
}

function attackers(report: Report, top: number, color: boolean): string {
  const shown = cut(report.attackers, top)
  const width = Math.max(15, ...shown.map(({ source }) => source.length))
  return section(
    heading('attackers', top),
    shown.map(({ source, dangerLevel, packets, signatureMatches, local }) => {
      const level = levelColor(dangerLevel, color)(`DL: ${dangerLevel}`)
      return `      ${source.padEnd(width)} ${level}, Packets: ${packets}, Sig count: ${signatureMatches}${local === true ? ', (local IP)' : ''}`
    }),
  )
}

function ports(report: Report, top: number): string {
  const blocks: string[] = []
  for (const protocol of ['tcp', 'udp', 'udplite']) {
    const rows = cut(
      report.ports.filter((port) => port.protocol === protocol),
      top,
    )
    if (rows.length > 0)
      blocks.push(
        list(
          rows.map(
            ({ port, packets }) => `      ${protocol} ${String(port).padEnd(5)} ${packets} packets`,
          ),
        ),
      )
  }
  return `${heading('scanned ports', top)}\n${blocks.length === 0 ? `${NONE}\n` : blocks.join('\n')}\n`
}

/** Most first; JSON objects put keys that look like numbers before others, so the order is made here. */
function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

function counters(report: Report): string {
  return (
    section(
      '[+] iptables log prefix counters:',
      byCount(report.prefixes).map(([prefix, n]) => `      "${printable(prefix)}": ${n}`),
    ) +
    list([
      '    Total protocol packet counters:',
      ...byCount(report.protocols).map(([protocol, n]) => `${protocol.padStart(12)}: ${n} pkts`),
      '',
    ])
  )
}

function health(report: Report, color: boolean): string {
  if (report.loggingHealth.length === 0) return ''
  const { yellow } = pc.createColors(color)
  return section(
    '[+] Logging health:',
    report.loggingHealth.map(
      ({ check, prefix, detail, since }) =>
        `      ${yellow(check)}${prefix === undefined ? '' : ` "${printable(prefix)}"`}: ${printable(detail)}${since === undefined ? '' : `, since ${since}`}`,
    ),
  )
}
