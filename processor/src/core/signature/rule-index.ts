import type { CompiledRule } from './compile.ts'
import { INDEX_FIELDS, intervalsOf } from './index-fields.ts'
import type { IndexField, Interval } from './index-fields.ts'

/**
 * Rules filed under the values of one field. Bucket n holds `list[starts[n] .. starts[n + 1])`; bucket 0 is empty. `table`
 * gives the bucket of a value directly; where it would not pay, `cuts` are searched: value v is in the bucket whose
 * number is the count of cuts not above v. A bucket that is still long is cut again by another field: `nested`.
 */
export interface Shelf {
  /** Where the packet's value stands; -1: one bucket, 1, for every packet. */
  readonly slot: number
  readonly top: number
  readonly table: Uint16Array | undefined
  /** A bit for each value of the table that has a bucket: eight kilobytes that stay in the nearest cache. */
  readonly present: Uint32Array
  readonly cuts: Float64Array
  readonly starts: Int32Array
  readonly list: Int32Array
  readonly nested: readonly (readonly Shelf[] | undefined)[] | undefined
}

/** Buckets up to this long are simply tested. */
const SHORT = 6
/** A rule whose values reach over more cuts than this is not filed under that field: it would be copied too often. */
const MOST_CUTS = 512
/** From this many cuts on a table pays for its memory. */
const TABLE_CUTS = 24
const LARGEST_TABLE = 65_600
/** Rules in buckets that are cut again, over the whole index: bounds the time to build it. */
const NESTED_RULES = 100_000
const TABLES = 48

interface Budget {
  nested: number
  tables: number
}

/** Values that a rule asks of a field, found once. */
type Filed = (rule: number, field: IndexField) => readonly Interval[] | undefined

/**
 * Files each rule under the field that makes its bucket shortest, so that what a packet meets does not grow with the
 * number of rules. `psad`: fields of the IP header are not used, since psad's rules match IPv6 packets whatever those say.
 */
export function buildIndex(rules: readonly CompiledRule[], psad: boolean): (readonly Shelf[])[] {
  const byProtocol = new Map<number, number[]>()
  rules.forEach((rule, number) => {
    const list = byProtocol.get(rule.protocol)
    if (list === undefined) byProtocol.set(rule.protocol, [number])
    else list.push(number)
  })
  const known = new Map<IndexField, (readonly Interval[] | undefined)[]>()
  const intervals: Filed = (rule, field) => {
    let list = known.get(field)
    if (list === undefined) {
      list = rules.map((one) => intervalsOf(one, field))
      known.set(field, list)
    }
    return list[rule]
  }
  const budget: Budget = { nested: NESTED_RULES, tables: TABLES }
  const shelves: (readonly Shelf[])[] = Array.from({ length: 257 }, () => [])
  for (const [protocol, list] of byProtocol) {
    const usable = INDEX_FIELDS.filter(({ ip }) => !(ip && psad && protocol > 1))
    shelves[protocol] = shelve(intervals, list, usable, budget)
  }
  return shelves
}

function shelve(
  intervals: Filed,
  numbers: readonly number[],
  fields: readonly IndexField[],
  budget: Budget,
): Shelf[] {
  const best = numbers.map(() => ({ field: -1, score: Infinity }))
  fields.forEach((field, f) => {
    const filed = numbers.map((number) => intervals(number, field))
    if (filed.every((values) => values === undefined)) return
    const cuts = cutsOf(filed)
    const lengths = bucketLengths(filed, cuts)
    filed.forEach((values, i) => {
      if (values === undefined) return
      const longest = longestBucket(values, cuts, lengths)
      const score = longest * field.weight
      if (score < best[i]!.score) best[i] = { field: f, score }
    })
  })

  const shelves: Shelf[] = []
  fields.forEach((field, f) => {
    const here = numbers.filter((_, i) => best[i]!.field === f)
    if (here.length === 0) return
    const others = fields.filter((other) => other !== field)
    shelves.push(shelf(intervals, here, field, others, budget))
  })
  const rest = numbers.filter((_, i) => best[i]!.field < 0)
  if (rest.length > 0)
    shelves.push({
      slot: -1,
      top: 0,
      table: undefined,
      present: new Uint32Array(0),
      cuts: new Float64Array(0),
      starts: Int32Array.of(0, 0, rest.length),
      list: Int32Array.from(rest),
      nested: undefined,
    })
  return shelves
}

