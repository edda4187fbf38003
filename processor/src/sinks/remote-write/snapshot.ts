import type { Metadata, MetricType, Series } from '../../clients/prometheus/write-request.ts'

/** What prom-client's `getMetricsAsJSON` gives, as far as it is read here. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  /** A word at run time, although declared as a numeric enum. */
  readonly type: unknown
  readonly values: readonly {
    readonly value: number
    readonly labels: Readonly<Record<string, string | number | undefined>>
    /** Name of the series where it is not the family's: `_bucket`, `_sum`, `_count`. */
    readonly metricName?: string
  }[]
}

/** Anything whose metrics can be sent; a prom-client Registry is one. */
export interface MetricSource {
  getMetricsAsJSON(): Promise<readonly MetricFamily[]>
}

export interface Snapshot {
  readonly series: readonly Series[]
  readonly metadata: readonly Metadata[]
}

/** Labels by what identifies a series. */
export type SeriesSet = Map<string, Readonly<Record<string, string>>>

/**
 * All series at one moment, and an end marker for each of `before` that is gone: without it, an attacker that left the
 * top list would be shown for five minutes more. `before` becomes the set of this snapshot.
 */
export function snapshotOf(
  families: readonly MetricFamily[],
  options: {
    readonly timestampMs: number
    readonly labels: Readonly<Record<string, string>>
    readonly before: SeriesSet
  },
): Snapshot {
  const { timestampMs, before } = options
  const series: Series[] = []
  const now: SeriesSet = new Map()
  for (const family of families) {
    for (const { value, labels: own, metricName } of family.values) {
      const labels: Record<string, string> = {
        ...options.labels,
        __name__: metricName ?? family.name,
      }
      for (const [name, text] of Object.entries(own))
        if (text !== undefined) labels[name] = String(text)
      now.set(keyOf(labels), labels)
      series.push({ labels, value, timestampMs })
    }
  }
  for (const [key, labels] of before) {
    if (!now.has(key)) series.push({ labels, value: 'stale', timestampMs })
  }
  before.clear()
  for (const [key, labels] of now) before.set(key, labels)
  return {
    series,
    metadata: families.map(({ name, help, type }) => ({ name, help, type: typeOf(type) })),
  }
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function typeOf(type: unknown): MetricType {
  return type === 'counter' || type === 'histogram' || type === 'summary' ? type : 'gauge'
}
