import { uncompress } from 'snappyjs'

/** Why a block could not be unpacked. */
export class SnappyError extends Error {
  readonly kind: 'corrupt' | 'too-large'

  constructor(kind: 'corrupt' | 'too-large', message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * Unpacks a snappy block of at most `maxBytes`. Throws SnappyError.
 *
 * The elements are walked before they are unpacked, because snappyjs believes them: a literal whose length has its highest
 * bit set sends it round for ever, and a block shorter than it announces comes out filled up with zeros.
 */
export function unsnappy(block: Uint8Array, maxBytes: number): Uint8Array {
  const { length, at } = announced(block)
  if (length > maxBytes)
    throw new SnappyError('too-large', `the body is larger than ${maxBytes} bytes when unpacked`)
  if (plainLength(block, at, length) !== length) throw corrupt()
  try {
    return uncompress(block, maxBytes)
  } catch {
    throw corrupt()
  }
}

function announced(block: Uint8Array): { length: number; at: number } {
  let length = 0
  for (let at = 0; at < 5; at++) {
    const byte = block[at]
    if (byte === undefined) break
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return { length, at: at + 1 }
  }
  throw corrupt()
}

/** How much the elements from `at` on make, -1 if one of them cannot be; stops beyond `most`. */
function plainLength(block: Uint8Array, at: number, most: number): number {
  let made = 0
  while (at < block.length) {
    const tag = block[at++] ?? 0
    const kind = tag & 3
    if (kind === 0) {
      let length = (tag >>> 2) + 1
      if (length > 60) {
        const width = length - 60
        if (at + width > block.length) return -1
        length = littleEndian(block, at, width) + 1
        at += width
      }
      at += length
      if (at > block.length) return -1
      made += length
    } else {
      const width = kind === 1 ? 1 : kind === 2 ? 2 : 4
      if (at + width > block.length) return -1
      const offset = littleEndian(block, at, width) + (kind === 1 ? (tag >>> 5) * 256 : 0)
      if (offset === 0 || offset > made) return -1
      at += width
      made += kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    }
    if (made > most) return -1
  }
  return made
}

function littleEndian(block: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (block[at + i] ?? 0)
  return value
}

function corrupt(): SnappyError {
  return new SnappyError('corrupt', 'snappy: corrupt input')
}
