import { NO_ACTIVITY, type Activity } from './model'

/** Names by small numbers; -1 beyond `most` of them. */
export class Names {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #most: number

  constructor(most = 0x7fff_ffff) {
    this.#most = most
  }

  of(name: string): number {
    let number = this.#numbers.get(name)
    if (number === undefined) {
      if (this.list.length >= this.#most) return -1
      number = this.list.length
      this.list.push(name)
      this.#numbers.set(name, number)
    }
    return number
  }
}

/** One row of an `Activity`. */
export interface ActivityRow {
  readonly time: number
  readonly source: number
  readonly destination: number
  readonly protocol: number
  readonly low: number
  readonly high: number
  readonly packets: number
}

/** Rows in columns that grow; sorted at the end. */
export class ActivityRows {
  length = 0
  #rows: Activity = NO_ACTIVITY

  add({ time, source, destination, protocol, low, high, packets }: ActivityRow): void {
    const at = this.length
    if (at === this.#rows.time.length) this.#rows = resized(this.#rows, Math.max(256, at * 2))
    const rows = this.#rows
    rows.time[at] = time
    rows.source[at] = source
    rows.destination[at] = destination
    rows.protocol[at] = protocol
    rows.low[at] = low
    rows.high[at] = high
    rows.packets[at] = packets
    this.length = at + 1
  }

  /** The rows by time. */
  sorted(): Activity {
    return sortedByTime({ ...resized(this.#rows, this.length), length: this.length })
  }
}

function resized(rows: Activity, length: number): Activity {
  const copy = <T extends Float64Array | Int32Array | Int16Array>(from: T, to: T): T => {
    to.set(from.subarray(0, length))
    return to
  }
  return {
    length: rows.length,
    time: copy(rows.time, new Float64Array(length)),
    source: copy(rows.source, new Int32Array(length)),
    destination: copy(rows.destination, new Int32Array(length)),
    protocol: copy(rows.protocol, new Int16Array(length)),
    low: copy(rows.low, new Int32Array(length)),
    high: copy(rows.high, new Int32Array(length)),
    packets: copy(rows.packets, new Float64Array(length)),
  }
}

/** The same rows by time; rows of one time keep their order. */
export function sortedByTime(rows: Activity): Activity {
  const { length, time } = rows
  let isSorted = true
  for (let i = 1; i < length && isSorted; i++) isSorted = (time[i] ?? 0) >= (time[i - 1] ?? 0)
  if (isSorted) return rows
  const order = new Uint32Array(length)
  for (let i = 0; i < length; i++) order[i] = i
  order.sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0) || a - b)
  const pick = <T extends Float64Array | Int32Array | Int16Array>(from: T, to: T): T => {
    for (let i = 0; i < length; i++) to[i] = from[order[i] ?? 0] ?? 0
    return to
  }
  return {
    length,
    time: pick(time, new Float64Array(length)),
    source: pick(rows.source, new Int32Array(length)),
    destination: pick(rows.destination, new Int32Array(length)),
    protocol: pick(rows.protocol, new Int16Array(length)),
    low: pick(rows.low, new Int32Array(length)),
    high: pick(rows.high, new Int32Array(length)),
    packets: pick(rows.packets, new Float64Array(length)),
  }
}

/** The rows with each source under its new number; a source that has none becomes -1. */
export function withSources(rows: Activity, places: ArrayLike<number>): Activity {
  const source = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const old = rows.source[i] ?? -1
    source[i] = old < 0 ? -1 : (places[old] ?? -1)
  }
  return { ...rows, source }
}
