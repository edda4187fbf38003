import { rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Logger } from '../../telemetry/logger.ts'
import type { TimedLine } from '../lines/entry-batch.ts'
import { LINES_PER_BATCH } from '../lines/line-chunker.ts'
import { KnownRequests } from './known-requests.ts'
import { PushError } from './push-error.ts'
import { newSegment, segmentPath, segmentsIn, writeAt } from './spool-files.ts'
import { encodeRequest, lineCount, linesOf } from './spool-record.ts'
import { SegmentReader } from './spool-segment.ts'

const MAX_SEGMENT_BYTES = 32 * 1024 * 1024
const BATCH_BYTES = 1024 * 1024

export interface SpoolPosition {
  readonly segment: number
  readonly offset: number
}

export interface SpoolLines {
  readonly lines: TimedLine[]
  /** Behind these lines. */
  readonly next: SpoolPosition
  /** Wall clock (ms) at which the newest of them was accepted. */
  readonly acceptedAt: number
}

export interface SpoolOptions {
  readonly dir: string
  readonly maxBytes: number
  readonly logger: Logger
  now(): number
}

interface Segment {
  readonly id: number
  /** Whole requests that are durable: readers go no further. */
  size: number
}

interface Request {
  readonly bytes: Buffer
  readonly digest: string
  readonly done: (error?: Error) => void
}

/**
 * Accepted lines on disk until they have been processed.
 *
 * - One file a segment, records of whole requests in it, synced in groups: whoever waits shares one sync.
 * - A segment is written by one run only: a restart begins a new one, so that what a crash cut off is never written behind.
 * - Segments are numbered by the clock, so that a position from before a lost folder points behind no new line.
 * - The same request body again is not stored again, as Loki drops an entry that it has.
 */
export class Spool {
  readonly #options: SpoolOptions
  readonly #segmentBytes: number
  #segments: Segment[] = []
  #active: { readonly segment: Segment; readonly handle: FileHandle } | undefined
  #reader: SegmentReader | undefined
  #lastId = 0
  #waiting: Request[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #closed = false
  readonly #known = new KnownRequests()
  readonly #damaged = new Set<number>()
  #freedTo: SpoolPosition | undefined
  readonly #sleepers = new Set<() => void>()
  #started: Promise<void> | undefined
  /** Wall clock (ms) of the last request accepted. */
  newestAt: number | undefined
  /** Grows with each group that was appended. */
  generation = 0

  constructor(options: SpoolOptions) {
    this.#options = options
    // Several segments fit, so that there is always one that can be freed.
    this.#segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(options.maxBytes / 4))
  }

