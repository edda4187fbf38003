import { PicketError } from '../errors.ts'
import type { Logger } from '../telemetry/logger.ts'
import { entryBytes, type Entry, type PushedStream } from './entry.ts'
import { DEFAULT_LIMITS, DEFAULT_MAX_BYTES, type StoreLimits } from './limits.ts'
import { labelSet, labelText, type LabelSet } from './label-set.ts'
import { SegmentLog } from './log/segment-log.ts'
import { checkStream, withServiceName, type Refusal } from './push/check.ts'
import { StoreError } from './store-error.ts'
import type { Stream } from './stream.ts'
import { StreamIndex, type StreamMatcher } from './stream-index.ts'

export interface StoreOptions {
  /** Where to keep the lines. Without it they are in memory only. */
  readonly dir?: string | undefined
  /** Lines older than this are dropped, and refused when pushed. Without it age does not matter. */
  readonly retentionMs?: number | undefined
  /** About the memory that lines may take. The oldest of all streams go first. Default 256 MiB. */
  readonly maxBytes?: number | undefined
  /** Size of a file of the log. */
  readonly segmentBytes?: number | undefined
  readonly limits?: Partial<StoreLimits> | undefined
  readonly logger: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** One stream of a push, in plain objects. */
export interface StreamInput {
  readonly labels: Readonly<Record<string, string>>
  readonly entries: readonly {
    readonly ns: bigint
    readonly line: string
    readonly metadata?: Readonly<Record<string, string>> | undefined
  }[]
}

export interface StoreFacts {
  readonly streams: number
  readonly bytes: number
  readonly entries: number
  readonly diskBytes: number
}

type PushListener = (labels: LabelSet, entries: readonly Entry[]) => void

/**
 * Streams of lines in memory, and on disk if there is a directory. All changes are synchronous: a push
 * is stored and readable when `append` returns.
 */
export class LineStore {
  readonly limits: StoreLimits
  readonly now: () => number
  readonly #logger: Logger
  readonly #index = new StreamIndex()
  readonly #maxBytes: number
  readonly #retentionMs: number | undefined
  readonly #log: SegmentLog | undefined
  readonly #listeners = new Set<PushListener>()
  #bytes = 0
  #entries = 0
  #readers = 0
  #closed = false

