import { bucketOf, bucketStart, type LevelBuckets } from '../../data/buckets'
import type { Level } from '../../data/model'

/** Levels that are stacked, from the bottom up. */
export const STACKED: readonly Level[] = [1, 2, 3, 4, 5]

/** uPlot's columns: x, one series a level, and the window. */
export type StackData = [number[], ...Array<Array<number | null | undefined>>]

/**
 * Columns for uPlot: the bucket's start, then from the top of the stack down what each level and those below it hold. Bars
 * are drawn one over the other, so the lower ones are painted last. The time range rides along as a last, hidden
 * series: uPlot asks for the x range while it takes new data, when React has not yet told anybody about the new range.
 */
export function stackData(
  buckets: LevelBuckets,
  hidden: ReadonlySet<Level>,
  from: number,
  to: number,
): StackData {
  const { count } = buckets
  const x = Array.from({ length: count + 1 }, (_, i) => bucketStart(buckets, i))
  const sums = new Float64Array(count)
  const columns: Array<Array<number | undefined>> = []
  for (const level of STACKED) {
    const own = buckets.counts[level]
    const visible = !hidden.has(level)
    for (let i = 0; visible && i < count; i++) sums[i] = (sums[i] ?? 0) + (own?.[i] ?? 0)
    columns.unshift([...sums, undefined])
  }
  const window = x.map((_, i) => (i === 0 ? from : i === 1 ? to : undefined))
  return [x, ...columns, window]
}

/** Time range that `stackData` put beside the data. */
export function windowOf(
  data: ReadonlyArray<ArrayLike<number | null | undefined>>,
): [number, number] {
  const window = data[STACKED.length + 1]
  return [window?.[0] ?? 0, window?.[1] ?? 1]
}

/** Level of the segment that a value on the vertical axis lies in; the top one where it lies above. */
export function levelAt(
  buckets: LevelBuckets,
  hidden: ReadonlySet<Level>,
  bucket: number,
  value: number,
): Level | undefined {
  let sum = 0
  let top: Level | undefined
  for (const level of STACKED) {
    const own = hidden.has(level) ? 0 : (buckets.counts[level]?.[bucket] ?? 0)
    if (own === 0) continue
    sum += own
    top = level
    if (value <= sum) break
  }
  return top
}

export interface BucketRow {
  readonly level: Level
  readonly count: number
}

/** Rows of the tooltip for a time; levels from the highest down unless sorted by value. */
export function bucketRows(
  buckets: LevelBuckets,
  hidden: ReadonlySet<Level>,
  time: number,
  sort: 'none' | 'asc' | 'desc',
): readonly BucketRow[] {
  const bucket = bucketOf(buckets, time)
  if (bucket < 0) return []
  const rows = STACKED.toReversed()
    .filter((level) => !hidden.has(level))
    .map((level) => ({ level, count: buckets.counts[level]?.[bucket] ?? 0 }))
  if (sort === 'none') return rows
  return rows.sort((a, b) => (sort === 'asc' ? a.count - b.count : b.count - a.count))
}
