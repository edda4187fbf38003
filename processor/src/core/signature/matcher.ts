import { R_PROTO } from '../row.ts'
import { compileRule } from './compile.ts'
import type { CompiledRule } from './compile.ts'
import { valueAt } from './index-fields.ts'
import type { NetTable } from './net-table.ts'
import { Program } from './program.ts'
import { readRule } from './read-rule.ts'
import { bucketOf, buildIndex } from './rule-index.ts'
import type { Shelf } from './rule-index.ts'
import type { Signature } from './signature.ts'

export interface MatcherOptions {
  readonly nets: NetTable
  /** As psad: IP header tests do not apply to IPv6 packets, `ip` and `icmp` rules match none; numbers end where psad's do. */
  readonly psad?: boolean
  /** Payload sizes with psad's fixed shares of headers (default), or exact ones (psad.md Q2). */
  readonly psadSizes?: boolean
}

/**
 * Which rules a packet matches. Each rule is filed under the field that tells it best from the others (a port, an IP id, a
 * window, ...), so that a packet meets the few that can match, whatever the number of rules.
 */
export class Matcher {
  /** By protocol number; protocol 0 (`ip`) is tried for every packet. */
  readonly #shelves: readonly (readonly Shelf[])[]
  readonly #program: Program
  /** The rule of each thing filed: a rule that goes both ways is filed twice. */
  readonly #ruleOf: Int32Array
  readonly #nets: NetTable
  readonly #psadSizes: boolean
  /** Rules tested so far: what indexing saves shows here. */
  candidates = 0

  constructor(rules: readonly Signature[], options: MatcherOptions) {
    const psad = options.psad ?? false
    this.#nets = options.nets
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
    this.#shelves = buildIndex(compiled, psad)
  }

  /** Indexes of the rules that nothing narrows: each of them is tested on every packet of its protocol. */
  get unfiled(): number[] {
    const rules = new Set<number>()
    for (const shelves of this.#shelves)
      for (const shelf of shelves)
        if (shelf.slot < 0) for (const number of shelf.list) rules.add(this.#ruleOf[number]!)
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
    let count = this.#try(this.#shelves[protocol]!, rows, o, bytes, srcBits, dstBits, hits, 0)
    if (protocol !== 0)
      count = this.#try(this.#shelves[0]!, rows, o, bytes, srcBits, dstBits, hits, count)
    return count
  }

  #try(
    shelves: readonly Shelf[],
    rows: Int32Array,
    o: number,
    bytes: Uint8Array,
    srcBits: number,
    dstBits: number,
    hits: Int32Array,
    found: number,
  ): number {
    let count = found
    for (let s = 0; s < shelves.length; s++) {
      const shelf = shelves[s]!
      const bucket = this.#bucket(shelf, rows, o)
      const end = shelf.starts[bucket + 1]!
      let q = shelf.starts[bucket]!
      if (q === end) continue
      const nested = shelf.nested?.[bucket]
      if (nested !== undefined) {
        count = this.#try(nested, rows, o, bytes, srcBits, dstBits, hits, count)
        continue
      }
      for (; q < end; q++) {
        const number = shelf.list[q]!
        this.candidates++
        if (this.#program.holds(number, rows, o, bytes, srcBits, dstBits))
          count = insert(hits, count, this.#ruleOf[number]!)
      }
    }
    return count
  }

  #bucket(shelf: Shelf, rows: Int32Array, o: number): number {
    if (shelf.slot < 0) return 1
    const value = valueAt(rows, o, shelf.slot, this.#psadSizes)
    if (value < 0) return 0
    const clamped = value > shelf.top ? shelf.top : value
    if (shelf.table === undefined) return bucketOf(shelf.cuts, clamped)
    const isFiled = (shelf.present[clamped >> 5]! >>> (clamped & 31)) & 1
    return isFiled === 0 ? 0 : shelf.table[clamped]!
  }
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
