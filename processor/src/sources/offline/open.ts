import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { LineBatch } from '../../core/batch.ts'
import { SourceError } from '../../errors.ts'
import { MAGIC_BYTES, compressionOf } from '../lines/compression.ts'
import type { Compression } from '../lines/compression.ts'
import { LineChunker } from '../lines/line-chunker.ts'
import { decompress } from './decompress.ts'
import { packedFile, packedStream } from './packed-source.ts'
import type { PackedSource } from './packed-source.ts'

/** A log that is read to its end. */
export interface OfflineInput {
  readonly name: string
  /** Bytes on disk; undefined for a stream. */
  readonly size: number | undefined
  /** Of those bytes, how many have been read: for a progress bar. */
  bytesRead(): number
  /**
   * The next batch (valid until the next call), undefined at the end. Throws SourceError that names the file; of a damaged
   * one that comes behind the whole lines that could be read.
   */
  next(): Promise<LineBatch | undefined>
  close(): Promise<void>
}

/** Opens a log file, plain or compressed. `now` (seconds) dates lines without a year, else the file's own time does. */
export async function openLogFile(path: string, now: number | undefined): Promise<OfflineInput> {
  let handle: FileHandle
  try {
    handle = await open(path)
  } catch (cause) {
    throw failure(path, 'cannot be opened', cause)
  }
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new Error('it is a directory')
    const reference = now ?? Math.floor(stat.mtimeMs / 1000)
    // A pipe, as in `picket analyze <(ssh fw cat log)`.
    if (!stat.isFile()) return await openStream(path, handle.createReadStream(), reference)
    const head = new Uint8Array(MAGIC_BYTES)
    const { bytesRead } = await handle.read(head, 0, MAGIC_BYTES, 0)
    const compression = readable(compressionOf(head.subarray(0, bytesRead)))
    return compression === 'none'
      ? plainFile(path, handle, { reference, size: stat.size })
      : packedLog(path, handle, { reference, size: stat.size, compression })
  } catch (cause) {
    await handle.close().catch(() => undefined)
    throw cause instanceof SourceError ? cause : failure(path, 'cannot be read', cause)
  }
}

/** Standard input (or another stream), plain or compressed. */
export async function openStream(
  name: string,
  stream: Readable,
  reference: number,
): Promise<OfflineInput> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array | string>
  let head = Buffer.alloc(0)
  let isEnded = false
  let compression: Compression
  try {
    while (head.length < MAGIC_BYTES && !isEnded) {
      const part = await chunks.next()
      if (part.done === true) isEnded = true
      else head = Buffer.concat([head, Buffer.from(part.value)])
    }
    compression = readable(compressionOf(head))
  } catch (cause) {
    stream.destroy()
    throw failure(name, 'cannot be read', cause)
  }
  let bytesRead = 0
  async function* again(): AsyncGenerator<Uint8Array> {
    bytesRead += head.length
    if (head.length > 0) yield head
    while (!isEnded) {
      const part = await chunks.next()
      if (part.done === true) return
      const chunk = typeof part.value === 'string' ? Buffer.from(part.value) : part.value
      bytesRead += chunk.length
      yield chunk
    }
  }
  return unpacked(name, packedStream(again()), {
    compression,
    reference,
    size: undefined,
    bytesRead: () => bytesRead,
    close() {
      stream.destroy()
      return Promise.resolve()
    },
  })
}

function readable(compression: Compression): Compression {
  if (compression === 'xz' || compression === 'bzip2')
    throw new Error(`it is packed with ${compression}: unpack it first, or pipe it in unpacked`)
  return compression
}

function plainFile(
  path: string,
  handle: FileHandle,
  { reference, size }: { readonly reference: number; readonly size: number },
): OfflineInput {
  const chunker = new LineChunker({ reference })
  let position = 0
  let ended = false
  return {
    name: path,
    size,
    bytesRead: () => position,
    async next() {
      for (;;) {
        const batch = chunker.batch()
        if (batch !== undefined) return batch
        if (ended) return chunker.last()
        const space = chunker.space()
        try {
          const { bytesRead } = await handle.read(space, 0, space.length, position)
          if (bytesRead === 0) ended = true
          position += bytesRead
          chunker.filled(bytesRead)
        } catch (cause) {
          throw failure(path, 'cannot be read', cause)
        }
      }
    },
    close: () => handle.close(),
  }
}

function packedLog(
  path: string,
  handle: FileHandle,
  options: { readonly reference: number; readonly size: number; readonly compression: Compression },
): OfflineInput {
  let furthest = 0
  const source = packedFile(handle, (position) => {
    furthest = Math.max(furthest, position)
  })
  return unpacked(path, source, {
    ...options,
    bytesRead: () => furthest,
    close: () => handle.close(),
  })
}

function unpacked(
  name: string,
  source: PackedSource,
  options: {
    readonly compression: Compression
    readonly reference: number
    readonly size: number | undefined
    bytesRead(): number
    close(): Promise<void>
  },
): OfflineInput {
  const chunker = new LineChunker({ reference: options.reference })
  const chunks = decompress(source, options.compression)
  let waiting: Uint8Array = new Uint8Array(0)
  let ended = false
  return {
    name,
    size: options.size,
    bytesRead: () => options.bytesRead(),
    async next() {
      for (;;) {
        const batch = chunker.batch()
        if (batch !== undefined) return batch
        if (ended) return chunker.last()
        if (waiting.length === 0) {
          const part = await nextChunk(name, chunks)
          if (part === undefined) {
            ended = true
            continue
          }
          waiting = part
        }
        const space = chunker.space()
        const taken = Math.min(space.length, waiting.length)
        space.set(waiting.subarray(0, taken))
        chunker.filled(taken)
        waiting = waiting.subarray(taken)
      }
    },
    async close() {
      // First the source: what waits for a stream's next chunk would never return.
      await options.close()
      await chunks.return(undefined)
    },
  }
}

async function nextChunk(
  name: string,
  chunks: AsyncGenerator<Uint8Array>,
): Promise<Uint8Array | undefined> {
  try {
    const part = await chunks.next()
    return part.done === true ? undefined : part.value
  } catch (cause) {
    throw failure(name, 'is damaged or cannot be read', cause)
  }
}

function failure(path: string, what: string, cause: unknown): SourceError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new SourceError(`${path} ${what}: ${why}`, { source: path, retryable: false, cause })
}
