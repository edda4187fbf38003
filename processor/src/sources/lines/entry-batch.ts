import type { Labels, LineBatch } from '../../core/batch.ts'

/** One line with a time of its own. */
export interface TimedLine {
  readonly bytes: Uint8Array
  readonly seconds: number
  readonly nanos: number
  readonly labels: Labels
}

/** A batch of lines that come one by one: journald, the push spool. */
export function batchOfEntries(
  entries: readonly TimedLine[],
  options: { readonly time: 'entry' | 'line'; readonly reference: number },
): LineBatch {
  const size = entries.reduce((sum, { bytes }) => sum + bytes.length + 1, 0)
  const bytes = new Uint8Array(size)
  const at = new Int32Array(entries.length * 2)
  const seconds = new Int32Array(entries.length)
  const nanos = new Int32Array(entries.length)
  const stream = new Uint16Array(entries.length)
  const labels: Labels[] = []
  const known = new Map<Labels, number>()
  let offset = 0
  entries.forEach((entry, i) => {
    bytes.set(entry.bytes, offset)
    at[2 * i] = offset
    offset += entry.bytes.length
    at[2 * i + 1] = offset
    bytes[offset++] = 10
    seconds[i] = entry.seconds
    nanos[i] = entry.nanos
    let index = known.get(entry.labels)
    if (index === undefined) {
      index = labels.length
      known.set(entry.labels, index)
      labels.push(entry.labels)
    }
    stream[i] = index
  })
  return { bytes, at, count: entries.length, seconds, nanos, stream, labels, ...options }
}
