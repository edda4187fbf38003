/**
 * Addresses as four ints, IPv4 as ::ffff:a.b.c.d. Texts are read from bytes and printed as RFC 5952 says; IPv4 and
 * IPv4-mapped addresses print dotted.
 */

export { AddressSet } from './address-set.ts'

const MAPPED = 0xffff

/** Reads the address in `bytes[from..to)`; false if it is none. A zone (`%eth0`) is passed over. */
export function parseAddress(
  bytes: Uint8Array,
  from: number,
  to: number,
  out: Int32Array,
  o: number,
): boolean {
  // In an IPv4 text one of the first four bytes is a dot, in an IPv6 text none is before a colon.
  for (let p = from; p < to && p < from + 5; p++) {
    const c = bytes[p]!
    if (c === DOT) return parseIpv4(bytes, from, to, out, o)
    if (c === COLON) return parseIpv6(bytes, from, to, out, o)
  }
  return false
}

const DOT = 46
const COLON = 58
const PERCENT = 37

function parseIpv4(
  bytes: Uint8Array,
  from: number,
  to: number,
  out: Int32Array,
  o: number,
): boolean {
  const word = ipv4Word(bytes, from, to)
  if (word < 0) return false
  out[o] = 0
  out[o + 1] = 0
  out[o + 2] = MAPPED
  out[o + 3] = word | 0
  return true
}

/**
 * Reads a dotted address at `from` that a blank follows; returns where it ends, -1 if it is none. For the hot path: what is
 * unusual (leading zeros, IPv6) is left to `parseAddress`.
 */
export function ipv4At(bytes: Uint8Array, from: number, out: Int32Array, o: number): number {
  let word = 0
  let p = from
  for (let dots = 0; ; dots++) {
    let part = bytes[p]! - 48
    if (!(part >= 0 && part <= 9)) return -1
    let digit = bytes[++p]! - 48
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return -1
      part = part * 10 + digit
      digit = bytes[++p]! - 48
      if (digit >= 0 && digit <= 9) {
        part = part * 10 + digit
        if (part > 255) return -1
        digit = bytes[++p]! - 48
      }
    }
    word = (word << 8) | part
    if (dots === 3) break
    if (digit !== DOT - 48) return -1
    p++
  }
  if (!(bytes[p]! <= 32)) return -1
  out[o] = 0
  out[o + 1] = 0
  out[o + 2] = MAPPED
  out[o + 3] = word
  return p
}

/** The 32 bits of a dotted text, -1 if it is none. */
function ipv4Word(bytes: Uint8Array, from: number, to: number): number {
  let word = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let p = from; p < to; p++) {
    const c = bytes[p]!
    if (c >= 48 && c <= 57) {
      part = part * 10 + c - 48
      if (++digits > 3 || part > 255) return -1
    } else if (c === DOT && digits > 0) {
      word = word * 256 + part
      part = 0
      digits = 0
      dots++
    } else return -1
  }
  return dots === 3 && digits > 0 ? word * 256 + part : -1
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  const lower = c | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

function parseIpv6(
  bytes: Uint8Array,
  from: number,
  end: number,
  out: Int32Array,
  o: number,
): boolean {
  let to = end
  for (let p = from; p < to; p++) if (bytes[p] === PERCENT) to = p
  let groups = 0
  let gap = -1
  let p = from
  out[o] = 0
  out[o + 1] = 0
  out[o + 2] = 0
  out[o + 3] = 0
  if (bytes[p] === COLON) {
    if (bytes[p + 1] !== COLON) return false
    gap = 0
    p += 2
  }
  while (p < to) {
    if (groups === 8) return false
    let value = 0
    let q = p
    for (; q < to; q++) {
      const digit = hexDigit(bytes[q]!)
      if (digit < 0) break
      value = (value << 4) | digit
    }
    if (q < to && bytes[q] === DOT) {
      const word = ipv4Word(bytes, p, to)
      if (word < 0 || groups > 6) return false
      put(out, o, groups++, word >>> 16)
      put(out, o, groups++, word & 0xffff)
      break
    }
    if (q === p || q - p > 4) return false
    put(out, o, groups++, value)
    p = q
    if (p === to) break
    if (bytes[p] !== COLON) return false
    p++
    if (p === to) return false
    if (bytes[p] === COLON) {
      if (gap >= 0) return false
      gap = groups
      p++
    }
  }
  if (gap < 0) return groups === 8
  if (groups > 7) return false
  const moved = groups - gap
  for (let i = 0; i < moved; i++) {
    const value = group(out, o, groups - 1 - i)
    put(out, o, groups - 1 - i, 0)
    put(out, o, 7 - i, value)
  }
  return true
}

function put(out: Int32Array, o: number, index: number, value: number): void {
  const at = o + (index >> 1)
  out[at] = (index & 1) === 0 ? (out[at]! & 0xffff) | (value << 16) : (out[at]! & ~0xffff) | value
}

function group(out: Int32Array, o: number, index: number): number {
  const word = out[o + (index >> 1)]!
  return (index & 1) === 0 ? word >>> 16 : word & 0xffff
}

const encoder = new TextEncoder()

/** The same from a text. */
export function parseAddressText(text: string, out: Int32Array, o = 0): boolean {
  const bytes = encoder.encode(text)
  return parseAddress(bytes, 0, bytes.length, out, o)
}

/** RFC 5952 text, dotted for IPv4. */
export function formatAddress(a0: number, a1: number, a2: number, a3: number): string {
  if (a0 === 0 && a1 === 0 && a2 === MAPPED) return dotted(a3)
  const groups = groupsOf(a0, a1, a2, a3)
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let j = i
    while (j < 8 && groups[j] === 0) j++
    if (j - i > bestLength) {
      best = i
      bestLength = j - i
    }
    i = Math.max(i, j - 1)
  }
  const hex = groups.map((value) => value.toString(16))
  if (best < 0) return hex.join(':')
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`
}

/** Eight groups of four digits, as the kernel prints IPv6; dotted for IPv4. */
export function formatAddressFull(a0: number, a1: number, a2: number, a3: number): string {
  if (a0 === 0 && a1 === 0 && a2 === MAPPED) return dotted(a3)
  return groupsOf(a0, a1, a2, a3)
    .map((value) => value.toString(16).padStart(4, '0'))
    .join(':')
}

function dotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
}

function groupsOf(...words: readonly number[]): number[] {
  return words.flatMap((word) => [word >>> 16, word & 0xffff])
}

/** Numeric order of two addresses in rows; IPv4 comes before IPv6. */
export function compareAddress(a: Int32Array, ao: number, b: Int32Array, bo: number): number {
  const aIsV4 = isIpv4(a, ao)
  const bIsV4 = isIpv4(b, bo)
  if (aIsV4 !== bIsV4) return aIsV4 ? -1 : 1
  for (let i = 0; i < 4; i++) {
    const difference = (a[ao + i]! >>> 0) - (b[bo + i]! >>> 0)
    if (difference !== 0) return difference
  }
  return 0
}

export function isIpv4(ints: Int32Array, o: number): boolean {
  return ints[o] === 0 && ints[o + 1] === 0 && ints[o + 2] === MAPPED
}
