export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2'

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68]],
]

/** Bytes that `compressionOf` needs to see. */
export const MAGIC_BYTES = 5

/** Told by the first bytes: names lie. */
export function compressionOf(head: Uint8Array): Compression {
  for (const [compression, magic] of MAGIC)
    if (magic.every((byte, i) => head[i] === byte)) return compression
  // A frame to be skipped: pzstd begins with one.
  if (((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18)
    return 'zstd'
  return 'none'
}