  constructor(options: StoreOptions) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.now = options.now
    this.#logger = options.logger
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    this.#retentionMs = options.retentionMs
    if (options.dir === undefined) return
    const { dir, segmentBytes, logger } = options
    this.#log = new SegmentLog({ dir, segmentBytes, maxBytes: this.#maxBytes, logger })
    try {
      this.#log.replay((stream) => {
        this.#insert(stream)
        this.#dropOldest()
      })
    } catch (error) {
      this.#log.close()
      throw new PicketError(
        'PICKET_STORE_DIR',
        `The store directory ${dir} cannot be read: ${(error as Error).message}`,
        { cause: error },
      )
    }
    this.expire()
    logger.info({ dir, ...this.facts() }, 'Log of the store read.')
  }

  facts(): StoreFacts {
    return {
      streams: this.#index.size,
      bytes: this.#bytes,
      entries: this.#entries,
      diskBytes: this.#log?.bytes ?? 0,
    }
  }

  /**
   * Stores what is good, drops copies without a word and then throws what was refused, as Loki does:
   * a 400 does not mean that nothing was stored. Other statuses do.
   */
  append(streams: readonly PushedStream[]): void {
    if (this.#closed) throw new StoreError(503, 'the store is closed')
    if (streams.length === 0) {
      throw new StoreError(422, 'error at least one valid stream is required for ingestion')
    }
    const refusals: Refusal[] = []
    const oldestNs = this.#oldestAccepted()
    const good = streams
      .map((stream) => withServiceName(stream))
      .map((stream) => checkStream(stream, this.limits, oldestNs, refusals))
    this.#checkStreamCount(good)
    this.#store(good)
    if (refusals.length > 0) {
      const messages = refusals.map(({ message, count }) =>
        refusals.length === 1 ? message : `${count} errors like: ${message}`,
      )
      throw new StoreError(400, messages.join('; '))
    }
  }

  /** The same for plain objects, whose label names are taken as they are. */
  push(inputs: readonly StreamInput[]): void {
    this.append(
      inputs.map(({ labels, entries }) => ({
        labels: labelSet(Object.entries(labels)),
        entries: entries.map(({ ns, line, metadata }) => ({
          ns,
          line,
          metadata: metadata === undefined ? undefined : Object.entries(metadata).flat(),
        })),
      })),
    )
  }

  select(matchers: readonly StreamMatcher[]): Stream[] {
    return this.#index.select(matchers)
  }

  /** While `use` runs, blocks are copied before they change in the middle. */
  async reading<T>(use: () => Promise<T>): Promise<T> {
    this.#readers++
    try {
      return await use()
    } finally {
      this.#readers--
    }
  }

  /** Calls back with every entry that was new. Gives the function that ends it. */
  onPush(listener: PushListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Drops what is too old. To be called now and then. */
  expire(): void {
    const oldestNs = this.#oldestAccepted()
    if (oldestNs !== undefined) {
      for (const stream of [...this.#index.all()]) {
        this.#drop(stream, oldestNs - 1n, Number.POSITIVE_INFINITY)
      }
    }
    this.#shrinkLog()
    this.#log?.sync()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#listeners.clear()
    this.#log?.close()
  }

  #oldestAccepted(): bigint | undefined {
    if (this.#retentionMs === undefined) return undefined
    return BigInt(Math.floor(this.now() - this.#retentionMs)) * 1_000_000n
  }

  #checkStreamCount(streams: readonly PushedStream[]): void {
    const added = new Map(
      streams
        .filter(
          ({ labels, entries }) => entries.length > 0 && this.#index.get(labels) === undefined,
        )
        .map(({ labels }) => [labels.key, labels]),
    )
    if (this.#index.size + added.size <= this.limits.maxStreams) return
    const [labels] = added.values()
    throw new StoreError(
      429,
      `Maximum active stream limit exceeded when trying to create stream ${labels === undefined ? '{}' : labelText(labels)}, reduce the number of active streams (reduce labels or reduce label values), user: 'fake'`,
    )
  }

  #store(streams: readonly PushedStream[]): void {
    const added = streams
      .map((stream) => this.#insert(stream))
      .filter(({ entries }) => entries.length > 0)
    try {
      this.#log?.append(added)
    } catch (error) {
      this.#takeBack(added)
      this.#logger.error({ err: error }, 'The store could not write to its directory.')
      throw new StoreError(500, `the store could not write to disk: ${(error as Error).message}`, {
        cause: error,
      })
    }
    if (this.#dropOldest()) this.#shrinkLog()
    for (const listener of this.#listeners) {
      for (const { labels, entries } of added) listener(labels, entries)
    }
  }

  /** Gives the entries that were new. */
  #insert({ labels, entries }: PushedStream): PushedStream {
    if (entries.length === 0) return { labels, entries }
    const stream = this.#index.getOrAdd(labels)
    const added = entries.filter((entry) => stream.insert(entry, this.#readers > 0))
    for (const { line, metadata } of added) this.#bytes += entryBytes(line, metadata)
    this.#entries += added.length
    return { labels: stream.labels, entries: added }
  }

  #takeBack(streams: readonly PushedStream[]): void {
    for (const { labels, entries } of streams) {
      const stream = this.#index.get(labels)
      if (stream === undefined) continue
      for (const { ns, line } of entries) {
        this.#bytes -= stream.remove(ns, line)
        this.#entries--
      }
      if (stream.first === undefined) this.#index.remove(stream)
    }
  }

  /** Down to nine tenths, so that not every push has to look for the oldest. True if anything went. */
  #dropOldest(): boolean {
    if (this.#bytes <= this.#maxBytes) return false
    const target = Math.floor(this.#maxBytes * 0.9)
    const before = this.#entries
    const byAge = [...this.#index.all()].sort((a, b) => (a.first! < b.first! ? -1 : 1))
    while (this.#bytes > target && byAge.length > 0) {
      const oldest = byAge.shift()!
      const next = byAge[0]?.first ?? oldest.last!
      this.#drop(oldest, next, this.#bytes - target)
      const first = oldest.first
      if (first === undefined) continue
      const place = byAge.findIndex((stream) => stream.first! > first)
      byAge.splice(place === -1 ? byAge.length : place, 0, oldest)
    }
    this.#logger.debug({ entries: before - this.#entries }, 'Oldest lines dropped to make room.')
    return true
  }

  #drop(stream: Stream, untilNs: bigint, enough: number): void {
    const { bytes, entries } = stream.dropUntil(untilNs, enough)
    this.#bytes -= bytes
    this.#entries -= entries
    if (stream.first === undefined) this.#index.remove(stream)
  }

  #shrinkLog(): void {
    if (this.#log === undefined) return
    let oldest: bigint | undefined
    for (const { first } of this.#index.all()) {
      if (first !== undefined && (oldest === undefined || first < oldest)) oldest = first
    }
    try {
      this.#log.dropBefore(oldest)
      this.#log.compact(({ labels, entries }) => {
        const stream = this.#index.get(labels)
        return { labels, entries: entries.filter(({ ns, line }) => stream?.has(ns, line) ?? false) }
      })
    } catch (error) {
      this.#logger.error({ err: error }, 'Old files of the store could not be removed.')
    }
  }
}
