import { dateTimeFormat } from '@grafana/data'
import { zoneOffset } from '../parts/zoneOffset'

export interface TimeTick {
  /** ms. */
  readonly time: number
  readonly text: string
}

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * 1_000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((n) => n * MINUTE),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
]

/** Labels at round times of the time zone, at most `most`. */
export function timeTicks(from: number, to: number, most: number, timeZone: string): TimeTick[] {
  if (!(to > from) || most < 1) return []
  const step = STEPS.find((length) => (to - from) / length <= most) ?? (to - from) / most
  const offsetAt = zoneOffset(timeZone)
  const offset = offsetAt(from)
  const format =
    step >= DAY ? 'MM/DD' : to - from > DAY ? 'MM/DD HH:mm' : step < MINUTE ? 'HH:mm:ss' : 'HH:mm'
  const ticks: TimeTick[] = []
  for (let local = Math.ceil((from + offset) / step) * step; local <= to + offset; local += step) {
    // The clocks may have changed since.
    const time = local - offsetAt(local - offset)
    if (time >= from && time <= to)
      ticks.push({ time, text: dateTimeFormat(time, { timeZone, format }) })
  }
  return ticks
}
