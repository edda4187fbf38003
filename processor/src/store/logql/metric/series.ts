import type { LabelSet } from '../../label-set.ts'
import { StoreError } from '../../store-error.ts'

/** The points in time at which a metric query is evaluated: start, start + step, … */
export interface Grid {
  readonly startNs: bigint
  readonly stepNs: bigint
  readonly steps: number
}

/** One series over the whole grid. */
export interface Series {
  readonly labels: LabelSet
  readonly values: Float64Array
  /** 1 where there is a value. */
  readonly present: Uint8Array
}

export type MetricValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'vector'; readonly series: Series[] }

export function emptySeries(labels: LabelSet, steps: number): Series {
  return { labels, values: new Float64Array(steps), present: new Uint8Array(steps) }
}

export function constantSeries(labels: LabelSet, steps: number, value: number): Series {
  return {
    labels,
    values: new Float64Array(steps).fill(value),
    present: new Uint8Array(steps).fill(1),
  }
}

export function withoutEmpty(series: readonly Series[]): Series[] {
  return series.filter(({ present }) => present.includes(1))
}

export function checkSeriesCount(count: number, limit: number): void {
  if (count > limit) {
    throw new StoreError(400, `maximum of series (${limit}) reached for a single query`)
  }
}
