import type { Attacker } from './model'

export interface Span {
  readonly from: number
  readonly to: number
}

/** The time of a scan with some air around it, a minute at least where it was one packet; undefined: unknown. ms. */
export function scanSpan({ firstSeen, lastSeen }: Attacker): Span | undefined {
  if (!Number.isFinite(firstSeen) || !Number.isFinite(lastSeen)) return undefined
  const margin = Math.max(30_000, (lastSeen - firstSeen) * 0.05)
  return { from: firstSeen - margin, to: lastSeen + margin }
}
