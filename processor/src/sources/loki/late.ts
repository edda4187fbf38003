import type { LokiPage } from '../../clients/loki/index.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Hash } from './hash.ts'
import { hashOf, type KnownStream } from './lines.ts'
import { max } from './pager.ts'
import type { Cursor, SavedPosition } from './position.ts'
import { SeenLog, type SeenMark } from './seen-log.ts'

/** About 3 MB of a checkpoint; at 300 lines a second they reach back eleven minutes. */
export const MAX_SEEN = 200_000
const SECOND_NS = 1_000_000_000n
const MIN_EVERY_MS = 10_000

/**
 * What is needed to find lines that arrived behind the cursor: the hashes of all that were handed over since `from`,
 * and when to read that stretch again.
 *
 * Everything at or behind `from` is remembered, nothing before it is ever read again. `from` only rises: with the
 * time that passed, and when there are more lines than `MAX_SEEN`.
 */
export class LateLines {
  readonly everyMs: number
  readonly #windowNs: bigint
  readonly #logger: Logger
  readonly #log: SeenLog
  readonly #hash: Hash = { low: 0, high: 0 }
  #from: bigint
  #fromSeconds = 0
  #fromNanos = 0
  #saidAtMs = Number.NEGATIVE_INFINITY
  /** Where the stretch is being read again, undefined while it is not. */
  cursor: Cursor | undefined
  /** End of the stretch: the forward cursor when it was begun. */
  end = 0n
  #nextMs: number

  constructor(
    options: {
      readonly maxLatenessMs: number
      readonly settleMs: number
      readonly logger: Logger
      readonly maxSeen?: number
    },
    start: {
      readonly cursor: Cursor
      readonly late: SavedPosition['late']
      readonly nowMs: number
    },
  ) {
    this.everyMs = Math.max(MIN_EVERY_MS, options.maxLatenessMs / 10)
    // A line that is as late as allowed must still be inside when the next look comes, and while that takes its time.
    const windowMs = options.maxLatenessMs + options.settleMs + 2 * this.everyMs
    this.#windowNs = BigInt(Math.ceil(windowMs)) * 1_000_000n
    this.#logger = options.logger
    this.#log = new SeenLog(options.maxSeen ?? MAX_SEEN)
    this.#from = start.cursor.ns
    this.#nextMs = start.nowMs + this.everyMs
    if (start.late !== undefined) {
      this.#log.restore(start.late.seen)
      this.#from = start.late.from
      // What arrived while nobody was reading may be older than the window soon: look once before it moves.
      const cursorMs = Number(start.cursor.ns / 1_000_000n)
      if (start.nowMs - options.settleMs - cursorMs > this.everyMs)
        this.begin(start.cursor, start.nowMs)
    }
    this.#split()
  }

  get from(): bigint {
    return this.#from
  }

  mark(): { readonly from: () => bigint; readonly log: SeenLog; readonly mark: SeenMark } {
    return { from: () => this.#from, log: this.#log, mark: this.#log.mark() }
  }

  isDue(nowMs: number): boolean {
    // The second: the clock was set back.
    return nowMs >= this.#nextMs || nowMs < this.#nextMs - 2 * this.everyMs
  }

  begin(forward: Cursor, nowMs: number): void {
    // A nanosecond that is being read stream by stream is not behind the cursor yet.
    this.end = forward.ns
    if (this.#from < this.end) this.cursor = { ns: this.#from }
    else this.finish(nowMs)
  }

  finish(nowMs: number): void {
    this.cursor = undefined
    this.#nextMs = nowMs + this.everyMs
  }

  /** Moves the window along; not while it is being read. */
  advance(nowNs: bigint): void {
    if (this.cursor !== undefined) return
    this.#rise(nowNs - this.#windowNs)
    this.#log.expire(Number(this.#from / SECOND_NS))
  }

  /** A line that is handed over. */
  remember(page: LokiPage, index: number, stream: KnownStream, nowMs: number): void {
    if (!this.#isInside(page, index)) return
    hashOf(page, index, stream, this.#hash)
    this.#add(page.seconds[index] ?? 0, nowMs)
  }

  /** A line of the stretch that is read again: true if it is new. It is remembered. */
  isNew(page: LokiPage, index: number, stream: KnownStream, nowMs: number): boolean {
    if (!this.#isInside(page, index)) return false
    hashOf(page, index, stream, this.#hash)
    const seconds = page.seconds[index] ?? 0
    if (this.#log.has(seconds, this.#hash.low, this.#hash.high)) return false
    this.#add(seconds, nowMs)
    return true
  }

  #add(seconds: number, nowMs: number): void {
    const complete = this.#log.add(seconds, this.#hash.low, this.#hash.high)
    if (complete === undefined) return
    this.#rise(BigInt(complete) * SECOND_NS)
    if (nowMs - this.#saidAtMs < 3_600_000) return
    this.#saidAtMs = nowMs
    this.#logger.warn(
      { lines: this.#log.size, from: new Date(complete * 1000).toISOString() },
      'More lines within maxLateness than can be remembered: late ones are found over a shorter time.',
    )
  }

  #isInside(page: LokiPage, index: number): boolean {
    const seconds = page.seconds[index] ?? 0
    return (
      seconds > this.#fromSeconds ||
      (seconds === this.#fromSeconds && (page.nanos[index] ?? 0) >= this.#fromNanos)
    )
  }

  #rise(from: bigint): void {
    this.#from = max(this.#from, from)
    this.#split()
  }

  #split(): void {
    this.#fromSeconds = Number(this.#from / SECOND_NS)
    this.#fromNanos = Number(this.#from % SECOND_NS)
  }
}
