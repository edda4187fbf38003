import type { Level, Model } from './model'
import type { PortBand } from './port-bands'
import { passesProtocol, type ProtocolFilter } from './ranking'

/** Who asked for a band between two times (end excluded). */
export interface CellSources {
  readonly sources: number
  /** Index of the one with most packets, -1: unknown. */
  readonly busiest: number
  readonly level: Level
}

export function cellSources(
  model: Model,
  band: PortBand,
  protocol: ProtocolFilter,
  from: number,
  to: number,
): CellSources {
  const { activity, attackers, protocols } = model
  const packets = new Map<number, number>()
  for (let row = firstAtOrAfter(activity.time, from); row < activity.length; row++) {
    if (!((activity.time[row] ?? NaN) < to)) break
    const low = activity.low[row] ?? -1
    if (low < 0 || low > band.high || Math.max(low, activity.high[row] ?? low) < band.low) continue
    const name = protocols[activity.protocol[row] ?? -1]
    if (name === undefined || !passesProtocol(name, protocol)) continue
    if (band.protocol !== undefined && band.protocol !== name) continue
    const source = activity.source[row] ?? -1
    if (source >= 0) packets.set(source, (packets.get(source) ?? 0) + (activity.packets[row] ?? 0))
  }
  let busiest = -1
  let level: Level = 0
  for (const [source, n] of packets) {
    if (busiest < 0 || n > (packets.get(busiest) ?? 0)) busiest = source
    const own = attackers[source]?.level ?? 0
    if (own > level) level = own
  }
  return { sources: packets.size, busiest, level }
}

function firstAtOrAfter(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? Infinity) < time) low = middle + 1
    else high = middle
  }
  return low
}
