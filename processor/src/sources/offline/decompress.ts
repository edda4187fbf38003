import type { Readable } from 'node:stream'
import zlib from 'node:zlib'

export type Compression = 'none' | 'gzip' | 'zstd'

/** Told by the first bytes: names lie. */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  return 'none'
}

/** The plain bytes of a compressed stream. What could be read comes before the error of a damaged one. */
export async function* decompress(
  input: Readable,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  if (compression === 'none') {
    for await (const chunk of input) yield chunk as Uint8Array
    return
  }
  if (compression === 'zstd') {
    yield* unzstd(input)
    return
  }
  const gunzip = zlib.createGunzip()
  input.on('error', (error) => gunzip.destroy(error))
  for await (const chunk of input.pipe(gunzip)) yield chunk as Uint8Array
}

/** Node has zstd from 22.15 on; before that a pure JavaScript decoder serves. */
async function* unzstd(input: Readable): AsyncGenerator<Uint8Array> {
  const create = (zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream })
    .createZstdDecompress
  if (create !== undefined) {
    const stream = create()
    input.on('error', (error) => (stream as unknown as Readable).destroy(error))
    for await (const chunk of input.pipe(stream)) yield chunk as Uint8Array
    return
  }
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const stream = new Decompress((chunk) => ready.push(chunk))
  for await (const chunk of input) {
    stream.push(chunk as Uint8Array)
    yield* ready
    ready = []
  }
  stream.push(new Uint8Array(0), true)
  yield* ready
}