  /** Opens the folder and finds what is there; once, however many ask. */
  start(): Promise<void> {
    this.#closed = false
    this.#started ??= this.#start().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  async #start(): Promise<void> {
    const { dir, logger } = this.#options
    this.#segments = []
    for (const { id, size, digests } of await segmentsIn(dir, logger)) {
      this.#lastId = Math.max(this.#lastId, id)
      for (const digest of digests) this.#known.set(digest, true)
      if (size > 0) this.#segments.push({ id, size })
    }
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0)
  }

  get isFull(): boolean {
    return this.bytes + this.#waitingBytes >= this.#options.maxBytes
  }

  /** Resolves when the lines are on disk, at once if this request is there already. Throws PushError if there is no room. */
  async append(lines: readonly TimedLine[], digest: string): Promise<void> {
    const known = this.#known.get(digest)
    if (known !== undefined) return known === true ? undefined : known
    if (this.#closed) throw new Error('the spool is closed')
    const acceptedAt = this.#options.now()
    const bytes = encodeRequest(lines, { acceptedAt, digest })
    this.#makeSureOfRoom(bytes.length)
    this.newestAt = acceptedAt
    const durable = new Promise<void>((resolve, reject) => {
      const done = (error?: Error): void => {
        this.#waitingBytes -= bytes.length
        if (error === undefined) resolve()
        else reject(error)
      }
      this.#waiting.push({ bytes, digest, done })
    })
    this.#waitingBytes += bytes.length
    this.#known.set(digest, durable)
    this.#writing ??= this.#write()
    await durable
  }

  #makeSureOfRoom(length: number): void {
    const { maxBytes } = this.#options
    if (length > maxBytes / 2)
      throw new PushError(413, `the push is too large for a spool of ${maxBytes} bytes`)
    if (this.bytes + this.#waitingBytes + length <= maxBytes) return
    if (this.#freedTo !== undefined) void this.#free(this.#freedTo, 0).catch(() => undefined)
    throw new PushError(
      429,
      `the spool holds its ${maxBytes} bytes: try again when lines have been processed`,
    )
  }

  /** Everything that waits goes to disk with one sync. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      let failure: Error | undefined
      try {
        await this.#writeGroup(group.map(({ bytes }) => bytes))
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
        for (const { digest } of group) this.#known.delete(digest)
      }
      for (const { digest, done } of group) {
        if (failure === undefined) this.#known.set(digest, true)
        done(failure)
      }
      this.generation++
      for (const wake of this.#sleepers) wake()
    }
    // In the same breath as the look at what waits: an append in between would wait for ever.
    this.#writing = undefined
  }

  async #writeGroup(records: readonly Buffer[]): Promise<void> {
    const { segment, handle } = await this.#writable()
    const bytes = Buffer.concat(records)
    try {
      await writeAt(handle, bytes, segment.size)
      await handle.datasync()
    } catch (error) {
      // What was half written must not stand before the next group. After a failed sync nothing in the file is certain.
      this.#active = undefined
      await handle.truncate(segment.size).catch(() => undefined)
      await handle.close().catch(() => undefined)
      throw error
    }
    segment.size += bytes.length
  }

  async #writable(): Promise<{ readonly segment: Segment; readonly handle: FileHandle }> {
    if (this.#active !== undefined && this.#active.segment.size < this.#segmentBytes)
      return this.#active
    await this.#active?.handle.close()
    this.#active = undefined
    const id = Math.max(this.#lastId + 1, Math.floor(this.#options.now()))
    const { handle, size } = await newSegment(this.#options.dir, id, this.#known.carried())
    this.#lastId = id
    const segment: Segment = { id, size }
    this.#segments.push(segment)
    this.#active = { segment, handle }
    return this.#active
  }

  /** The next lines behind the position, at most a batch of them; undefined if there are none yet. */
  async read(from: SpoolPosition | undefined): Promise<SpoolLines | undefined> {
    const last = this.#segments.at(-1)
    if (last === undefined) return undefined
    // A position behind all there is comes from a spool that was removed: what is here now is new.
    const start = from !== undefined && from.segment <= this.#lastId ? from : undefined
    const lines: TimedLine[] = []
    let next: SpoolPosition | undefined
    let acceptedAt = 0
    let bytes = 0
    for (const segment of this.#segments.filter(({ id }) => id >= (start?.segment ?? 0))) {
      let offset = start?.segment === segment.id ? start.offset : 0
      while (offset < segment.size) {
        const found = await (await this.#readerOf(segment.id)).at(offset, segment.size)
        if (found === undefined) {
          this.#sayDamaged(segment, offset)
          break
        }
        const { record } = found
        offset = found.next
        if (record.kind === 'digests') continue
        // A record has at most a batch of lines; small ones are taken together.
        bytes += record.payload.length
        if (next !== undefined && bytes > BATCH_BYTES) return { lines, next, acceptedAt }
        if (next !== undefined && lines.length + lineCount(record) > LINES_PER_BATCH)
          return { lines, next, acceptedAt }
        linesOf(record, lines)
        acceptedAt = record.acceptedAt
        next = { segment: segment.id, offset }
      }
      if (next !== undefined) break
    }
    return next && { lines, next, acceptedAt }
  }

  #sayDamaged({ id, size }: Segment, offset: number): void {
    if (this.#damaged.has(id)) return
    this.#damaged.add(id)
    this.#options.logger.error(
      { file: this.#path(id), offset, bytes: size - offset },
      'Spool file is damaged: the lines behind this offset are lost.',
    )
  }

  async #readerOf(segment: number): Promise<SegmentReader> {
    if (this.#reader?.segment === segment) return this.#reader
    await this.#reader?.close()
    this.#reader = undefined
    this.#reader = await SegmentReader.open(segment, this.#path(segment))
    return this.#reader
  }

  /** Resolves when something was appended since `generation`, or on abort. */
  appended(since: number, signal: AbortSignal): Promise<void> {
    if (this.generation !== since || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#sleepers.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  /** Removes what is wholly before the position. */
  async free(position: SpoolPosition): Promise<void> {
    this.#freedTo = position
    await this.#free(position, this.#segmentBytes)
  }

  /** The segment being written is given up too, if it is done with and has `activeBytes`: else it would hold its room. */
  async #free(position: SpoolPosition, activeBytes: number): Promise<void> {
    for (const segment of this.#segments) {
      const isDone =
        segment.id < position.segment ||
        (segment.id === position.segment && segment.size <= position.offset)
      if (!isDone) continue
      if (segment === this.#active?.segment) {
        if (segment.size < activeBytes || this.#writing !== undefined) continue
        const { handle } = this.#active
        this.#active = undefined
        await handle.close()
      }
      this.#segments = this.#segments.filter((one) => one !== segment)
      this.#damaged.delete(segment.id)
      await rm(this.#path(segment.id), { force: true })
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#writing
    await this.#active?.handle.close()
    await this.#reader?.close()
    this.#active = undefined
    this.#reader = undefined
    this.#started = undefined
  }

  #path(segment: number): string {
    return segmentPath(this.#options.dir, segment)
  }
}
