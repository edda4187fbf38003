/** 64 bits as two integers; the first stands for a quick look-up, both for identity. */
export interface Hash {
  low: number
  high: number
}

/**
 * Hashes what makes a line itself for Loki: its stream (already hashed into `seed`), nanosecond and text.
 *
 * Two 32-bit lanes of the murmur3 kind over the same words. Nobody is kept from making two texts that collide, but
 * they would have to share a nanosecond and a stream too, and then only a late one of them would be missed.
 */
export function hashLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  seconds: number,
  nanos: number,
  seed: Readonly<Hash>,
  into: Hash,
): void {
  let a = mixLow(mixLow(seed.low, seconds), nanos)
  let b = mixHigh(mixHigh(seed.high, seconds), nanos)
  let p = from
  for (const last = to - 3; p < last; p += 4) {
    const word =
      (bytes[p] ?? 0) |
      ((bytes[p + 1] ?? 0) << 8) |
      ((bytes[p + 2] ?? 0) << 16) |
      ((bytes[p + 3] ?? 0) << 24)
    a = mixLow(a, word)
    b = mixHigh(b, word)
  }
  let rest = to - from
  for (; p < to; p++) rest = Math.imul(rest, 257) ^ (bytes[p] ?? 0)
  into.low = avalanche(mixLow(a, rest))
  into.high = avalanche(mixHigh(b, rest))
}

export function hashText(text: string): Hash {
  const bytes = new TextEncoder().encode(text)
  const hash = { low: 0, high: 0 }
  hashLine(bytes, 0, bytes.length, 0, 0, { low: 0x1b87_3593, high: 0x3c6e_f372 }, hash)
  return hash
}

function mixLow(hash: number, word: number): number {
  const k = Math.imul(word, 0xcc9e_2d51)
  const h = hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b87_3593)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe654_6b64) | 0
}

function mixHigh(hash: number, word: number): number {
  const k = Math.imul(word, 0x239b_961b)
  const h = hash ^ Math.imul((k << 16) | (k >>> 16), 0xab0e_9789)
  return (Math.imul((h << 17) | (h >>> 15), 5) + 0x3874_6b3c) | 0
}

function avalanche(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}
