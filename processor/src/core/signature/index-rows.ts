import type { IndexField, Interval } from './index-fields.ts'

/**
 * How the value of one field selects a row: by pages of 64 values, equal pages once, so that the table of a field with few
 * rules stays in the nearest cache; values of 32 bits by a search.
 */
export interface FieldRows {
  readonly slot: number
  /** Part of the IPv4 header. */
  readonly ip: boolean
  readonly top: number
  /** Row of the rules that do not ask for the field: for packets without it. */
  readonly absent: number
  readonly isWide: boolean
  /** Where the page of `value >> PAGE_SHIFT` is in `rows`, in pages. Of a wide field: count of the cuts below `n * GUIDE_STEP`. */
  readonly pages: Uint16Array
  /** Of a wide field: its cuts, ascending; values below the first select `rows[0]`, from cut n on `rows[n + 1]`. */
  readonly cuts: Float64Array
  readonly rows: Uint16Array
}

const PAGE_SHIFT = 6
const PAGE = 1 << PAGE_SHIFT
const WIDE = 0x1_0000_0000
const GUIDE_STEP = 2 ** 20

export function rowOf(field: FieldRows, value: number): number {
  if (value < 0) return field.absent
  if (field.isWide) return searchRow(field, value)
  const known = value > field.top ? field.top : value
  return field.rows[(field.pages[known >> PAGE_SHIFT]! << PAGE_SHIFT) + (known & (PAGE - 1))]!
}

function searchRow({ cuts, pages, rows }: FieldRows, value: number): number {
  const at = value >>> 20
  let low = pages[at]!
  let high = pages[at + 1]!
  while (low < high) {
    const middle = (low + high) >> 1
    if (cuts[middle]! <= value) low = middle + 1
    else high = middle
  }
  return rows[low]!
}

type Filed = readonly (readonly Interval[] | undefined)[]

/** Rows of bits over slots, of which some hold a rule; equal ones once. Row 0 has every rule. */
export class IndexRows {
  readonly words: number
  readonly summaryWords: number
  readonly #blockWords: number
  #bits: Int32Array
  #rows = 0
  readonly #byHash = new Map<number, number[]>()

  constructor(slots: readonly boolean[], blockWords: number) {
    this.#blockWords = blockWords
    const blocks = Math.ceil(slots.length / (32 * blockWords))
    this.words = blocks * blockWords
    this.summaryWords = (blocks + 31) >> 5
    this.#bits = new Int32Array(this.words * 64)
    const all = new Int32Array(this.words)
    slots.forEach((holdsRule, bit) => {
      if (holdsRule) set(all, bit)
    })
    this.#add(all)
  }

  get count(): number {
    return this.#rows
  }

  /** Bytes of a row with its summary. */
  get bytes(): number {
    return 4 * (this.words + this.summaryWords)
  }

