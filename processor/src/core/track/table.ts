/** Ints of one unit of change tracking: a page that was written since the last snapshot is saved again. */
const PAGE_SHIFT = 10
const PAGE = 1 << PAGE_SHIFT

/** What a full table says: the caller makes room and tries again, or goes without. */
export const FULL = 0

/**
 * Rows of `stride` ints (a power of two) in one typed array. Row 0 is never used, so that 0 can mean "none".
 *
 * Whoever writes a row calls `touch` with its offset: that is how `changes` knows what to save. Freed rows
 * are chained through their first int.
 */
export class Table {
  ints: Int32Array
  readonly stride: number
  readonly capacity: number
  /** One past the highest row ever used. */
  used = 1
  /** Rows in use. */
  live = 0
  #freed = 0
  #dirty: Uint8Array

  /** `capacity`: most rows it may ever hold (row 0 not counted); memory doubles up to that. */
  constructor(stride: number, capacity: number, initial = 1024) {
    this.stride = stride
    this.capacity = capacity
    const rows = Math.min(initial, capacity + 1)
    this.ints = new Int32Array(rows * stride)
    this.#dirty = new Uint8Array(((rows * stride) >> PAGE_SHIFT) + 1)
  }

  touch(offset: number): void {
    this.#dirty[offset >> PAGE_SHIFT] = 1
  }

  /** A zeroed row's id, or FULL. May replace `ints`. */
  alloc(): number {
    let id = this.#freed
    if (id !== 0) {
      const o = id * this.stride
      this.#freed = this.ints[o]!
      this.ints.fill(0, o, o + this.stride)
    } else {
      if (this.used > this.capacity) return FULL
      id = this.used
      if ((id + 1) * this.stride > this.ints.length) this.#grow()
      this.used++
    }
    this.live++
    this.touch(id * this.stride)
    return id
  }

  release(id: number): void {
    const o = id * this.stride
    this.ints.fill(0, o, o + this.stride)
    this.ints[o] = this.#freed
    // Freed rows must be told from live ones when indexes are rebuilt: their last int says so.
    this.ints[o + this.stride - 1] = FREED
    this.#freed = id
    this.live--
    this.touch(o)
  }

  isFree(id: number): boolean {
    return this.ints[id * this.stride + this.stride - 1] === FREED
  }

  /** The rows that exist and are not freed, by id. */
  forEach(visit: (id: number, offset: number) => void): void {
    for (let id = 1; id < this.used; id++) if (!this.isFree(id)) visit(id, id * this.stride)
  }

  #grow(): void {
    const rows = Math.min(this.capacity + 1, (this.ints.length / this.stride) * 2)
    const ints = new Int32Array(rows * this.stride)
    ints.set(this.ints)
    this.ints = ints
    const dirty = new Uint8Array((ints.length >> PAGE_SHIFT) + 1)
    dirty.set(this.#dirty)
    this.#dirty = dirty
  }

  /** Number of ints that `save` would write. */
  sizeOf(full: boolean): number {
    const pages = this.#pages()
    let size = 4
    for (let page = 0; page < pages; page++) if (full || this.#dirty[page] === 1) size += 1 + PAGE
    return size
  }

  /** Writes the head and every page (or those written since the last save) to `into` at `at`; returns the next position. */
  save(into: Int32Array, at: number, full: boolean): number {
    const pages = this.#pages()
    let p = at + 4
    let count = 0
    for (let page = 0; page < pages; page++) {
      if (!full && this.#dirty[page] !== 1) continue
      into[p] = page
      const from = page << PAGE_SHIFT
      into.set(this.ints.subarray(from, from + PAGE), p + 1)
      p += 1 + PAGE
      count++
    }
    into[at] = this.used
    into[at + 1] = this.live
    into[at + 2] = this.#freed
    into[at + 3] = count
    this.#dirty.fill(0)
    return p
  }

  /** Reads what `save` wrote; returns the next position. Throws RangeError if it does not fit this table. */
  load(from: Int32Array, at: number): number {
    const used = from[at] ?? 0
    if (used < 1 || used > this.capacity + 1)
      throw new RangeError(`a table of ${used} rows does not fit the limit of ${this.capacity}`)
    while (used * this.stride > this.ints.length) this.#grow()
    this.used = used
    this.live = from[at + 1] ?? 0
    this.#freed = from[at + 2] ?? 0
    const count = from[at + 3] ?? 0
    let p = at + 4
    for (let i = 0; i < count; i++) {
      const offset = (from[p] ?? 0) << PAGE_SHIFT
      const page = from.subarray(p + 1, p + 1 + PAGE)
      const room = this.ints.length - offset
      if (offset < 0 || room <= 0) throw new RangeError('a page lies outside its table')
      this.ints.set(room < PAGE ? page.subarray(0, room) : page, offset)
      p += 1 + PAGE
    }
    this.#dirty.fill(0)
    return p
  }

  get hasChanges(): boolean {
    return this.#dirty.includes(1)
  }

  #pages(): number {
    return (this.used * this.stride + PAGE - 1) >> PAGE_SHIFT
  }
}

/** In the last int of a freed row; no live row has it there. */
const FREED = -0x7eed_7eed

/** Adds one to a 64-bit counter in two ints (low, high). */
export function countUp(ints: Int32Array, at: number): void {
  const low = (ints[at]! + 1) | 0
  ints[at] = low
  if (low === 0) ints[at + 1] = ints[at + 1]! + 1
}

export function counterAt(ints: Int32Array, at: number): number {
  return (ints[at + 1] ?? 0) * 0x1_0000_0000 + ((ints[at] ?? 0) >>> 0)
}
