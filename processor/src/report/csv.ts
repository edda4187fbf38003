import type { Report, ReportSource } from '../core/report.ts'

const COLUMNS = [
  'source',
  'dangerLevel',
  'packets',
  'protocols',
  'destinations',
  'signatureMatches',
  'scanTypes',
  'ports',
  'firstSeen',
  'lastSeen',
  'os',
  'reasons',
] as const

/** The report's sources as CSV (RFC 4180): a header, then one row a source. Lists inside a field are parted by blanks or `; `. */
export function* csvPieces(report: Report): Generator<string> {
  yield csvRow(COLUMNS)
  for (const source of report.sources) yield csvRow(fieldsOf(source))
}

export function reportCsv(report: Report): string {
  return [...csvPieces(report)].join('')
}

function fieldsOf(source: ReportSource): (string | number)[] {
  return [
    source.source,
    source.dangerLevel,
    source.packets,
    source.protocols,
    source.destinations.length,
    source.destinations
      .flatMap(({ signatures }) => signatures)
      .reduce((sum, { count }) => sum + count, 0),
    source.scanTypes.join(' '),
    portsField(source),
    source.firstSeen,
    source.lastSeen,
    source.os.join('; '),
    source.reasons.join('; '),
  ]
}

/** `tcp/22-25 udp/53`: what the source asked for on any destination. */
function portsField(source: ReportSource): string {
  const seen = new Set<string>()
  for (const { ports } of source.destinations)
    for (const [protocol, ranges] of Object.entries(ports))
      for (const range of ranges) seen.add(`${protocol}/${range}`)
  return [...seen].join(' ')
}

/** One line of CSV with its line break; fields are quoted where they must be. */
export function csvRow(fields: readonly (string | number)[]): string {
  return `${fields.map(csvField).join(',')}\n`
}

function csvField(value: string | number): string {
  const text = String(value)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
