import { Block, BLOCK_ENTRIES } from './block.ts'
import { entryBytes, type Entry } from './entry.ts'
import type { LabelSet } from './label-set.ts'

/** Entries [from, to) of a block, as they were when a reader asked. */
export interface Slice {
  readonly block: Block
  readonly from: number
  readonly to: number
}

/** From how many entries on one nanosecond on a set of their lines is kept. */
const TIES_WITH_SET = 32
const TIE_SETS = 8

/** The entries of one label set, sorted by time, ties in the order pushed, each (time, line) once. */
export class Stream {
  readonly labels: LabelSet
  readonly #blocks: Block[] = []
  /** Lines on a crowded nanosecond: without it each new one would be compared with all the others. */
  readonly #ties = new Map<bigint, Set<string>>()

  constructor(labels: LabelSet) {
    this.labels = labels
  }

  get first(): bigint | undefined {
    return this.#blocks[0]?.first
  }

  get last(): bigint | undefined {
    return this.#blocks.at(-1)?.last
  }

  /** False for a copy of a stored entry. `shared`: readers may hold blocks. */
  insert(entry: Entry, shared: boolean): boolean {
    const last = this.#blocks.at(-1)
    if (last === undefined || entry.ns > last.last) {
      this.#append(entry)
      return true
    }
    const at = this.#find(entry.ns + 1n)
    if (this.#isKnown(entry, at.block, at.index)) return false
    this.#insertAt(at.block, at.index, entry, shared)
    const ties = this.#ties.get(entry.ns)
    if (ties !== undefined) ties.add(entry.line)
    return true
  }

  has(ns: bigint, line: string): boolean {
    if (this.#blocks.length === 0) return false
    const at = this.#find(ns + 1n)
    return this.#isKnown({ ns, line, metadata: undefined }, at.block, at.index)
  }

  /** Takes back an entry that could not be written to disk. Gives the bytes freed. */
  remove(ns: bigint, line: string): number {
    for (const [number, block] of this.#blocks.entries()) {
      if (block.first > ns) break
      for (let i = block.lowerBound(ns); i < block.end && block.times[i] === ns; i++) {
        if (block.lines[i] !== line) continue
        const freed = entryBytes(line, block.metadata[i])
        const [before, after] = [block.part(block.from, i), block.part(i + 1, block.end)]
        this.#blocks.splice(number, 1, ...[before, after].filter((part) => part.end > 0))
        this.#ties.clear()
        return freed
      }
    }
    return 0
  }

  /** What lies in [start, end), oldest first. */
  slices(start: bigint, end: bigint): Slice[] {
    const slices: Slice[] = []
    for (const block of this.#blocks) {
      if (block.first >= end) break
      if (block.last < start) continue
      const from = block.first >= start ? block.from : block.lowerBound(start)
      const to = block.last < end ? block.end : block.lowerBound(end)
      if (from < to) slices.push({ block, from, to })
    }
    return slices
  }

  hasAny(start: bigint, end: bigint): boolean {
    return this.slices(start, end).length > 0
  }

  /** Drops the oldest entries up to and with `ns`, but stops at `enough` bytes. Gives what went. */
  dropUntil(ns: bigint, enough: number): { bytes: number; entries: number } {
    const gone = { bytes: 0, entries: 0 }
    this.#ties.clear()
    while (gone.bytes < enough) {
      const block = this.#blocks[0]
      if (block === undefined || block.first > ns) break
      const bytes = entryBytes(block.lines[block.from]!, block.metadata[block.from])
      block.from++
      block.bytes -= bytes
      gone.bytes += bytes
      gone.entries++
      if (block.from === block.end) this.#blocks.shift()
    }
    return gone
  }

  #append(entry: Entry): void {
    const last = this.#blocks.at(-1)
    if (last !== undefined && last.end < BLOCK_ENTRIES) {
      last.append(entry)
      return
    }
    const block = Block.empty()
    block.append(entry)
    this.#blocks.push(block)
  }

  /** Where an entry that comes before `ns` and behind everything older would be inserted. */
  #find(ns: bigint): { block: number; index: number } {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#blocks[middle]!.first < ns) low = middle + 1
      else high = middle
    }
    const block = Math.max(0, low - 1)
    return { block, index: this.#blocks[block]!.lowerBound(ns) }
  }

  #insertAt(number: number, index: number, entry: Entry, shared: boolean): void {
    const block = this.#blocks[number]!
    if (index === block.end && number === this.#blocks.length - 1) {
      this.#append(entry)
      return
    }
    if (block.end >= BLOCK_ENTRIES) {
      const middle = block.from + ((block.end - block.from) >> 1)
      const [left, right] = [block.part(block.from, middle), block.part(middle, block.end)]
      if (index <= middle) left.insert(index - block.from, entry)
      else right.insert(index - middle, entry)
      this.#blocks.splice(number, 1, ...[left, right].filter((part) => part.end > 0))
      return
    }
    if (!shared && block.from === 0) {
      block.insert(index, entry)
      return
    }
    const copy = block.part(block.from, block.end)
    copy.insert(index - block.from, entry)
    this.#blocks[number] = copy
  }

  /** (block, index) is the place behind the last entry on this nanosecond. */
  #isKnown(entry: Entry, number: number, index: number): boolean {
    const known = this.#ties.get(entry.ns)
    if (known !== undefined) return known.has(entry.line)
    let steps = 0
    for (const line of this.#backwards(entry.ns, number, index)) {
      if (line === entry.line) return true
      if (++steps === TIES_WITH_SET) return this.#collect(entry.ns, number, index).has(entry.line)
    }
    return false
  }

  #collect(ns: bigint, number: number, index: number): Set<string> {
    const lines = new Set(this.#backwards(ns, number, index))
    if (this.#ties.size >= TIE_SETS) this.#ties.clear()
    this.#ties.set(ns, lines)
    return lines
  }

  *#backwards(ns: bigint, number: number, index: number): Generator<string> {
    for (let b = number; b >= 0; b--) {
      const block = this.#blocks[b]!
      for (let i = (b === number ? index : block.end) - 1; i >= block.from; i--) {
        if (block.times[i] !== ns) return
        yield block.lines[i]!
      }
    }
  }
}
