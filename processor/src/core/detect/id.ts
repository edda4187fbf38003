/** Four lanes of multiply and rotate over integers, finished as MurmurHash3 does: 128 bits as 32 hex digits. */
export function idOf(words: readonly number[]): string {
  let a = 0x5049_434b
  let b = 0x4554_6964
  let c = 0x9e37_79b9
  let d = words.length
  for (const word of words) {
    a = mix(a ^ word, 0x239b_961b, 15) + b
    b = mix(b ^ word, 0xab0e_9789, 16) + c
    c = mix(c ^ word, 0x38b3_4ae5, 17) + d
    d = mix(d ^ word, 0xa1e3_8b93, 18) + a
  }
  a = finish(a ^ c)
  b = finish(b ^ a)
  c = finish(c ^ b)
  d = finish(d ^ c)
  return hex(a ^ d) + hex(b) + hex(c) + hex(d)
}

function mix(value: number, factor: number, by: number): number {
  const product = Math.imul(value, factor)
  return Math.imul((product << by) | (product >>> (32 - by)), 0x85eb_ca6b)
}

function finish(value: number): number {
  let h = value ^ (value >>> 16)
  h = Math.imul(h, 0x85eb_ca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2_ae35)
  return h ^ (h >>> 16)
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