function shelf(
  intervals: Filed,
  numbers: readonly number[],
  field: IndexField,
  others: readonly IndexField[],
  budget: Budget,
): Shelf {
  const filed = numbers.map((number) => intervals(number, field) ?? [])
  const cuts = cutsOf(filed)
  const buckets: number[][] = Array.from({ length: cuts.length + 1 }, () => [])
  filed.forEach((values, i) => {
    for (const { min, max } of values) {
      const end = bucketOf(cuts, max)
      for (let b = bucketOf(cuts, min); b <= end; b++) buckets[b]!.push(numbers[i]!)
    }
  })
  const starts = new Int32Array(buckets.length + 1)
  buckets.forEach((bucket, b) => (starts[b + 1] = starts[b]! + bucket.length))
  const table = tableOf(cuts, field.max + 1, budget)
  const nested = buckets.map((bucket) => cutAgain(intervals, bucket, others, budget))
  return {
    slot: field.slot,
    top: field.max + 1,
    table,
    present: presentIn(table, cuts, starts),
    cuts,
    starts,
    list: Int32Array.from(buckets.flat()),
    nested: nested.some((inner) => inner !== undefined) ? nested : undefined,
  }
}

function cutAgain(
  intervals: Filed,
  bucket: readonly number[],
  fields: readonly IndexField[],
  budget: Budget,
): Shelf[] | undefined {
  if (bucket.length <= SHORT || bucket.length > budget.nested) return undefined
  budget.nested -= bucket.length
  const shelves = shelve(intervals, bucket, fields, budget)
  return shelves.every(({ slot }) => slot < 0) ? undefined : shelves
}

function tableOf(cuts: Float64Array, top: number, budget: Budget): Uint16Array | undefined {
  if (cuts.length < TABLE_CUTS || top >= LARGEST_TABLE || budget.tables === 0) return undefined
  budget.tables--
  const table = new Uint16Array(top + 1)
  for (let b = 1; b <= cuts.length; b++) table.fill(b, cuts[b - 1], cuts[b])
  return table
}

function presentIn(
  table: Uint16Array | undefined,
  cuts: Float64Array,
  starts: Int32Array,
): Uint32Array {
  if (table === undefined) return new Uint32Array(0)
  const present = new Uint32Array((table.length >> 5) + 1)
  for (let b = 1; b < cuts.length; b++) {
    if (starts[b] === starts[b + 1]) continue
    for (let value = cuts[b - 1]!; value < cuts[b]!; value++)
      present[value >> 5]! |= 1 << (value & 31)
  }
  return present
}

/** Where a bucket begins or ends, ascending. */
function cutsOf(filed: readonly (readonly Interval[] | undefined)[]): Float64Array {
  const cuts = new Set<number>()
  for (const intervals of filed)
    for (const { min, max } of intervals ?? []) cuts.add(min).add(max + 1)
  return Float64Array.from(cuts).sort()
}

/** Count of cuts that are not above the value. */
export function bucketOf(cuts: Float64Array, value: number): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (cuts[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

function bucketLengths(
  filed: readonly (readonly Interval[] | undefined)[],
  cuts: Float64Array,
): Int32Array {
  const lengths = new Int32Array(cuts.length + 2)
  for (const intervals of filed)
    for (const { min, max } of intervals ?? []) {
      lengths[bucketOf(cuts, min)]!++
      lengths[bucketOf(cuts, max) + 1]!--
    }
  for (let b = 1; b < lengths.length; b++) lengths[b]! += lengths[b - 1]!
  return lengths
}

function longestBucket(
  intervals: readonly Interval[],
  cuts: Float64Array,
  lengths: Int32Array,
): number {
  let longest = 0
  let reached = 0
  for (const { min, max } of intervals) {
    const first = bucketOf(cuts, min)
    const end = bucketOf(cuts, max)
    reached += end - first + 1
    if (reached > MOST_CUTS) return Infinity
    for (let b = first; b <= end; b++) longest = Math.max(longest, lengths[b]!)
  }
  return longest
}
