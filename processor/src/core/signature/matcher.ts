import { F_IPV6, R_FLAGS, R_PROTO } from '../row.ts'
import { compileRule } from './compile.ts'
import type { CompiledRule } from './compile.ts'
import { INDEX_FIELDS, valueAt } from './index-fields.ts'
import type { NetTable } from './net-table.ts'
import { Program } from './program.ts'
import { readRule } from './read-rule.ts'
import { rowOf } from './index-rows.ts'
import { ALL_RULES, buildIndex } from './rule-index.ts'
import type { RuleIndex } from './rule-index.ts'
import type { Signature } from './signature.ts'

export interface MatcherOptions {
  readonly nets: NetTable
  /** As psad: IP header tests do not apply to IPv6 packets, `ip` and `icmp` rules match none; numbers end where psad's do. */
  readonly psad?: boolean
  /** Payload sizes with psad's fixed shares of headers (default), or exact ones (psad.md Q2). */
  readonly psadSizes?: boolean
}

/**
 * Which rules a packet matches. Rules are indexed by what they ask of the header (ports, an IP id, a window, flags, ...), and
 * the index leaves those whose every header field fits: testing them does not grow with the number of rules.
 */
export class Matcher {
  /** By protocol number; protocol 0 (`ip`) is tried for every packet. */
  readonly #indexes: readonly (RuleIndex | undefined)[]
  /** Rows of the index that the packet at hand selects, one a field. */
  readonly #selected = new Int32Array(INDEX_FIELDS.length)
  readonly #program: Program
  /** The rule of each thing filed: a rule that goes both ways is filed twice. */
  readonly #ruleOf: Int32Array
  readonly #nets: NetTable
  readonly #psad: boolean
  readonly #psadSizes: boolean
  /** Rules tested so far: what indexing saves shows here. */
  candidates = 0

  constructor(rules: readonly Signature[], options: MatcherOptions) {
    const psad = options.psad ?? false
    this.#nets = options.nets
    this.#psad = psad
    this.#psadSizes = options.psadSizes ?? true
    const compiled: CompiledRule[] = rules.flatMap((rule, index) =>
      compileRule(readRule(rule.text, options.nets, psad), index, options.nets),
    )
    this.#program = new Program(compiled, {
      nets: options.nets,
      psad,
      psadSizes: this.#psadSizes,
    })
    this.#ruleOf = Int32Array.from(compiled, ({ index }) => index)
    this.#indexes = buildIndex(compiled)
  }

  /** Indexes of the rules that nothing narrows: each of them is tested on every packet of its protocol. */
  get unfiled(): number[] {
    const rules = new Set<number>()
    for (const index of this.#indexes)
      for (const number of index?.unfiled ?? []) rules.add(this.#ruleOf[number]!)
    return [...rules].sort((a, b) => a - b)
  }

  bitsOf(a0: number, a1: number, a2: number, a3: number): number {
    return this.#nets.bitsOf(a0, a1, a2, a3)
  }

  /** Writes the indexes of the rules that match, ascending and each once, into `hits`; returns how many (at most its length). */
  match(
    rows: Int32Array,
    o: number,
    bytes: Uint8Array,
    srcBits: number,
    dstBits: number,
    hits: Int32Array,
  ): number {
    const protocol = rows[o + R_PROTO]!
    let count = this.#try(this.#indexes[protocol], rows, o, bytes, srcBits, dstBits, hits, 0)
    if (protocol !== 0)
      count = this.#try(this.#indexes[0], rows, o, bytes, srcBits, dstBits, hits, count)
    return count
  }

  #try(
    index: RuleIndex | undefined,
    rows: Int32Array,
    o: number,
    bytes: Uint8Array,
    srcBits: number,
    dstBits: number,
    hits: Int32Array,
    found: number,
  ): number {
    if (index === undefined) return found
    this.#select(index, rows, o)
    const { rules, words, summaryWords, bits, summaries, asked, blockWords } = index
    const selected = this.#selected
    let count = found
    for (let s = 0; s < summaryWords; s++) {
      const first = index.askedStarts[s]!
      const end = index.askedStarts[s + 1]!
      let live = summaries[s]!
      for (let f = first; f < end; f++) live &= summaries[selected[asked[f]!]! * summaryWords + s]!
      for (; live !== 0; live &= live - 1) {
        const block = ((s << 5) + lowestBit(live)) * blockWords
        for (let word = block; word < block + blockWords; word++) {
          let fitting = bits[word]!
          for (let f = first; f < end && fitting !== 0; f++)
            fitting &= bits[selected[asked[f]!]! * words + word]!
          for (; fitting !== 0; fitting &= fitting - 1) {
            const number = rules[(word << 5) + lowestBit(fitting)]!
            this.candidates++
            if (this.#program.holds(number, rows, o, bytes, srcBits, dstBits))
              count = insert(hits, count, this.#ruleOf[number]!)
          }
        }
      }
    }
    return count
  }

  #select({ fields }: RuleIndex, rows: Int32Array, o: number): void {
    const skipsHeader = this.#psad && (rows[o + R_FLAGS]! & F_IPV6) !== 0
    for (let f = 0; f < fields.length; f++) {
      const field = fields[f]!
      this.#selected[f] =
        skipsHeader && field.ip
          ? ALL_RULES
          : rowOf(field, valueAt(rows, o, field.slot, this.#psadSizes))
    }
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** Keeps `hits[0..count)` ascending and without repeats. */
function insert(hits: Int32Array, count: number, index: number): number {
  let at = count
  while (at > 0 && hits[at - 1]! > index) at--
  if (at > 0 && hits[at - 1] === index) return count
  if (count >= hits.length) return count
  for (let i = count; i > at; i--) hits[i] = hits[i - 1]!
  hits[at] = index
  return count + 1
}
