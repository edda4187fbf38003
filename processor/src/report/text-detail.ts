import type { Report, ReportDestination, ReportSource } from '../core/report.ts'
import { levelColor, list, printable } from './text-parts.ts'

const PORT_PROTOCOLS = new Set(['tcp', 'udp', 'udplite'])

/** Ranges and ports printed on one line; the JSON report has all. */
const MAX_RANGES = 100

/** `IP Status Detail`: every source with its destinations, then the totals. */
export function* detailPieces(
  report: Report,
  options: { readonly color: boolean; readonly top: number },
): Generator<string> {
  const sources = options.top > 0 ? report.sources.slice(0, options.top) : report.sources
  const destinations = new Set<string>()
  yield '[+] IP Status Detail:\n\n'
  if (sources.length === 0) yield '        [NONE]\n\n'
  for (const source of sources) {
    for (const { destination } of source.destinations) destinations.add(destination)
    yield sourceText(source, options.color)
  }
  yield list([
    `    Total scan sources: ${sources.length}`,
    `    Total scan destinations: ${destinations.size}`,
  ])
}

function sourceText(source: ReportSource, color: boolean): string {
  // psad counts a rule once for each destination (psad.md Q35).
  const matched = new Set(
    source.destinations.flatMap(({ signatures }) => signatures.map(({ sid }) => sid)),
  ).size
  const level = levelColor(source.dangerLevel, color)(`DL: ${source.dangerLevel}`)
  const lines = [
    `SRC:  ${source.source}, ${level}, Dsts: ${source.destinations.length}, Pkts: ${source.packets}, Total protocols: ${source.protocols}, Unique sigs: ${matched}`,
    `    Seen: ${source.firstSeen} to ${source.lastSeen}`,
  ]
  if (source.scanTypes.length > 0) lines.push(`    Scan types: ${source.scanTypes.join(', ')}`)
  for (const reason of source.reasons) lines.push(`    Reason: ${printable(reason)}`)
  if (source.os.length > 0)
    lines.push(
      '    Source OS fingerprint(s):',
      ...source.os.map((label) => `        ${printable(label)}`),
    )
  lines.push('')
  for (const destination of source.destinations) lines.push(...destinationLines(destination))
  return list(lines)
}

function destinationLines(destination: ReportDestination): string[] {
  const { ports, packets, protocols, signatures, invalidIcmp = [] } = destination
  const where = [
    ...(destination.chain === '' ? [] : [`Chain: ${printable(destination.chain)}`]),
    ...(destination.interface === '' ? [] : [`Intf: ${printable(destination.interface)}`]),
  ]
  const scanned = Object.entries(ports)
    .filter(([, ranges]) => ranges.length > 0)
    .map(([protocol, ranges]) => `${protocol.toUpperCase()} ${shortened(ranges)}`)
  const counts = [`Pkts: ${packets}`, ...where].join(', ')
  const lines = [
    `    DST: ${destination.destination}`,
    scanned.length === 0
      ? `        ${counts}`
      : `        Scanned ports: ${scanned.join(', ')}, ${counts}`,
  ]
  if (protocols.some((protocol) => !PORT_PROTOCOLS.has(protocol)))
    lines.push(
      `        ${[`Total scanned IP protocols: ${protocols.length}`, ...where].join(', ')}`,
    )
  const chain = destination.chain === '' ? '' : `, Chain: ${printable(destination.chain)}`
  for (const { message, protocol, count, ports: matched, flags, sid } of signatures) {
    const target = matched.length === 0 ? '' : `, DP: ${shortened(matched.map(String))}`
    const set = flags.length === 0 ? '' : `, ${flags.join(' ')}`
    lines.push(
      `        Signature match: "${printable(message)}"`,
      `            ${protocol.toUpperCase()}${chain}, Count: ${count}${target}${set}, Sid: ${sid}`,
    )
  }
  for (const { type, code, packets: count } of invalidIcmp)
    lines.push(`        Invalid ICMP type ${type} code ${code}${chain}, Packets: ${count}`)
  return [...lines, '']
}

function shortened(ranges: readonly string[]): string {
  if (ranges.length <= MAX_RANGES) return ranges.join(' ')
  return `${ranges.slice(0, MAX_RANGES).join(' ')} and ${ranges.length - MAX_RANGES} more`
}
