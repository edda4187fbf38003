import { formatAddress, formatAddressFull } from '../address.ts'
import { protocolName } from '../protocols.ts'
import {
  M_FULL,
  P_NEXT,
  P_OLD_PAGES,
  P_PAGES,
  P_PROTOS,
  PAIR,
  QUICK_PROTOCOLS,
  S_MARKS,
  S_PAGES,
  S_PAIRS,
  S_PORT,
  S_PROTOS,
  S_TARGET,
  SOURCE,
  TARGET,
} from '../track/layout.ts'
import { hasProtocols, PortSet, rangeText } from '../track/port-ranges.ts'
import type { State } from '../track/state.ts'

export const PORT_CLASS_NAMES = ['tcp', 'udp', 'udplite'] as const

export function addressOf(ints: Int32Array, o: number): string {
  return formatAddress(ints[o]!, ints[o + 1]!, ints[o + 2]!, ints[o + 3]!)
}

export function sourceAddress(state: State, source: number): string {
  return addressOf(state.sources.rows.ints, source * SOURCE)
}

export function targetAddress(state: State, target: number): string {
  return addressOf(state.targets.rows.ints, target * TARGET)
}

/** The source as the lines spell it: IPv6 in full where the kernel wrote it. */
export function addressAsLogged(state: State, source: number): string {
  const ints = state.sources.rows.ints
  const s = source * SOURCE
  if ((ints[s + S_MARKS]! & M_FULL) === 0) return addressOf(ints, s)
  return formatAddressFull(ints[s]!, ints[s + 1]!, ints[s + 2]!, ints[s + 3]!)
}

/** Ports of the scan alive. */
export function scanPorts(state: State, source: number): PortSet {
  const ints = state.sources.rows.ints
  const s = source * SOURCE
  const set = new PortSet()
  set.add(state, ints[s + S_PAGES]!)
  if (ints[s + S_TARGET] !== 0 && ints[s + S_PORT]! - 1 < 3 << 16) {
    const key = ints[s + S_PORT]! - 1
    set.addPort(key >> 16, key & 0xffff)
  }
  return set
}

/** Numbers of the protocols of the scan alive, ascending. */
export function scanProtocols(state: State, source: number): number[] {
  const ints = state.sources.rows.ints
  const s = source * SOURCE
  const numbers = new Set(quickProtocols(ints[s + S_PROTOS]!))
  const single = ints[s + S_PORT]! - 1
  if (ints[s + S_TARGET] !== 0 && single >= 3 << 16) numbers.add(single & 0xffff)
  const set = new PortSet()
  set.add(state, ints[s + S_PAGES]!)
  for (const number of set.protocolNumbers()) numbers.add(number)
  return [...numbers].sort((a, b) => a - b)
}

export function quickProtocols(bits: number): number[] {
  return QUICK_PROTOCOLS.filter((_, i) => (bits & (1 << i)) !== 0)
}

/** Numbers of all protocols that the pairs of a source know, of ended scans too. */
export function allProtocols(state: State, source: number): number[] {
  const numbers = new Set(scanProtocols(state, source))
  const pairs = state.pairs.rows.ints
  for (
    let pair = state.sources.rows.ints[source * SOURCE + S_PAIRS]!;
    pair !== 0;
    pair = pairs[pair * PAIR + P_NEXT]!
  ) {
    const p = pair * PAIR
    for (const number of quickProtocols(pairs[p + P_PROTOS]!)) numbers.add(number)
    // Most know ports only: a set of those would be built for nothing.
    if (!hasProtocols(state, pairs[p + P_PAGES]!) && !hasProtocols(state, pairs[p + P_OLD_PAGES]!))
      continue
    const set = new PortSet()
    set.add(state, pairs[p + P_PAGES]!)
    set.add(state, pairs[p + P_OLD_PAGES]!)
    for (const number of set.protocolNumbers()) numbers.add(number)
  }
  return [...numbers].sort((a, b) => a - b)
}

/** Ports as merged ranges by protocol; at most `most` ranges in all. */
export function portsText(
  set: PortSet,
  most = Number.POSITIVE_INFINITY,
): { ports: Record<string, string[]>; truncated: boolean } {
  const ports: Record<string, string[]> = {}
  let left = most
  let truncated = false
  PORT_CLASS_NAMES.forEach((name, portClass) => {
    const ranges = set.ranges(portClass)
    if (ranges.length === 0) return
    if (ranges.length > left) truncated = true
    const kept = ranges.slice(0, left)
    left -= kept.length
    if (kept.length > 0) ports[name] = kept.map(rangeText)
  })
  return { ports, truncated }
}

export function protocolNames(numbers: readonly number[]): string[] {
  return numbers.map(protocolName)
}
