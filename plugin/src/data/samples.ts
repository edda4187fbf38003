import { columnNamed, timeColumn, type Column, type Table } from './frames'
import type { RowRef } from './model'
import type { Problems } from './problems'
import type { Queries } from './queries'
import { asNumber, asText, asTime, capped, plainName } from './cells'

export const METRIC_NAMES = [
  'picket_attacker_packets',
  'picket_attacker_danger_level',
  'picket_scanned_port_packets',
  'picket_scanned_port_sources',
  'picket_signature_matches_total',
  'picket_detections_total',
  'picket_sources',
] as const
export type MetricName = (typeof METRIC_NAMES)[number]

/** One value of one series. */
export interface Sample {
  readonly name: MetricName
  /** Labels by their names in Prometheus. */
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
  /** ms, NaN where unknown. */
  readonly time: number
  /** Tells series apart: name and labels. */
  readonly series: string
  readonly row: RowRef
}

/** Labels that Picket's metrics have; in tables each is a column. */
const LABELS = [
  'source',
  'protocol',
  'port',
  'sid',
  'message',
  'danger_level',
  'kind',
  'instance',
  'job',
]

/** Takes the samples of a table, of any form that Grafana makes of Prometheus' answers; [] if it holds none. */
export function readSamples(table: Table, queries: Queries, problems: Problems): Sample[] {
  const values = table.columns.filter((column) => isValue(column))
  if (values.length === 0) return []
  const time = timeColumn(table)?.values
  const samples: Sample[] = []
  const labelColumns = LABELS.map((name) => [name, columnNamed(table, plainName(name))] as const)
  const names = columnNamed(table, 'name')
  for (const column of values) {
    const own = labelsOfSeries(column.labels)
    const named = metricOf(column, table, queries)
    const columnsOfLabels = labelColumns.filter(
      ([, labels]) => labels !== undefined && labels !== column,
    )
    // A table without labels and without a name in sight is somebody else's.
    const guess = named ?? inferred(column, own, columnsOfLabels)
    if (guess === undefined && names === undefined) continue
    let odd = 0
    const seriesOfColumn = own.size > 0 || columnsOfLabels.length === 0
    const shared = seriesOfColumn ? keyOf(own) : ''
    for (let row = 0; row < column.values.length; row++) {
      const cell = column.values[row]
      if (cell === null || cell === undefined) continue
      const value = asNumber(cell)
      const name = metricNamed(asText(names?.values[row])) ?? guess
      if (name === undefined) continue
      if (value === undefined) {
        odd++
        continue
      }
      const labels = seriesOfColumn ? own : labelsOfRow(columnsOfLabels, row)
      samples.push({
        name,
        labels,
        value,
        time: asTime(time?.[row]) ?? Number.NaN,
        series: `${name}${seriesOfColumn ? shared : keyOf(labels)}`,
        row: { frame: table.frame, row },
      })
    }
    if (odd > 0) problems.add('wrong-type', table.where, column.name, odd)
  }
  return samples
}

/** Numbers that are no label and no time. */
function isValue({ type, key, values, labels }: Column): boolean {
  if (type !== 'number' && !(type === '' && typeof values[0] === 'number')) return false
  return labels !== undefined || !LABELS.some((label) => plainName(label) === key)
}

/** The metric by what is written nearest to the column: labels, names, the query. */
function metricOf(column: Column, table: Table, queries: Queries): MetricName | undefined {
  const ref = /^Value #(.+)$/.exec(column.name)?.[1]
  return (
    metricNamed(asText(column.labels?.['__name__'])) ??
    metricNamed(column.displayName) ??
    metricNamed(column.name) ??
    metricNamed(table.name) ??
    metricNamed(queries(ref ?? table.refId).expr)
  )
}

function metricNamed(text: string | undefined): MetricName | undefined {
  if (text === undefined || text === '') return undefined
  // Longer names first: picket_sources is no part of another, but a text may hold several.
  return METRIC_NAMES.find((name) => new RegExp(`(^|[^a-z_])${name}($|[^a-z_])`).test(text))
}

/** The metric by its labels alone. A danger level is at most 5: so are few packets, but then nothing is lost. */
function inferred(
  { values }: Column,
  own: ReadonlyMap<string, string>,
  columns: readonly (readonly [string, Column | undefined])[],
): MetricName | undefined {
  const has = (name: string): boolean => own.has(name) || columns.some(([label]) => label === name)
  if (has('sid')) return 'picket_signature_matches_total'
  if (has('port') && has('protocol')) return 'picket_scanned_port_packets'
  if (has('danger_level')) return has('kind') ? 'picket_detections_total' : 'picket_sources'
  if (!has('source')) return undefined
  for (let row = 0; row < values.length; row++) {
    const value = asNumber(values[row])
    if (value !== undefined && (value > 5 || !Number.isInteger(value)))
      return 'picket_attacker_packets'
  }
  return 'picket_attacker_danger_level'
}

function labelsOfSeries(labels: Column['labels']): ReadonlyMap<string, string> {
  const own = new Map<string, string>()
  for (const [name, value] of Object.entries(labels ?? {}).slice(0, 100)) {
    const text = asText(value)
    if (text !== undefined && name !== '__name__') own.set(capped(name), text)
  }
  return own
}

function labelsOfRow(
  columns: readonly (readonly [string, Column | undefined])[],
  row: number,
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const [name, column] of columns) {
    const text = asText(column?.values[row])
    if (text !== undefined) labels.set(name, text)
  }
  return labels
}

function keyOf(labels: ReadonlyMap<string, string>): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)))
}
