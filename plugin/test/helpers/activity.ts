import { EMPTY_MODEL, type Activity, type Level, type Model } from '../../src/data/model'
import { attackers } from './attackers'

export interface Packet {
  readonly time: number
  readonly source?: number
  readonly destination?: number
  readonly protocol?: number
  readonly low?: number
  readonly high?: number
  readonly packets?: number
}

export function activityOf(packets: readonly Packet[]): Activity {
  const sorted = packets.toSorted((a, b) => a.time - b.time)
  return {
    length: sorted.length,
    time: Float64Array.from(sorted, (p) => p.time),
    source: Int32Array.from(sorted, (p) => p.source ?? 0),
    destination: Int32Array.from(sorted, (p) => p.destination ?? 0),
    protocol: Int16Array.from(sorted, (p) => p.protocol ?? 0),
    low: Int32Array.from(sorted, (p) => p.low ?? 22),
    high: Int32Array.from(sorted, (p) => p.high ?? p.low ?? 22),
    packets: Float64Array.from(sorted, (p) => p.packets ?? 1),
  }
}

/** A model of these sources, by level, and what they did. */
export function modelOf(
  levels: readonly Level[],
  packets: readonly Packet[],
  more: Partial<Model> = {},
): Model {
  return {
    ...EMPTY_MODEL,
    inputs: ['lines'],
    attackers: attackers(levels.map((level) => ({ level }))),
    activity: activityOf(packets),
    addresses: ['192.0.2.1', '192.0.2.10', '192.0.2.9'],
    protocols: ['tcp', 'udp'],
    ...more,
  }
}
