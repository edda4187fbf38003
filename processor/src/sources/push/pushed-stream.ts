import type { Labels } from '../../core/batch.ts'
import { MAX_LINE_BYTES } from '../lines/line-chunker.ts'
import { PushError } from './push-error.ts'

/** One stream of a push body, whichever format it came in. */
export interface PushedStream {
  readonly labels: Labels
  readonly entries: readonly PushedEntry[]
}

export interface PushedEntry {
  readonly bytes: Uint8Array
  readonly seconds: number
  readonly nanos: number
}

/** An entry of two bytes is possible: without a bound a body within its limit becomes gigabytes of objects. */
export const MAX_ENTRIES = 200_000

const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const LINE_FEED = 10
const BLANK = 32

/** Counts entries over all streams of a body. */
export class EntryCount {
  #count = 0

  add(): void {
    if (++this.#count > MAX_ENTRIES)
      throw new PushError(413, `more than ${MAX_ENTRIES} entries in one push: send smaller ones`)
  }
}

/** Labels as Loki takes them: known names, each once; one with an empty value is no label. */
export function checkedLabels(pairs: Iterable<readonly [string, string]>): Labels {
  const labels = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (!LABEL_NAME.test(name))
      throw new PushError(400, `couldn't parse labels: ${JSON.stringify(name)} is no label name`)
    if (labels.has(name))
      throw new PushError(400, `couldn't parse labels: ${JSON.stringify(name)} stands there twice`)
    labels.set(name, value)
  }
  // fromEntries, so that a label called __proto__ is one like any other.
  return Object.fromEntries([...labels].filter(([, value]) => value !== ''))
}

/**
 * An entry within bounds. Rows hold seconds in 32 bits, and the least of them stands for "no time"; a time out of them is
 * as far from now as what Loki refuses.
 */
export function pushedEntry(bytes: Uint8Array, seconds: number, nanos: number): PushedEntry {
  if (!(seconds > -0x8000_0000 && seconds <= 0x7fff_ffff) || !(nanos >= 0 && nanos < 1e9))
    throw new PushError(
      400,
      'an entry has a timestamp out of range: expected nanoseconds since 1970',
    )
  return { bytes: oneLine(bytes), seconds, nanos }
}

/** A copy that is one line: cut to the bound, and a line break inside it would end it for the parser. */
function oneLine(bytes: Uint8Array): Uint8Array {
  const line = new Uint8Array(bytes.subarray(0, MAX_LINE_BYTES))
  for (let at = line.indexOf(LINE_FEED); at !== -1; at = line.indexOf(LINE_FEED, at + 1))
    line[at] = BLANK
  return line
}
