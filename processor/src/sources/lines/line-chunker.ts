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
  /** Bound of a line, `MAX_LINE_BYTES` by default; at most half a megabyte. */
  readonly maxLineBytes?: number
}

/** The beginning of a line whose end has not come yet. */
export interface UnfinishedLine {
  readonly bytes: Uint8Array
  /** Bytes behind them that were read and dropped, because the line is longer than the bound. */
  readonly dropped: number
}

/**
 * Bytes in, batches of whole lines out. The caller reads into `space()` and says how much with `filled`, then takes
 * batches until there is none, and asks for `last()` when the input has ended. One buffer and one set of arrays
 * serve all batches, so a batch is valid until the next call.
 *
 * A line keeps its bytes as they are, NUL and broken UTF-8 too, without its LF or CR LF. A line above the bound is cut
 * to it and handed over once its end has come, so that `consumed` never points into a line.
 */
export class LineChunker {
  /** Bytes consumed by the batches handed out so far: where a reader continues. */
  consumed = 0
  reference: number
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES + 1)
  #from = 0
  #to = 0
  /** No line break stands between #from and here. */
  #searched = 0
  /** Of the unfinished line: bytes that are above the bound and gone. */
  #dropped = 0
  readonly #at = new Int32Array(2 * LINES_PER_BATCH)
  readonly #seconds = new Int32Array(LINES_PER_BATCH).fill(NO_TIME)
  readonly #nanos = new Int32Array(LINES_PER_BATCH)
  readonly #stream = new Uint16Array(LINES_PER_BATCH)
  readonly #labels: readonly Labels[]
  readonly #time: 'entry' | 'line'
  readonly #maxLine: number

  constructor(options: ChunkerOptions) {
    this.reference = options.reference
    this.#time = options.time ?? 'line'
    this.#labels = options.labels === undefined ? NO_LABELS : [options.labels]
    // The beginning of a line that is kept must leave room to read on.
    this.#maxLine = Math.min(options.maxLineBytes ?? MAX_LINE_BYTES, CHUNK_BYTES / 2)
  }

  /** Room to read into; never empty once `batch` has returned undefined. */
  space(): Buffer {
    this.#makeRoom()
    return this.#buffer.subarray(this.#to, CHUNK_BYTES)
  }

  filled(bytes: number): void {
    this.#to += bytes
  }

  /** Bytes of the input that wait for the end of their line. */
  get pending(): number {
    return this.#to - this.#from + this.#dropped
  }

  /** Forgets what waits: the file was cut or replaced. */
  reset(consumed: number): void {
    this.resume(consumed, undefined)
  }

  /** Takes out what waits, so that another input can be read through this chunker meanwhile. */
  suspend(): UnfinishedLine | undefined {
    if (this.pending === 0) return undefined
    this.#makeRoom()
    const bytes = new Uint8Array(this.#buffer.subarray(this.#from, this.#to))
    const line = { bytes, dropped: this.#dropped }
    this.reset(0)
    return line
  }

  /** Goes on with an input behind `consumed` and the unfinished line that follows there. */
  resume(consumed: number, line: UnfinishedLine | undefined): void {
    this.#from = 0
    this.#to = line?.bytes.length ?? 0
    if (line !== undefined) this.#buffer.set(line.bytes)
    this.#searched = 0
    this.#dropped = line?.dropped ?? 0
    this.consumed = consumed
  }

  /** The next batch of whole lines, undefined if there is none. */
  batch(): LineBatch | undefined {
    const buffer = this.#buffer
    let count = 0
    let from = this.#from
    let search = this.#searched
    while (count < LINES_PER_BATCH) {
      const end = buffer.indexOf(NEWLINE, search)
      if (end < 0 || end >= this.#to) {
        search = this.#to
        break
      }
      this.#line(count++, from, end)
      from = end + 1
      search = from
    }
    this.#searched = search
    if (count === 0) return undefined
    this.consumed += from - this.#from + this.#dropped
    this.#dropped = 0
    this.#from = from
    return this.#made(count)
  }

  /** What is left after the input has ended, as a line of its own. */
  last(): LineBatch | undefined {
    if (this.pending === 0) return undefined
    this.#makeRoom()
    this.#buffer[this.#to] = NEWLINE
    this.#line(0, this.#from, this.#to)
    this.consumed += this.pending
    this.#dropped = 0
    this.#from = this.#to
    this.#searched = this.#to
    return this.#made(1)
  }

  #line(index: number, from: number, end: number): void {
    // Where bytes were dropped, the last one that is left is not the end of the line.
    const isWhole = index > 0 || this.#dropped === 0
    let to = isWhole && end > from && this.#buffer[end - 1] === RETURN ? end - 1 : end
    if (to - from > this.#maxLine) to = from + this.#maxLine
    this.#at[2 * index] = from
    this.#at[2 * index + 1] = to
  }

  /** Moves the unfinished line to the front, without what is above the bound. */
  #makeRoom(): void {
    const waiting = this.#to - this.#from
    // A CR LF may follow the bound; with a byte more the line is cut in any case.
    const kept = Math.min(waiting, this.#maxLine + 2)
    if (this.#from > 0) this.#buffer.copyWithin(0, this.#from, this.#from + kept)
    this.#dropped += waiting - kept
    this.#from = 0
    this.#to = kept
    this.#searched = Math.min(this.#searched, kept)
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
      time: this.#time,
      reference: this.reference,
    }
  }
}
