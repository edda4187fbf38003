import type { Grid } from './series.ts'

/** The first and the last step whose window (t - range, t] holds a time. */
export interface StepRange {
  first: number
  last: number
}

/** Computes `StepRange` to the nanosecond; writes into `into` and is false if no step sees the time. */
export function stepFinder(
  { startNs, stepNs, steps }: Grid,
  rangeNs: bigint,
  offsetNs: bigint,
): (ns: bigint, into: StepRange) => boolean {
  const step = Number(stepNs)
  const range = Number(rangeNs)
  const origin = startNs - offsetNs
  return (ns, into) => {
    const after = ns - origin
    const distance = Number(after)
    const isExact = Number.isSafeInteger(distance) && Number.isSafeInteger(distance + range)
    const first = isExact ? ceilDivide(distance, step) : ceilDivideBig(after, stepNs)
    const end = isExact
      ? ceilDivide(distance + range, step)
      : ceilDivideBig(after + rangeNs, stepNs)
    into.first = Math.max(0, first)
    into.last = Math.min(steps, end) - 1
    return into.first <= into.last
  }
}

/** Exact for safe integers, where `Math.ceil(a / b)` may be off by one. */
function ceilDivide(a: number, b: number): number {
  const rest = a % b
  return (a - rest) / b + (rest > 0 ? 1 : 0)
}

function ceilDivideBig(a: bigint, b: bigint): number {
  const rest = a % b
  return Number((a - rest) / b) + (rest > 0n ? 1 : 0)
}
