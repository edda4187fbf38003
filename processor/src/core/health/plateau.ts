import { HEALTH } from './checks.ts'
import {
  B_CONFIRMED,
  B_COUNT,
  B_DECIMALS,
  B_ELAPSED,
  B_EXCESS,
  B_FLOWS,
  B_FLOW_BITS,
  B_MANY,
  B_MOST_EXCESS,
  B_MS,
  B_NEW_FLOWS,
  B_OLD_FLOW_BITS,
  B_RATE,
  B_RINGS,
  B_SECONDS,
  B_SENDERS,
  B_SENDER_BITS,
  B_SPAN,
  SCALES,
} from './layout.ts'

const DAY_MS = 86_400_000
/** Twelve days in ms: longer stretches are no plateau anybody waits for, and sums of a few still fit. */
const LONGEST_MS = 0x4000_0000 - 1
/** A count that wraps keeps its place in every ring. */
const COUNT_END = 0x4000_0000
const STRETCHES = 16

/**
 * One packet of a stream. True where a block of 16 ended: then `turnBlock`.
 *
 * The ceiling's line: a token bucket lets through `burst + rate * t` packets in any time t, so what is above the line `rate * t`
 * never exceeds the burst while the limit stands.
 */
export function addPacket(
  ints: Int32Array,
  b: number,
  seconds: number,
  nanos: number,
  sender: number,
  flow: number,
): boolean {
  const ms = (nanos / 1_000_000) | 0
  let gap = (seconds - ints[b + B_SECONDS]!) * 1000 + ms - ints[b + B_MS]!
  // A late line belongs to the past; counting it now moves the plateau by one packet.
  if (gap > 0) {
    ints[b + B_SECONDS] = seconds
    ints[b + B_MS] = ms
    if (gap > LONGEST_MS) gap = LONGEST_MS
  } else gap = 0
  if (ms !== 0) ints[b + B_DECIMALS] = 1
  const elapsed = ints[b + B_ELAPSED]! + gap
  ints[b + B_ELAPSED] = elapsed > LONGEST_MS ? LONGEST_MS : elapsed
  const rate = ints[b + B_RATE]!
  if (rate > 0) {
    const left = ints[b + B_EXCESS]! - (gap / DAY_MS) * rate * 1000
    const excess = left > 0 ? (left | 0) + 1000 : 1000
    ints[b + B_EXCESS] = excess
    if (excess > ints[b + B_MOST_EXCESS]!) ints[b + B_MOST_EXCESS] = excess
  }
  const senderAt = b + B_SENDER_BITS + ((sender >>> 5) & 3)
  const senderBit = 1 << (sender & 31)
  if ((ints[senderAt]! & senderBit) === 0) {
    ints[senderAt]! |= senderBit
    ints[b + B_SENDERS]!++
  }
  const flowAt = b + B_FLOW_BITS + ((flow >>> 5) & 15)
  const flowBit = 1 << (flow & 31)
  if ((ints[flowAt]! & flowBit) === 0) {
    ints[flowAt]! |= flowBit
    ints[b + B_FLOWS]!++
    if ((ints[flowAt + B_OLD_FLOW_BITS - B_FLOW_BITS]! & flowBit) === 0) ints[b + B_NEW_FLOWS]!++
  }
  const count = ints[b + B_COUNT]! + 1
  ints[b + B_COUNT] = count === COUNT_END ? COUNT_END / 2 : count
  return (count & 15) === 0
}

/** A block of 16 packets ended: moves it into the rings. Returns the packets a day of a plateau that this shows, or 0. */
export function turnBlock(ints: Int32Array, b: number): number {
  const count = ints[b + B_COUNT]!
  let block = count >> 4
  ints[b + B_RINGS + ((block - 1) & 15)] = ints[b + B_ELAPSED]!
  ints[b + B_ELAPSED] = 0
  let scales = 1
  for (; scales < SCALES && (block & 3) === 0; scales++) {
    const finer = b + B_RINGS + STRETCHES * (scales - 1)
    let sum = 0
    for (let i = 1; i <= 4; i++) sum += ints[finer + ((block - i) & 15)]!
    block >>= 2
    ints[finer + STRETCHES + ((block - 1) & 15)] = sum > LONGEST_MS ? LONGEST_MS : sum
  }
  if ((count & 255) === 0) turnFlows(ints, b)
  if (ints[b + B_MANY] === 0) return 0
  for (let scale = scales - 1; scale >= 0; scale--) {
    // Rings of the shortest stretches are looked at once they are all new: fewer chances for chance.
    if (scale === 0 && (count & 255) !== 0) continue
    const perDay = plateauOf(ints, b, scale)
    if (perDay === 0) continue
    ints[b + B_CONFIRMED] = ints[b + B_SECONDS]!
    ints[b + B_SPAN] = Math.ceil(spanOf(ints, b, scale) / 1000)
    return perDay
  }
  return 0
}

function turnFlows(ints: Int32Array, b: number): void {
  const isMany =
    ints[b + B_SENDERS]! >= HEALTH.senders &&
    ints[b + B_FLOWS]! >= HEALTH.flows &&
    ints[b + B_NEW_FLOWS]! >= HEALTH.newFlows
  ints[b + B_MANY] = isMany ? 1 : 0
  ints[b + B_SENDERS] = 0
  ints[b + B_FLOWS] = 0
  ints[b + B_NEW_FLOWS] = 0
  ints.copyWithin(b + B_OLD_FLOW_BITS, b + B_FLOW_BITS, b + B_OLD_FLOW_BITS)
  ints.fill(0, b + B_SENDER_BITS, b + B_OLD_FLOW_BITS)
}

/** ms that the ring of a scale covers. */
function spanOf(ints: Int32Array, b: number, scale: number): number {
  const ring = b + B_RINGS + STRETCHES * scale
  let sum = 0
  for (let i = 0; i < STRETCHES; i++) sum += ints[ring + i]!
  return sum
}

/** Packets a day if the last 16 stretches of a scale were as long as each other, else 0. */
function plateauOf(ints: Int32Array, b: number, scale: number): number {
  const packets = 16 << (2 * scale)
  if (ints[b + B_COUNT]! < packets * STRETCHES) return 0
  const ring = b + B_RINGS + STRETCHES * scale
  const mean = spanOf(ints, b, scale) / STRETCHES
  // Times in whole seconds make short stretches look alike: chance must show at twice the step of the clock.
  const step = ints[b + B_DECIMALS] === 0 ? 1000 : 1
  if (mean < 2 * step * Math.sqrt(packets)) return 0
  let squares = 0
  for (let i = 0; i < STRETCHES; i++) {
    const stretch = ints[ring + i]!
    if (stretch === LONGEST_MS) return 0
    squares += (stretch - mean) * (stretch - mean)
  }
  const spread = (packets * squares) / (STRETCHES - 1) / (mean * mean)
  return spread < HEALTH.spread[scale]! ? (packets / mean) * DAY_MS : 0
}
