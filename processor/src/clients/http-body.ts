import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { SilenceCause } from './http-failure.ts'

const unzip = promisify(gunzip)
const deflated = promisify(inflate)

/**
 * The whole body, decompressed; SilenceCause `too-large` beyond `maxBytes`, before it is in memory.
 *
 * One byte behind the body is reserved (zero), so that a parser may write a line break behind its last line.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<Uint8Array> {
  const announced = Number(headers['content-length'] ?? 0)
  if (announced > maxBytes) throw tooLarge(maxBytes)

  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop by a throw destroys the stream, so no more is read.
  for await (const chunk of body) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  const whole = concat(chunks, length)

  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '' || length === 0) return whole
  if (encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'deflate') {
    throw new Error(`the answer is encoded as ${encoding}, which was not asked for`)
  }
  try {
    const plain = await (encoding === 'deflate' ? deflated : unzip)(whole, {
      maxOutputLength: maxBytes,
    })
    return concat([plain], plain.length)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw error
  }
}

/** A plain Uint8Array, never a slice of a pool: the hot path sees one kind of array. */
function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length + 1)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole.subarray(0, length)
}

function tooLarge(maxBytes: number): SilenceCause {
  return new SilenceCause('too-large', `the answer is larger than ${maxBytes} bytes`)
}
