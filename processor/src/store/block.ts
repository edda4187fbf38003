import { entryBytes, type Entry, type Metadata } from './entry.ts'

/** Entries of a block at most: a late line moves no more than these. */
export const BLOCK_ENTRIES = 4096

/**
 * Up to 4,096 entries of one stream in the order of time, ties in the order pushed.
 *
 * A reader keeps a block and two indexes across turns of the event loop. So a block only ever grows at
 * its end and loses at its front by moving `from`; whoever inserts in the middle copies it first.
 */
export class Block {
  times: BigInt64Array
  readonly lines: string[]
  readonly metadata: (Metadata | undefined)[]
  /** Entries before this index were dropped by retention. */
  from = 0
  bytes = 0

  constructor(times: BigInt64Array, lines: string[], metadata: (Metadata | undefined)[]) {
    this.times = times
    this.lines = lines
    this.metadata = metadata
    for (let i = 0; i < lines.length; i++) this.bytes += entryBytes(lines[i]!, metadata[i])
  }

  static empty(): Block {
    return new Block(new BigInt64Array(16), [], [])
  }

  get end(): number {
    return this.lines.length
  }

  get first(): bigint {
    return this.times[this.from]!
  }

  get last(): bigint {
    return this.times[this.lines.length - 1]!
  }

  /** The entries [from, to) as a block of their own. */
  part(from: number, to: number): Block {
    const times = new BigInt64Array(Math.max(16, to - from + 16))
    times.set(this.times.subarray(from, to))
    return new Block(times, this.lines.slice(from, to), this.metadata.slice(from, to))
  }

  append(entry: Entry): void {
    this.#reserve()
    this.times[this.lines.length] = entry.ns
    this.lines.push(entry.line)
    this.metadata.push(entry.metadata)
    this.bytes += entryBytes(entry.line, entry.metadata)
  }

  /** Not for a block that a reader may hold. */
  insert(index: number, entry: Entry): void {
    this.#reserve()
    this.times.copyWithin(index + 1, index, this.lines.length)
    this.times[index] = entry.ns
    this.lines.splice(index, 0, entry.line)
    this.metadata.splice(index, 0, entry.metadata)
    this.bytes += entryBytes(entry.line, entry.metadata)
  }

  /** First index whose time is not below `ns`. */
  lowerBound(ns: bigint): number {
    let [low, high] = [this.from, this.lines.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.times[middle]! < ns) low = middle + 1
      else high = middle
    }
    return low
  }

  #reserve(): void {
    if (this.lines.length < this.times.length) return
    const larger = new BigInt64Array(Math.min(BLOCK_ENTRIES, this.times.length * 2) + 1)
    larger.set(this.times)
    this.times = larger
  }
}
