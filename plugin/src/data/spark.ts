import type { Activity } from './model'

/** Packets of each attacker in equal steps of time: `bins` numbers each, one attacker after the other. */
export interface Sparks {
  readonly bins: number
  readonly values: Float32Array
  /** Highest number of each attacker. */
  readonly peaks: Float32Array
}

/** All attackers in one pass over the activity; times are ms, `to` exclusive. */
export function sparks(
  activity: Activity,
  attackers: number,
  from: number,
  to: number,
  bins: number,
): Sparks {
  const values = new Float32Array(attackers * bins)
  const peaks = new Float32Array(attackers)
  const scale = bins / (to - from)
  if (!(scale > 0 && Number.isFinite(scale))) return { bins, values, peaks }
  const { length, time, source, packets } = activity
  for (let i = 0; i < length; i++) {
    const attacker = source[i] as number
    const bin = Math.floor(((time[i] as number) - from) * scale)
    const amount = packets[i] as number
    if (attacker < 0 || attacker >= attackers || !(bin >= 0 && bin < bins) || !(amount > 0))
      continue
    const at = attacker * bins + bin
    const sum = (values[at] as number) + amount
    values[at] = sum
    if (sum > (peaks[attacker] as number)) peaks[attacker] = sum
  }
  return { bins, values, peaks }
}

/** Bars of one attacker as an SVG path, its peak as high as the picture; empty where nothing happened. */
export function sparkPath(
  { bins, values, peaks }: Sparks,
  attacker: number,
  width: number,
  height: number,
): string {
  const peak = peaks[attacker] ?? 0
  if (!(peak > 0)) return ''
  const step = width / bins
  const bar = Math.max(1, step - 1).toFixed(1)
  let path = ''
  for (let bin = 0; bin < bins; bin++) {
    const value = values[attacker * bins + bin] as number
    if (value === 0) continue
    // Root scale: a single packet beside a burst is still seen.
    const tall = Math.max(2, Math.sqrt(value / peak) * height)
    path += `M${(bin * step).toFixed(1)} ${height}v-${tall.toFixed(1)}h${bar}V${height}z`
  }
  return path
}
