import type { Heard } from './DetectionFeed'

const MINUTE = 60_000

/** Time ranges to choose from; undefined: everything known. */
export const PRESETS = [
  { label: '15 min', value: '15m', ms: 15 * MINUTE },
  { label: '1 h', value: '1h', ms: 60 * MINUTE },
  { label: '6 h', value: '6h', ms: 360 * MINUTE },
  { label: '24 h', value: '24h', ms: 1440 * MINUTE },
  { label: 'All', value: 'all', ms: undefined },
] as const
export type Preset = (typeof PRESETS)[number]['value']

/** Chosen by name, or drawn in a chart: ms since 1970. */
export type Chosen = Preset | { readonly from: number; readonly to: number }

/** A range of no length cannot be drawn. */
const SHORTEST = 5 * MINUTE

/** The range at the time `now`, ms since 1970. `detections` are sorted by time. */
export function rangeOf(
  chosen: Chosen,
  detections: readonly Heard[],
  now: number,
): { from: number; to: number } {
  if (typeof chosen !== 'string') return chosen
  const last = detections.at(-1)?.time ?? now
  // A log that is read again lies in the past, one from a machine whose clock is ahead in the future.
  const to = Math.max(now, last)
  const ms = PRESETS.find(({ value }) => value === chosen)?.ms
  if (ms !== undefined) return { from: to - ms, to }
  return { from: Math.min(detections[0]?.time ?? now, to - SHORTEST), to }
}
