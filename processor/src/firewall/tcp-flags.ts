const BITS: Readonly<Record<string, number>> = {
  fin: 1,
  syn: 2,
  rst: 4,
  psh: 8,
  ack: 16,
  urg: 32,
  ecn: 64,
  ece: 64,
  cwr: 128,
  all: 63,
  none: 0,
}

/** `SYN,ACK` or `0x12` as bits; undefined for a word that is no flag. */
export function tcpFlagBits(words: readonly string[]): number | undefined {
  let bits = 0
  for (const word of words) {
    const name = word.toLowerCase()
    const value = Object.hasOwn(BITS, name)
      ? BITS[name]
      : /^(?:0x[0-9a-f]{1,2}|\d{1,3})$/.test(name)
        ? Number(name)
        : undefined
    if (value === undefined) return undefined
    bits |= value
  }
  return bits
}
