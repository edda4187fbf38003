import { isIpv4, parseAddressText } from './address.ts'

export interface Net {
  readonly base: Int32Array
  readonly mask: Int32Array
}

/** First and last address of a range, four ints each. */
const RANGE = 8

/** Networks of both families; `any` is everything. A look-up is a binary search, however many there are. */
export class AddressSet {
  readonly isAny: boolean
  // Disjoint, in numeric order. Apart, for ::/0 is every IPv6 address and no IPv4 one.
  readonly #v4: Int32Array
  readonly #v6: Int32Array
  /** Networks whose mask has holes (255.0.255.0): no ranges, and very rare. */
  readonly #odd: readonly Net[]

  private constructor(nets: readonly Net[], isAny: boolean) {
    this.isAny = isAny
    this.#odd = nets.filter((net) => !isPrefix(net.mask))
    const whole = nets.filter((net) => isPrefix(net.mask))
    this.#v4 = merged(whole.filter((net) => isIpv4(net.base, 0)))
    this.#v6 = merged(whole.filter((net) => !isIpv4(net.base, 0)))
  }

  /** `any`, addresses, CIDRs, `a.b.c.d/m.m.m.m`. Throws RangeError that names the entry. */
  static parse(entries: readonly string[]): AddressSet {
    const texts = entries.map((entry) => entry.trim())
    const isAny = texts.some((text) => text.toLowerCase() === 'any')
    return new AddressSet(
      texts.filter((text) => text.toLowerCase() !== 'any').map(parseNetwork),
      isAny,
    )
  }

  contains(a0: number, a1: number, a2: number, a3: number): boolean {
    if (this.isAny) return true
    const ranges = a0 === 0 && a1 === 0 && a2 === 0xffff ? this.#v4 : this.#v6
    let low = 0
    let high = ranges.length / RANGE
    // Afterwards `low` is the number of ranges that begin at or before the address.
    while (low < high) {
      const middle = (low + high) >> 1
      if (order(ranges, middle * RANGE, a0, a1, a2, a3) <= 0) low = middle + 1
      else high = middle
    }
    if (low > 0 && order(ranges, low * RANGE - 4, a0, a1, a2, a3) >= 0) return true
    for (const { base, mask } of this.#odd)
      if (
        ((a0 ^ base[0]!) & mask[0]!) === 0 &&
        ((a1 ^ base[1]!) & mask[1]!) === 0 &&
        ((a2 ^ base[2]!) & mask[2]!) === 0 &&
        ((a3 ^ base[3]!) & mask[3]!) === 0
      )
        return true
    return false
  }
}

/** Below 0 if the address in `ints` at `o` comes before the other, 0 if they are one. */
function order(
  ints: Int32Array,
  o: number,
  a0: number,
  a1: number,
  a2: number,
  a3: number,
): number {
  return (
    (ints[o]! >>> 0) - (a0 >>> 0) ||
    (ints[o + 1]! >>> 0) - (a1 >>> 0) ||
    (ints[o + 2]! >>> 0) - (a2 >>> 0) ||
    (ints[o + 3]! >>> 0) - (a3 >>> 0)
  )
}

/** Ones, then zeros. */
function isPrefix(mask: Int32Array): boolean {
  const bits = [...mask].map((word) => (word >>> 0).toString(2).padStart(32, '0')).join('')
  return !bits.includes('01')
}

/** The networks as ranges in order. Two networks are disjoint, or one is in the other. */
function merged(nets: readonly Net[]): Int32Array {
  const ranges = nets
    .map(({ base, mask }) => {
      const range = new Int32Array(RANGE)
      for (let i = 0; i < 4; i++) {
        range[i] = base[i]! & mask[i]!
        range[4 + i] = base[i]! | ~mask[i]!
      }
      return range
    })
    .sort(
      (a, b) => order(a, 0, b[0]!, b[1]!, b[2]!, b[3]!) || order(b, 4, a[4]!, a[5]!, a[6]!, a[7]!),
    )
  const kept: Int32Array[] = []
  for (const range of ranges) {
    const last = kept.at(-1)
    if (last === undefined || order(last, 4, range[0]!, range[1]!, range[2]!, range[3]!) < 0)
      kept.push(range)
  }
  const flat = new Int32Array(kept.length * RANGE)
  kept.forEach((range, i) => flat.set(range, i * RANGE))
  return flat
}

/** A network as address and mask, four ints each. Throws RangeError that names it. */
export function parseNetwork(text: string): Net {
  const [address = '', length, rest] = text.split('/')
  const base = new Int32Array(4)
  const mask = new Int32Array(4)
  // Made only where it is thrown: lists are long.
  const bad = (): RangeError =>
    new RangeError(
      `${JSON.stringify(text)} is no network: expected an address, a CIDR such as 192.0.2.0/24, or any`,
    )
  if (rest !== undefined || !parseAddressText(address, base)) throw bad()
  const v4 = isIpv4(base, 0) && !address.includes(':')
  if (length?.includes('.') === true && v4) {
    const dotMask = new Int32Array(4)
    if (!parseAddressText(length, dotMask)) throw bad()
    mask.set([-1, -1, -1, dotMask[3]!])
    return { base, mask }
  }
  const width = v4 ? 32 : 128
  const bits = length === undefined ? width : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  if (Number.isNaN(bits) || bits > width) throw bad()
  for (let i = 0; i < 4; i++) {
    const have = Math.min(32, Math.max(0, bits + (v4 ? 96 : 0) - i * 32))
    mask[i] = have === 0 ? 0 : -1 << (32 - have)
  }
  return { base, mask }
}
