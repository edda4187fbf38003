import type { Compression } from '../lines/compression.ts'
import { gunzip } from './gunzip.ts'
import type { PackedSource } from './packed-source.ts'

const SLICE_BYTES = 256 * 1024

/** The plain bytes of a packed source. What could be read comes before the error of a damaged one. */
export async function* decompress(
  source: PackedSource,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  switch (compression) {
    case 'none':
      yield* slices(source)
      return
    case 'gzip':
      yield* gunzip(source)
      return
    case 'zstd':
      yield* unzstd(source)
      return
    case 'xz':
    case 'bzip2':
      throw new Error(`it is packed with ${compression}: unpack it first`)
    default:
      compression satisfies never
  }
}

async function* slices(source: PackedSource): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const slice = await source.read(position, SLICE_BYTES)
    if (slice.length === 0) return
    yield slice
    position += slice.length
  }
}

/**
 * Not by Node's own decoder, which only newer ones have: that of 22.23 takes a file that is cut off for a whole one, and
 * does not go on with a second frame.
 */
async function* unzstd(source: PackedSource): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const stream = new Decompress((chunk) => ready.push(chunk))
  for (let position = 0; ;) {
    const slice = await source.read(position, SLICE_BYTES)
    let error: Error | undefined
    try {
      stream.push(slice, slice.length === 0)
    } catch (cause) {
      error = cause instanceof Error ? cause : new Error(String(cause))
    }
    yield* ready
    ready = []
    if (error !== undefined) throw error
    if (slice.length === 0) return
    position += slice.length
  }
}
