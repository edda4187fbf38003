import type { Model } from './model'

/** Time cut into buckets of `step` ms from `start` on. */
export interface TimeGrid {
  readonly start: number
  readonly step: number
  readonly count: number
  /**
   * Where each bucket starts and the last one ends, if they are of days: with daylight saving time not every day has 24
   * hours.
   */
  readonly edges?: readonly number[]
}

/** What was active in each bucket, by danger level. */
export interface LevelBuckets extends TimeGrid {
  /** `counts[level][bucket]`, levels 0 to 5; 0 is always empty. */
  readonly counts: readonly Float64Array[]
  /** Of all levels, by bucket. */
  readonly totals: Float64Array
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Lengths that people count in, ms. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
]

/**
 * At most `most` buckets of a round length that cover `from` to `to`; one where the two are the same or no times. Those of
 * a day or more begin at midnight by `offset`: how far the clocks are ahead of UTC at a time, ms.
 */
export function timeGrid(
  from: number,
  to: number,
  most: number,
  offset: (time: number) => number = () => 0,
): TimeGrid {
  if (!Number.isFinite(from) || !Number.isFinite(to) || to <= from) {
    return { start: Number.isFinite(from) ? from : 0, step: SECOND, count: 1 }
  }
  const wanted = Math.max(1, Math.floor(most))
  for (const step of STEPS) {
    if ((to - from) / step > wanted) continue
    const grid =
      step < DAY ? equalGrid(from, to, step, offset(from)) : dayGrid(from, to, step, offset)
    if (grid.count <= wanted) return grid
  }
  return { start: from, step: (to - from) / wanted, count: wanted }
}

function equalGrid(from: number, to: number, step: number, ahead: number): TimeGrid {
  const start = Math.floor((from + ahead) / step) * step - ahead
  return { start, step, count: Math.ceil((to - start) / step) }
}

function dayGrid(
  from: number,
  to: number,
  step: number,
  offset: (time: number) => number,
): TimeGrid {
  const first = Math.floor((from + offset(from)) / step) * step
  const edges: number[] = []
  for (let local = first; (edges.at(-1) ?? -Infinity) < to; local += step) {
    // Twice: the clocks may change between the guess and the midnight.
    const guess = local - offset(local)
    edges.push(local - offset(guess))
  }
  return { start: edges[0] ?? from, step, count: edges.length - 1, edges }
}

/** When a bucket begins, ms; for `count`, when the last one ends. */
export function bucketStart({ start, step, edges }: TimeGrid, bucket: number): number {
  return edges?.[bucket] ?? start + bucket * step
}

/** Bucket of a time, -1 where it lies outside. */
export function bucketOf(grid: TimeGrid, time: number): number {
  let bucket = Math.floor((time - grid.start) / grid.step)
  // Clocks change by less than a bucket.
  if (grid.edges !== undefined) {
    if (time < (grid.edges[bucket] ?? -Infinity)) bucket--
    else if (time >= (grid.edges[bucket + 1] ?? Infinity)) bucket++
  }
  return bucket >= 0 && bucket < grid.count ? bucket : -1
}

/**
 * How many sources were active (`sources`: each once a bucket, at the highest level that it had in it), or how many
 * detections were made (`detections`), by bucket.
 *
 * A source's level at a time is that of its last moment; before the first one, what that one says of the time before; a
 * source without moments has the level of its row. What happened below level 1 is not shown.
 */
export function bucketLevels(
  model: Model,
  grid: TimeGrid,
  mode: 'sources' | 'detections',
): LevelBuckets {
  const counts = Array.from({ length: 6 }, () => new Float64Array(grid.count))
  if (mode === 'sources') countSources(model, grid, counts)
  else {
    for (const { time, level } of model.moments) {
      const bucket = bucketOf(grid, time)
      if (bucket >= 0) bump(counts, level, bucket, 1)
    }
  }
  counts[0]?.fill(0)
  const totals = new Float64Array(grid.count)
  for (const row of counts) row.forEach((n, i) => (totals[i] = (totals[i] ?? 0) + n))
  return { ...grid, counts, totals }
}

/** Goes through activity and moments together, in the order of time. */
function countSources(model: Model, grid: TimeGrid, counts: readonly Float64Array[]): void {
  const { activity, moments } = model
  const level = startLevels(model)
  const seenIn = new Int32Array(level.length).fill(-1)
  const seenAt = new Int8Array(level.length)
  const see = (source: number, time: number) => {
    const bucket = bucketOf(grid, time)
    const now = level[source]
    if (bucket < 0 || now === undefined) return
    if (seenIn[source] === bucket) {
      const before = seenAt[source] ?? 0
      if (now <= before) return
      bump(counts, before, bucket, -1)
    }
    seenIn[source] = bucket
    seenAt[source] = now
    bump(counts, now, bucket, 1)
  }
  let next = 0
  const passMoments = (until: number) => {
    for (; next < moments.length; next++) {
      const moment = moments[next]
      if (moment === undefined || moment.time > until) return
      if (moment.source < 0 || moment.source >= level.length) continue
      level[moment.source] = moment.level
      see(moment.source, moment.time)
    }
  }
  for (let row = 0; row < activity.length; row++) {
    const time = activity.time[row] ?? NaN
    passMoments(time)
    const source = activity.source[row] ?? -1
    if (source >= 0) see(source, time)
  }
  passMoments(Infinity)
}

function startLevels({ attackers, moments }: Model): Int8Array {
  const levels = Int8Array.from(attackers, (attacker) => attacker.level)
  const known = new Uint8Array(levels.length)
  for (const { source, previousLevel } of moments) {
    if (source < 0 || known[source] !== 0) continue
    known[source] = 1
    levels[source] = previousLevel
  }
  return levels
}

function bump(counts: readonly Float64Array[], level: number, bucket: number, by: number): void {
  const row = counts[level]
  if (row !== undefined) row[bucket] = (row[bucket] ?? 0) + by
}
