import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { LineBatch } from '../../core/batch.ts'
import { SourceError } from '../../errors.ts'
import { LineChunker } from '../lines/line-chunker.ts'
import { compressionOf, decompress } from './decompress.ts'

/** A log that is read to its end. */
export interface OfflineInput {
  readonly name: string
  /** Bytes on disk; undefined for a stream. */
  readonly size: number | undefined
  /** Of those bytes, how many have been read: for a progress bar. */
  bytesRead(): number
  /** The next batch (valid until the next call), undefined at the end. Throws SourceError that names the file. */
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
    const head = new Uint8Array(4)
    const { bytesRead } = stat.isFile() ? await handle.read(head, 0, 4, 0) : { bytesRead: 0 }
    const compression = compressionOf(head.subarray(0, bytesRead))
    const reference = now ?? Math.floor(stat.mtimeMs / 1000)
    const size = stat.isFile() ? stat.size : undefined
    return compression === 'none' && stat.isFile()
      ? plainFile(path, handle, reference, size)
      : streamed(
          path,
          handle.createReadStream({ start: stat.isFile() ? 0 : undefined, highWaterMark: 1 << 18 }),
          {
            compression,
            reference,
            size,
          },
        )
  } catch (cause) {
    await handle.close()
    throw failure(path, 'cannot be read', cause)
  }
}

/** Standard input (or another stream), plain or compressed. */
export async function openStream(
  name: string,
  stream: Readable,
  reference: number,
): Promise<OfflineInput> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array | string>
  const first = await iterator.next()
  const head = first.done === true ? new Uint8Array(0) : Buffer.from(first.value)
  async function* again(): AsyncGenerator<Uint8Array> {
    yield head
    for (let part = await iterator.next(); part.done !== true; part = await iterator.next())
      yield Buffer.from(part.value)
  }
  return streamed(name, Readable.from(again(), { objectMode: false }), {
    compression: compressionOf(head),
    reference,
    size: undefined,
  })
}

function plainFile(
  path: string,
  handle: FileHandle,
  reference: number,
  size: number | undefined,
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

function streamed(
  name: string,
  stream: Readable & { bytesRead?: number },
  options: {
    readonly compression: ReturnType<typeof compressionOf>
    readonly reference: number
    readonly size: number | undefined
  },
): OfflineInput {
  const chunker = new LineChunker({ reference: options.reference })
  const chunks = decompress(stream, options.compression)
  let waiting: Uint8Array = new Uint8Array(0)
  let ended = false
  return {
    name,
    size: options.size,
    bytesRead: () => stream.bytesRead ?? 0,
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
      await chunks.return(undefined)
      stream.destroy()
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
