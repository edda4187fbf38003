import type { CompiledRule } from './compile.ts'
import { INDEX_FIELDS, intervalsOf } from './index-fields.ts'
import type { Interval } from './index-fields.ts'
import { cutsOf, IndexRows } from './index-rows.ts'
import type { FieldRows } from './index-rows.ts'

/**
 * The rules of one protocol as bit vectors, after the aggregated bit vector scheme (Baboescu and Varghese, "Scalable Packet
 * Classification", SIGCOMM 2001). Bit n of a row stands for `rules[n]`. For each field the packet's value selects the row of
 * the rules that the value suits; the rules in all of the selected rows can match. Bit n of a row's summary tells whether
 * block n of the row has any bit, so that hardly any words of the rows are looked at.
 */
export interface RuleIndex {
  /** Numbers of rules, so ordered that rules which fail together share words. */
  readonly rules: Int32Array
  readonly fields: readonly FieldRows[]
  /** Words in a row and in its summary. */
  readonly words: number
  /** Words of a row for which its summary has one bit. */
  readonly blockWords: number
  readonly summaryWords: number
  /** Rows one behind the other, row 0 (`ALL_RULES`) with every rule. */
  readonly bits: Int32Array
  readonly summaries: Int32Array
  /** Summary word n is about rules that ask for `fields[asked[i]]`, askedStarts[n] <= i < askedStarts[n + 1]. */
  readonly asked: Uint8Array
  readonly askedStarts: Int32Array
  /** Rules that ask nothing of any field. */
  readonly unfiled: readonly number[]
}

export const ALL_RULES = 0

/** Bytes of rows for each rule, and at most. A field whose rows need more has them merged: they then suit rules too many. */
const ROW_BYTES = 4096
const MOST_ROW_BYTES = 64 * 2 ** 20
/** Blocks grow with the rules until there are more of them than this, up to half a cache line. */
const BLOCKS = 16
const MOST_BLOCK_WORDS = 8

/** What a rule asks of one field. */
interface Asked {
  readonly field: number
  readonly intervals: readonly Interval[]
}

interface Entry {
  readonly number: number
  readonly asked: readonly Asked[]
  /** The fields asked for, a bit each. */
  readonly shape: number
  /** What of `asked` fits least. */
  readonly narrowest: Asked | undefined
}

/** The index of each protocol, by its number. */
export function buildIndex(rules: readonly CompiledRule[]): (RuleIndex | undefined)[] {
  const byProtocol: Entry[][] = Array.from({ length: 257 }, () => [])
  rules.forEach((rule, number) => byProtocol[rule.protocol]!.push(entryOf(rule, number)))
  return byProtocol.map((entries) =>
    entries.length === 0 ? undefined : indexOf(entries.sort(byKinship)),
  )
}

function entryOf(rule: CompiledRule, number: number): Entry {
  const asked: Asked[] = []
  let shape = 0
  let narrowest: Asked | undefined
  let least = Infinity
  INDEX_FIELDS.forEach((field, f) => {
    const intervals = intervalsOf(rule, field)
    if (intervals === undefined) return
    const one: Asked = { field: f, intervals }
    asked.push(one)
    shape |= 1 << f
    const width = intervals.reduce((sum, { min, max }) => sum + max - min + 1, 0)
    const share = (width * field.weight) / (field.max + 1)
    if (share >= least) return
    least = share
    narrowest = one
  })
  return { number, asked, shape, narrowest }
}

/** Kin stand together, and among them those that ask for values close to each other. */
function byKinship(a: Entry, b: Entry): number {
  return kinship(a, b) || lowest(a.narrowest) - lowest(b.narrowest) || a.number - b.number
}

/** 0 for kin: rules of one shape and set of flags that the same field tells apart. */
function kinship(a: Entry, b: Entry): number {
  return (
    a.shape - b.shape ||
    flagsOf(a) - flagsOf(b) ||
    (a.narrowest?.field ?? 0) - (b.narrowest?.field ?? 0)
  )
}

const flagsOf = ({ asked }: Entry): number =>
  lowest(asked.find(({ field }) => INDEX_FIELDS[field]!.of === 'flags'))

const lowest = (asked: Asked | undefined): number => asked?.intervals[0]?.min ?? -1

/**
 * Kin that half fill a block or a word have it for themselves: among strangers some bit is set for nearly every value of every
 * field, though no rule has them all.
 */
function aligned(entries: readonly Entry[], blockWords: number): (Entry | undefined)[] {
  const slots: (Entry | undefined)[] = []
  for (let i = 0, end = 0; i < entries.length; i = end) {
    while (end < entries.length && kinship(entries[i]!, entries[end]!) === 0) end++
    const unit = [32 * blockWords, 32].find((size) => 2 * (end - i) >= size) ?? 1
    while (slots.length % unit !== 0) slots.push(undefined)
    for (let kin = i; kin < end; kin++) slots.push(entries[kin])
    while (slots.length % unit !== 0) slots.push(undefined)
  }
  return slots
}

function indexOf(entries: readonly Entry[]): RuleIndex {
  let blockWords = 1
  while (blockWords < MOST_BLOCK_WORDS && 32 * blockWords * BLOCKS < entries.length) blockWords *= 2
  const slots = aligned(entries, blockWords)
  const rows = new IndexRows(
    slots.map((entry) => entry !== undefined),
    blockWords,
  )
  // Fields with few rows come first: what they leave of their shares is for the others.
  const filed = INDEX_FIELDS.map((field, f) => {
    const values = slots.map((entry) =>
      entry === undefined || (entry.shape & (1 << f)) === 0
        ? undefined
        : entry.asked.find((one) => one.field === f)?.intervals,
    )
    return { field, values, cuts: cutsOf(values).length }
  })
    .filter(({ cuts }) => cuts > 0)
    .sort((a, b) => a.cuts - b.cuts)
  const bytes = Math.min(ROW_BYTES * entries.length, MOST_ROW_BYTES)
  const fields = filed.map(({ field, values }, i) => {
    const room = Math.floor(bytes / rows.bytes) - rows.count
    return rows.file(field, values, Math.max(2, Math.floor(room / (filed.length - i))))
  })
  // Values that differ most rule most words out.
  fields.reverse()
  const numbers = filed.map(({ field }) => INDEX_FIELDS.indexOf(field)).reverse()
  const asked = Array.from({ length: rows.summaryWords }, (_, s) => {
    const shape = slots
      .slice(s * 1024 * blockWords, (s + 1) * 1024 * blockWords)
      .reduce((all, entry) => all | (entry?.shape ?? 0), 0)
    return numbers.flatMap((f, i) => ((shape & (1 << f)) === 0 ? [] : [i]))
  })
  const askedStarts = new Int32Array(asked.length + 1)
  asked.forEach((list, s) => (askedStarts[s + 1] = askedStarts[s]! + list.length))
  return {
    rules: Int32Array.from(slots, (entry) => entry?.number ?? -1),
    fields,
    words: rows.words,
    blockWords,
    summaryWords: rows.summaryWords,
    ...rows.done(),
    asked: Uint8Array.from(asked.flat()),
    askedStarts,
    unfiled: slots.flatMap((entry) => (entry?.shape === 0 ? [entry.number] : [])),
  }
}