  done(): { bits: Int32Array; summaries: Int32Array } {
    const bits = this.#bits.slice(0, this.#rows * this.words)
    const summaries = new Int32Array(this.#rows * this.summaryWords)
    for (let row = 0; row < this.#rows; row++) {
      const summary = summaries.subarray(row * this.summaryWords)
      for (let word = 0; word < this.words; word++)
        if (bits[row * this.words + word] !== 0) set(summary, Math.floor(word / this.#blockWords))
    }
    return { bits, summaries }
  }

  /**
   * Rows for the values of a field: `filed[n]` are those that rule n asks for, ascending and apart. Neighbouring rows are united
   * until about `most` are left, and then suit rules too many, never too few.
   */
  file(field: IndexField, filed: Filed, most: number): FieldRows {
    const all = cutsOf(filed)
    const span = Math.ceil(all.length / most)
    const cuts = all.filter((_, i) => i % span === 0)
    const begins = endsOf(filed, ({ min }) => min)
    const ends = endsOf(filed, ({ max }) => max + 1)
    const now = this.#bits.slice(0, this.words)
    filed.forEach((intervals, bit) => {
      if (intervals !== undefined) clear(now, bit)
    })
    const absent = this.#add(now)
    const rows = new Uint16Array(cuts.length + 1).fill(absent)
    const width = filed.length
    let begin = 0
    let end = 0
    cuts.forEach((cut, c) => {
      // Rules that end at this cut have ended; those that end before the next one still suit some of the values.
      for (; end < ends.length && ends[end]! < (cut + 1) * width; end++)
        clear(now, ends[end]! % width)
      const next = cuts[c + 1] ?? Infinity
      for (; begin < begins.length && begins[begin]! < next * width; begin++)
        set(now, begins[begin]! % width)
      rows[c + 1] = this.#add(now)
    })
    const top = field.max + 1
    const isWide = top >= WIDE
    return {
      slot: field.slot,
      ip: field.ip,
      top,
      absent,
      isWide,
      cuts,
      ...(isWide ? { pages: guideOf(cuts), rows } : pagesOf(cuts, rows, top)),
    }
  }

  #add(row: Int32Array): number {
    let hash = 0
    for (let word = 0; word < row.length; word++) hash = (Math.imul(hash, 31) + row[word]!) | 0
    const alike = this.#byHash.get(hash)
    const known = alike?.find((other) => this.#equals(other, row))
    if (known !== undefined) return known
    const at = this.#rows++
    if (this.#bits.length < this.#rows * this.words) {
      const grown = new Int32Array(2 * this.#bits.length)
      grown.set(this.#bits)
      this.#bits = grown
    }
    this.#bits.set(row, at * this.words)
    if (alike === undefined) this.#byHash.set(hash, [at])
    else alike.push(at)
    return at
  }

  #equals(other: number, row: Int32Array): boolean {
    const from = other * this.words
    for (let word = 0; word < row.length; word++)
      if (this.#bits[from + word] !== row[word]) return false
    return true
  }
}

function set(row: Int32Array, bit: number): void {
  row[bit >> 5]! |= 1 << (bit & 31)
}

function clear(row: Int32Array, bit: number): void {
  row[bit >> 5]! &= ~(1 << (bit & 31))
}

/** Where intervals begin or end, ascending. */
export function cutsOf(filed: Filed): Float64Array {
  const ends: number[] = []
  for (const intervals of filed) for (const { min, max } of intervals ?? []) ends.push(min, max + 1)
  return Float64Array.from(ends)
    .sort()
    .filter((cut, i, sorted) => cut !== sorted[i - 1])
}

/** An end of each interval with the rule's bit, `end * filed.length + bit`, ascending: numbers sort faster than pairs. */
function endsOf(filed: Filed, of: (interval: Interval) => number): Float64Array {
  const ends: number[] = []
  filed.forEach((intervals, bit) => {
    for (const interval of intervals ?? []) ends.push(of(interval) * filed.length + bit)
  })
  return Float64Array.from(ends).sort()
}

function pagesOf(
  cuts: Float64Array,
  rows: Uint16Array,
  top: number,
): { pages: Uint16Array; rows: Uint16Array } {
  const table = new Uint16Array((top | (PAGE - 1)) + 1).fill(rows[0]!)
  cuts.forEach((cut, c) => table.fill(rows[c + 1]!, cut, cuts[c + 1]))
  const pages = new Uint16Array(table.length >> PAGE_SHIFT)
  const known = new Map<number, number>()
  let kept = 0
  for (let n = 0; n < pages.length; n++) {
    const page = table.subarray(n << PAGE_SHIFT, (n + 1) << PAGE_SHIFT)
    // Only pages of one row are common.
    const isPlain = page.every((row) => row === page[0])
    const same = isPlain ? known.get(page[0]!) : undefined
    pages[n] = same ?? kept
    if (same !== undefined) continue
    if (isPlain) known.set(page[0]!, kept)
    table.copyWithin(kept << PAGE_SHIFT, n << PAGE_SHIFT, (n + 1) << PAGE_SHIFT)
    kept++
  }
  return { pages, rows: table.slice(0, kept << PAGE_SHIFT) }
}

function guideOf(cuts: Float64Array): Uint16Array {
  const guide = new Uint16Array(WIDE / GUIDE_STEP + 1)
  let below = 0
  for (let n = 1; n < guide.length; n++) {
    while (below < cuts.length && cuts[below]! < n * GUIDE_STEP) below++
    guide[n] = below
  }
  return guide
}
