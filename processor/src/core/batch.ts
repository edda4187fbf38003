/** Labels of the stream that a line came from; empty for files and stdin. */
export type Labels = Readonly<Record<string, string>>

/** `seconds[i]` of a line whose input gave no time of its own. */
export const NO_TIME = -0x8000_0000

/**
 * Many lines as bytes: one Loki page, one chunk of a file, one push request.
 *
 * - Line i is `bytes[at[2i] .. at[2i+1])`, without its line break. The byte behind each line exists
 *   (a line break or any byte below 0x20 may be written there) and is writable while the line is parsed.
 * - `seconds` and `nanos` hold the entry's time (Loki, push, journald) or NO_TIME.
 * - `stream[i]` indexes `labels`.
 * - The arrays may be longer than `count`; they are only valid until the next batch is asked for.
 */
export interface LineBatch {
  readonly bytes: Uint8Array
  readonly at: Int32Array
  readonly count: number
  readonly seconds: Int32Array
  readonly nanos: Int32Array
  readonly stream: Uint16Array
  readonly labels: readonly Labels[]
  /** `entry`: the event time is the entry's, if it has one; `line`: the line's own, else the entry's. */
  readonly time: 'entry' | 'line'
  /** Seconds since 1970: the newest time that a line without a year (and without an entry time) can have. */
  readonly reference: number
}

const encoder = new TextEncoder()

/** A batch made of strings: for tests, tools and the browser. Lone surrogates become U+FFFD. */
export function batchOf(
  lines: readonly string[],
  options: {
    readonly time?: 'entry' | 'line'
    readonly reference?: number
    /** Nanoseconds since 1970 of each line. */
    readonly ns?: readonly bigint[]
    readonly labels?: Labels
  } = {},
): LineBatch {
  const encoded = lines.map((line) => encoder.encode(line))
  const bytes = new Uint8Array(encoded.reduce((sum, line) => sum + line.length + 1, 0))
  const at = new Int32Array(lines.length * 2)
  const seconds = new Int32Array(lines.length).fill(NO_TIME)
  const nanos = new Int32Array(lines.length)
  let offset = 0
  encoded.forEach((line, i) => {
    bytes.set(line, offset)
    at[2 * i] = offset
    offset += line.length
    at[2 * i + 1] = offset
    bytes[offset++] = 10
    const ns = options.ns?.[i]
    if (ns !== undefined) {
      seconds[i] = Number(ns / 1_000_000_000n)
      nanos[i] = Number(ns % 1_000_000_000n)
    }
  })
  return {
    bytes,
    at,
    count: lines.length,
    seconds,
    nanos,
    stream: new Uint16Array(lines.length),
    labels: [options.labels ?? {}],
    time: options.time ?? 'line',
    reference: options.reference ?? 0,
  }
}
