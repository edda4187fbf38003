import { R_DPT, R_ICMP_TYPE, R_IPID, R_PROTO, R_TCP, R_WINDOW } from '../row.ts'
import { compileRule, fits } from './compile.ts'
import type { CompiledRule } from './compile.ts'
import type { NetTable } from './net-table.ts'
import { readRule } from './read-rule.ts'
import type { NumberFieldName } from './rule-test.ts'
import type { Signature } from './signature.ts'

/** A range of ports wider than this is not spread over the index. */
const WIDEST_RANGE = 4096
const FLAG_BITS = 0x3f

/** Rules of one protocol filed under the value of one field: those of value v are `list[offsets[v] .. offsets[v + 1])`. */
interface Shelf {
  /** Where the packet's own value stands; -1: one shelf for every packet. */
  readonly slot: number
  readonly mask: number
  readonly size: number
  readonly offsets: Int32Array
  readonly list: Int32Array
}

/** What is filed where before the shelves are built. */
interface Place {
  readonly slot: number
  readonly mask: number
  readonly size: number
  readonly low: number
  readonly high: number
}

export interface MatcherOptions {
  readonly nets: NetTable
  /** As psad: IP header tests do not apply to IPv6 packets, `ip` and `icmp` rules match none. */
  readonly psad?: boolean
}

/**
 * Which rules a packet matches. Each rule is filed under the most selective equality that it has (destination port, ICMP type, IP id,
 * window, flags, protocol), so that a packet meets the few that can match, whatever the number of rules.
 */
export class Matcher {
  readonly #rules: CompiledRule[] = []
  /** By protocol number; protocol 0 (`ip`) is tried for every packet. */
  readonly #shelves: readonly (readonly Shelf[])[]
  readonly #nets: NetTable
  readonly #psad: boolean
  /** Rules tested so far: what indexing saves shows here. */
  candidates = 0

  constructor(rules: readonly Signature[], options: MatcherOptions) {
    this.#nets = options.nets
    this.#psad = options.psad ?? false
    const places = new Map<number, { readonly place: Place; readonly rule: number }[]>()
    rules.forEach((rule, index) => {
      for (const compiled of compileRule(
        readRule(rule.text, options.nets.variables),
        index,
        options.nets,
      )) {
        const number = this.#rules.push(compiled) - 1
        const filed = places.get(compiled.protocol) ?? []
        for (const place of placesOf(compiled, this.#psad)) filed.push({ place, rule: number })
        places.set(compiled.protocol, filed)
      }
    })
    const shelves: (readonly Shelf[])[] = Array.from({ length: 257 }, () => [])
    for (const [protocol, filed] of places) shelves[protocol] = build(filed)
    this.#shelves = shelves
  }

  /** Rules that no equality narrows: each of them is tested on every packet of its protocol. */
  get unfiled(): number {
    return this.#shelves.reduce(
      (sum, shelves) =>
        sum + shelves.filter(({ slot }) => slot < 0).reduce((n, { list }) => n + list.length, 0),
      0,
    )
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
      const value = shelf.slot < 0 ? 0 : rows[o + shelf.slot]! & shelf.mask
      if (shelf.slot >= 0 && (rows[o + shelf.slot]! < 0 || value >= shelf.size)) continue
      const end = shelf.offsets[value + 1]!
      for (let q = shelf.offsets[value]!; q < end; q++) {
        const rule = this.#rules[shelf.list[q]!]!
        this.candidates++
        if (fits(rule, rows, o, bytes, srcBits, dstBits, this.#nets, this.#psad))
          count = insert(hits, count, rule.index)
      }
    }
    return count
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

const EVERY: Place = { slot: -1, mask: 0, size: 1, low: 0, high: 0 }

/** Under which values a rule is filed: of its most selective equality. */
function placesOf(rule: CompiledRule, psad: boolean): Place[] {
  const ports = rule.dports
  if (ports !== undefined && ports.every(({ min, max }) => max - min <= WIDEST_RANGE))
    return ports.map(({ min, max }) => ({
      slot: R_DPT,
      mask: 0xffff,
      size: 65_536,
      low: min,
      high: max,
    }))
  const equal = (field: NumberFieldName): number | undefined => {
    const test = rule.tests.find(
      (one) => one.kind === 'number' && one.field === field && !one.not && one.min === one.max,
    )
    return test?.kind === 'number' ? test.min : undefined
  }
  const exact = (slot: number, size: number, value: number): Place[] => [
    { slot, mask: size - 1, size, low: value, high: value },
  ]
  const type = equal('icmpType')
  if (type !== undefined && type < 256) return exact(R_ICMP_TYPE, 256, type)
  // psad does not look at the id of IPv6 packets, so it must not be where the rule is found.
  const id = equal('id')
  if (id !== undefined && id < 65_536 && !psad) return exact(R_IPID, 65_536, id)
  const window = equal('window')
  if (window !== undefined && window < 65_536) return exact(R_WINDOW, 65_536, window)
  const protocol = equal('protocol')
  if (rule.protocol === 0 && protocol !== undefined && protocol < 512)
    return exact(R_PROTO, 512, protocol)
  const flags = rule.tests.find(
    (one) =>
      one.kind === 'bits' && one.of === 'tcp' && !one.any && (one.mask & FLAG_BITS) === FLAG_BITS,
  )
  if (flags?.kind === 'bits')
    return [
      {
        slot: R_TCP,
        mask: FLAG_BITS,
        size: 64,
        low: flags.value & FLAG_BITS,
        high: flags.value & FLAG_BITS,
      },
    ]
  return [EVERY]
}

function build(filed: readonly { readonly place: Place; readonly rule: number }[]): Shelf[] {
  const bySlot = new Map<number, { readonly place: Place; readonly rule: number }[]>()
  for (const one of filed) {
    const list = bySlot.get(one.place.slot) ?? []
    list.push(one)
    bySlot.set(one.place.slot, list)
  }
  return [...bySlot.values()].map((list) => {
    const { slot, mask, size } = list[0]!.place
    const offsets = new Int32Array(size + 1)
    for (const { place } of list) for (let v = place.low; v <= place.high; v++) offsets[v + 1]!++
    for (let v = 0; v < size; v++) offsets[v + 1]! += offsets[v]!
    const next = offsets.slice(0, size)
    const rules = new Int32Array(offsets[size]!)
    for (const { place, rule } of list)
      for (let v = place.low; v <= place.high; v++) rules[next[v]!++] = rule
    return { slot, mask, size, offsets, list: rules }
  })
}
