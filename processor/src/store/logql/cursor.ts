import type { Block } from '../block.ts'
import type { Slice, Stream } from '../stream.ts'

export type Direction = 'forward' | 'backward'

/** Walks over the entries of a stream by time, in either direction; ties always in the order pushed. */
export class Cursor {
  readonly stream: Stream
  /** Place in the list of streams: decides between streams on one nanosecond. */
  readonly order: number
  block: Block
  index: number
  readonly #slices: readonly Slice[]
  readonly #forward: boolean
  #slice: number
  /** Backwards: entries of one nanosecond that are still to come, last first. */
  #ties: { block: Block; index: number }[] = []
  /** Backwards: where the search for older ones goes on. */
  #next: { slice: number; index: number }

  /** `slices` must not be empty. */
  constructor(stream: Stream, slices: readonly Slice[], direction: Direction, order: number) {
    this.stream = stream
    this.order = order
    this.#slices = slices
    this.#forward = direction === 'forward'
    this.#slice = 0
    this.block = slices[0]!.block
    this.index = slices[0]!.from
    const last = slices.length - 1
    this.#next = { slice: last, index: slices[last]!.to - 1 }
    if (!this.#forward) this.advance()
  }

  get ns(): bigint {
    return this.block.times[this.index]!
  }

  /** False at the end. */
  advance(): boolean {
    if (!this.#forward) return this.#advanceBackward()
    if (++this.index < this.#slices[this.#slice]!.to) return true
    const next = this.#slices[++this.#slice]
    if (next === undefined) return false
    this.block = next.block
    this.index = next.from
    return true
  }

  #advanceBackward(): boolean {
    if (this.#ties.length === 0) this.#collectTies()
    const entry = this.#ties.pop()
    if (entry === undefined) return false
    this.block = entry.block
    this.index = entry.index
    return true
  }

  #collectTies(): void {
    let ns: bigint | undefined
    for (;;) {
      const slice = this.#slices[this.#next.slice]
      if (slice === undefined) return
      if (this.#next.index < slice.from) {
        const before = this.#next.slice - 1
        this.#next = { slice: before, index: (this.#slices[before]?.to ?? 0) - 1 }
        continue
      }
      const time = slice.block.times[this.#next.index]!
      if (ns !== undefined && time !== ns) return
      ns = time
      this.#ties.push({ block: slice.block, index: this.#next.index })
      this.#next = { slice: this.#next.slice, index: this.#next.index - 1 }
    }
  }
}

/** Cursors by their next entry: a binary heap. */
export class CursorHeap {
  readonly #items: Cursor[]
  readonly #sign: 1 | -1

  constructor(cursors: readonly Cursor[], direction: Direction) {
    this.#items = [...cursors]
    this.#sign = direction === 'forward' ? 1 : -1
    for (let i = (this.#items.length >> 1) - 1; i >= 0; i--) this.#sink(i)
  }

  get first(): Cursor | undefined {
    return this.#items[0]
  }

  /** Moves the first cursor one entry on. */
  advance(): void {
    const [first] = this.#items
    if (first === undefined) return
    if (!first.advance()) {
      const last = this.#items.pop()!
      if (this.#items.length === 0) return
      this.#items[0] = last
    }
    this.#sink(0)
  }

  #isBefore(a: Cursor, b: Cursor): boolean {
    const [left, right] = [a.ns, b.ns]
    if (left === right) return a.order < b.order
    return this.#sign === 1 ? left < right : left > right
  }

  #sink(from: number): void {
    const items = this.#items
    const moved = items[from]!
    let at = from
    for (;;) {
      let child = at * 2 + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#isBefore(items[child + 1]!, items[child]!)) child++
      if (!this.#isBefore(items[child]!, moved)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = moved
  }
}
