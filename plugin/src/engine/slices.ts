import type { LineRows } from '../data/lines'
import type { Slice } from './messages'

/** Lines of a slice: some 5 ms of detection. */
export const SLICE_LINES = 5000
/** Bytes of a slice at which it ends early; a longer line is a slice of its own. */
const SLICE_BYTES = 2 << 20
/** The kernel's lines have a tenth of it. Only what is longer is cut, so that one row cannot take the memory. */
const MOST_LINE = 256 << 10

const encoder = new TextEncoder()

/** Turns rows into slices of bytes, into the memory of an earlier slice where one is given back. */
export class Slicer {
  readonly #rows: LineRows
  #next = 0

  constructor(rows: LineRows) {
    this.#rows = rows
  }

  get done(): number {
    return this.#next
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#rows.count
  }

  /** The next lines, at most `most`. */
  next(spare: Slice | undefined, most = SLICE_LINES): Slice {
    const rows = this.#rows
    const count = Math.min(most, SLICE_LINES, rows.count - this.#next)
    const slice = spare ?? emptySlice()
    let bytes = slice.bytes
    let used = 0
    let line = 0
    for (; line < count && (line === 0 || used < SLICE_BYTES); line++) {
      const whole = rows.text(this.#next + line)
      const text = whole.length > MOST_LINE ? whole.slice(0, MOST_LINE) : whole
      // A UTF-16 unit has three bytes at most, and the line break is behind it.
      const need = used + text.length * 3 + 1
      if (need > bytes.length) {
        const larger = new Uint8Array(Math.max(need, bytes.length * 2))
        larger.set(bytes.subarray(0, used))
        bytes = larger
      }
      slice.at[2 * line] = used
      used += encoder.encodeInto(text, bytes.subarray(used)).written
      slice.at[2 * line + 1] = used
      bytes[used++] = 10
    }
    const from = this.#next
    slice.seconds.set(rows.seconds.subarray(from, from + line))
    slice.nanos.set(rows.nanos.subarray(from, from + line))
    slice.host.set(rows.host.subarray(from, from + line))
    this.#next += line
    return { ...slice, bytes, count: line }
  }
}

function emptySlice(): Slice {
  return {
    count: 0,
    bytes: new Uint8Array(1 << 20),
    at: new Int32Array(2 * SLICE_LINES),
    seconds: new Int32Array(SLICE_LINES),
    nanos: new Int32Array(SLICE_LINES),
    host: new Uint16Array(SLICE_LINES),
  }
}

/** Memory of a slice, which goes with it. */
export function buffersOfSlice({ bytes, at, seconds, nanos, host }: Slice): ArrayBuffer[] {
  return [bytes.buffer, at.buffer, seconds.buffer, nanos.buffer, host.buffer]
}
