import { NO_TIME } from '../../core/batch.ts'
import type { Labels, LineBatch } from '../../core/batch.ts'

/** A batch ends at so many lines or bytes, whichever comes first. */
export const LINES_PER_BATCH = 5000
const CHUNK_BYTES = 1 << 20

/** Longer lines are cut to this: no firewall line is near it, and a line of a megabyte must not become one. */
export const MAX_LINE_BYTES = 65_536

const NEWLINE = 10
const RETURN = 13
const NO_LABELS: readonly Labels[] = [{}]

export interface ChunkerOptions {
  /** Seconds since 1970 for lines without a year. */
  readonly reference: number
  readonly labels?: Labels
  readonly time?: 'entry' | 'line'
}

/**
 * Bytes in, batches of whole lines out. The caller reads into `space()` and says how much with `filled`, then takes
 * batches until there is none, and asks for `last()` when the input has ended. One buffer and one set of arrays
 * serve all batches, so a batch is valid until the next call.
 */
export class LineChunker {
  /** Bytes consumed by the batches handed out so far: where a reader continues. */
  consumed = 0
  #buffer = Buffer.allocUnsafe(CHUNK_BYTES + 1)
  #from = 0
  #to = 0
  /** Inside a line whose beginning was handed out: drop bytes up to its end. */
  #skipping = false
  readonly #at = new Int32Array(2 * LINES_PER_BATCH)
  readonly #seconds = new Int32Array(LINES_PER_BATCH).fill(NO_TIME)
  readonly #nanos = new Int32Array(LINES_PER_BATCH)
  readonly #stream = new Uint16Array(LINES_PER_BATCH)
  readonly #labels: readonly Labels[]
  readonly #options: ChunkerOptions

  constructor(options: ChunkerOptions) {
    this.#options = options
    this.#labels = options.labels === undefined ? NO_LABELS : [options.labels]
  }

  /** Room to read into; never empty once `batch` has returned undefined. */
  space(): Buffer {
    if (this.#from > 0) {
      this.#buffer.copyWithin(0, this.#from, this.#to)
      this.#to -= this.#from
      this.#from = 0
    }
    return this.#buffer.subarray(this.#to, CHUNK_BYTES)
  }

  filled(bytes: number): void {
    this.#to += bytes
  }

  /** Bytes that wait for the end of their line. */
  get pending(): number {
    return this.#to - this.#from
  }

  /** Forgets what waits: the file was cut or replaced. */
  reset(consumed: number): void {
    this.#from = 0
    this.#to = 0
    this.#skipping = false
    this.consumed = consumed
  }

  /** The next batch of whole lines, undefined if there is none. */
  batch(): LineBatch | undefined {
    const buffer = this.#buffer
    let count = 0
    let from = this.#from
    while (count < LINES_PER_BATCH) {
      const end = buffer.indexOf(NEWLINE, from)
      if (end < 0 || end >= this.#to) break
      if (this.#skipping) this.#skipping = false
      else this.#line(count++, from, end)
      from = end + 1
    }
    this.consumed += from - this.#from
    this.#from = from
    if (count === 0 && this.pending >= CHUNK_BYTES) return this.#overlong()
    return count === 0 ? undefined : this.#made(count)
  }

  /** What is left after the input has ended, as a line of its own. */
  last(): LineBatch | undefined {
    const { pending } = this
    if (pending === 0) return undefined
    const from = this.#from
    this.consumed += pending
    this.#from = this.#to
    if (this.#skipping) return undefined
    this.#buffer[this.#to] = NEWLINE
    this.#line(0, from, this.#to)
    return this.#made(1)
  }

  #line(index: number, from: number, end: number): void {
    let to = end > from && this.#buffer[end - 1] === RETURN ? end - 1 : end
    if (to - from > MAX_LINE_BYTES) to = from + MAX_LINE_BYTES
    this.#at[2 * index] = from
    this.#at[2 * index + 1] = to
  }

  /** A buffer full of one line: its beginning counts as the line, the rest is dropped. */
  #overlong(): LineBatch | undefined {
    const from = this.#from
    const first = !this.#skipping
    this.#skipping = true
    this.consumed += this.pending
    this.#from = this.#to
    if (!first) return undefined
    this.#line(0, from, this.#to)
    return this.#made(1)
  }

  #made(count: number): LineBatch {
    return {
      bytes: this.#buffer,
      at: this.#at,
      count,
      seconds: this.#seconds,
      nanos: this.#nanos,
      stream: this.#stream,
      labels: this.#labels,
      time: this.#options.time ?? 'line',
      reference: this.#options.reference,
    }
  }
}
