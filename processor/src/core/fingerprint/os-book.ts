import type { EngineOptions } from '../options.ts'
import {
  F_DF,
  F_IPV6,
  F_MF,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_IPID,
  R_IP_OPT,
  R_IP_OPT_END,
  R_LENGTH,
  R_SEEN,
  R_SEQ,
  R_TCP,
  R_TCP_OPT,
  R_TCP_OPT_END,
  R_TTL,
  R_WINDOW,
  SEEN_SEQ,
  T_ACK,
  T_FIN,
  T_RST,
  T_SYN,
} from '../row.ts'
import {
  PL_COUNT,
  PL_KEPT,
  PL_KEY,
  PL_LABELS,
  PRINT,
  PRINT_LABELS,
  PRINT_POSF,
  PS_GUESS,
} from '../track/layout.ts'
import type { State } from '../track/state.ts'
import { FULL } from '../track/table.ts'
import { TRAIT_ID_54321, TRAIT_ID_IS_XOR, TRAIT_SEQ_IS_DESTINATION } from './fingerprint.ts'
import type { OsLabel, Sureness } from './fingerprint.ts'
import { labelTexts, rank } from './label.ts'
import { LabelIds } from './label-ids.ts'
import { PosfBook } from './posf-book.ts'
import { SynIndex } from './syn-index.ts'
import type { SynFacts } from './syn-index.ts'
import { SynOptions } from './syn-options.ts'

/** Lengths of a SYN without options and payload, and how much longer an IPv6 header is. */
const BARE_LENGTH = 40
const IPV6_LONGER = 20

/** Without the options a fingerprint says less; what is only approximate with them is not tried. */
const LESS_SURE: Readonly<Record<Sureness, Sureness>> = {
  exact: 'generic',
  generic: 'approximate',
  approximate: 'approximate',
}

/** What psad would print of a source: labels of the p0f kind, else the one of the posf kind. */
export interface RawLabels {
  readonly kind: 'p0f' | 'posf'
  readonly labels: readonly string[]
}

/**
 * The systems that the SYNs of each source speak of (psad.md 6).
 *
 * - Labels stay for as long as the source is tracked, also when its scan ends; at most `PL_KEPT` for one source, the first ones.
 * - A SYN like the one before of the same source costs one look at its row.
 * - With psad: IPv4 only, every packet with SYN, no built-in tables. Else SYNs that open a connection, IPv6 too, and where
 *   options are not logged the built-in fingerprints are tried by length, TTL, DF and window, and count as less sure.
 */
export class OsBook {
  readonly isEmpty: boolean
  readonly #state: State
  readonly #psad: boolean
  readonly #labels = new LabelIds()
  readonly #all: SynIndex
  readonly #own: SynIndex
  /** Label ids by index of a fingerprint: in `all`, and in `own` where the options are not known. */
  readonly #allIds: Int32Array
  readonly #ownIds: Int32Array
  readonly #posf: PosfBook | undefined
  readonly #options = new SynOptions()
  readonly #facts: SynFacts = { window: 0, ttl: 0, df: 0, length: 0, traits: 0 }
  readonly #found = new Int32Array(64)
  #keyA = 0
  #keyB = 0
  /** Changes with the tables, so that a source is looked at again when they have. */
  readonly #salt: number

  constructor(state: State, options: Pick<EngineOptions, 'profile' | 'fingerprints'>) {
    this.#state = state
    this.#psad = options.profile === 'psad'
    const { tables, maxHops } = options.fingerprints
    const used = tables.filter(({ builtin }) => !builtin || !this.#psad)
    // The surest come first, so that they are kept where a source fits more than there is room for.
    const bySureness = (list: typeof used): (typeof used)[number]['syn'] =>
      list.flatMap(({ syn }) => syn).sort((a, b) => rank(a.label) - rank(b.label))
    const all = bySureness(used)
    const own = bySureness(used.filter(({ builtin }) => builtin)).filter(
      ({ label }) => label.sureness !== 'approximate',
    )
    const posf = used.flatMap((table) => table.posf)
    this.isEmpty = all.length === 0 && posf.length === 0
    this.#all = new SynIndex(all, { psad: this.#psad, maxHops })
    this.#own = new SynIndex(own, { psad: this.#psad, maxHops })
    this.#allIds = Int32Array.from(all, ({ label }) => this.#labels.idOf(label))
    this.#ownIds = Int32Array.from(own, ({ label }) =>
      this.#labels.idOf({ ...label, sureness: LESS_SURE[label.sureness] }),
    )
    const posfIds = posf.map(({ label }) => this.#labels.idOf(label))
    this.#posf = posf.length === 0 ? undefined : new PosfBook(state.prints, posf, posfIds)
    this.#salt = all.reduce((sum, _, i) => Math.imul(sum ^ this.#allIds[i]!, 0x0100_0193), maxHops)
  }

  /** Looks at a TCP packet with SYN among its flags. `pairPackets`: of its source and destination so far, this one included. */
  packet(
    rows: Int32Array,
    o: number,
    bytes: Uint8Array,
    source: number,
    pairPackets: number,
  ): void {
    const isV6 = (rows[o + R_FLAGS]! & F_IPV6) !== 0
    if (this.#psad) {
      if (isV6) return
    } else if ((rows[o + R_TCP]! & (T_SYN | T_ACK | T_RST | T_FIN)) !== T_SYN) return
    const facts = this.#read(rows, o, isV6)
    const from = rows[o + R_TCP_OPT]!
    const to = rows[o + R_TCP_OPT_END]!
    if (to > from) {
      this.#options.read(bytes, from, to, this.#psad)
      if (this.#options.isSound || this.#psad) this.#known(source, facts)
      return
    }
    if (!this.#psad && rows[o + R_IP_OPT_END]! <= rows[o + R_IP_OPT]!) {
      this.#options.clear()
      if (facts.length === BARE_LENGTH) this.#known(source, facts)
      else this.#blind(source, facts)
    }
    if (!isV6) this.#posf?.packet(rows, o, source, pairPackets)
  }

  #read(rows: Int32Array, o: number, isV6: boolean): SynFacts {
    const facts = this.#facts
    const flags = rows[o + R_FLAGS]!
    facts.window = rows[o + R_WINDOW]!
    facts.ttl = rows[o + R_TTL]!
    facts.length = rows[o + R_LENGTH]! - (isV6 ? IPV6_LONGER : 0)
    facts.traits = 0
    if (isV6) facts.df = -1
    // psad sees DF only directly before PROTO=: MF and IP options hide it.
    else if (this.#psad && ((flags & F_MF) !== 0 || rows[o + R_IP_OPT_END]! > rows[o + R_IP_OPT]!))
      facts.df = 0
    else facts.df = (flags & F_DF) === 0 ? 0 : 1
    if (!this.#psad && !isV6) facts.traits = traitsOf(rows, o)
    return facts
  }

  #known(source: number, facts: SynFacts): void {
    if (this.#all.isEmpty || this.#isRepeated(source, facts, 0)) return
    const count = this.#all.match(this.#options, facts, this.#found)
    if (count > 0) this.#remember(source, count, this.#allIds)
  }

  #blind(source: number, facts: SynFacts): void {
    if (this.#own.isEmpty || this.#isRepeated(source, facts, 1)) return
    const count = this.#own.matchBlind(facts, this.#found)
    if (count > 0) this.#remember(source, count, this.#ownIds)
  }

  /** True if the SYN is like the last one of the source that fitted. Sets the key that says so. */
  #isRepeated(source: number, facts: SynFacts, blind: number): boolean {
    const { codes, values, count } = this.#options
    let a = this.#salt ^ (facts.window << 8) ^ facts.ttl
    let b = facts.length ^ (facts.df << 20) ^ (facts.traits << 24) ^ (blind << 30)
    for (let i = 0; i < count; i++) {
      a = Math.imul(a ^ (codes[i]! + 1), 0x9e37_79b1) ^ values[i]!
      b = Math.imul(b ^ values[i]!, 0x85eb_ca77) ^ (a >>> 15)
    }
    this.#keyA = Math.imul(a ^ (a >>> 16), 0x85eb_ca6b)
    this.#keyB = b
    const table = this.#state.prints
    const row = table.find(source, PRINT_LABELS)
    const at = row * PRINT
    const { ints } = table.rows
    return row !== 0 && ints[at + PL_KEY] === this.#keyA && ints[at + PL_KEY + 1] === this.#keyB
  }

  #remember(source: number, count: number, ids: Int32Array): void {
    const table = this.#state.prints
    let row = table.find(source, PRINT_LABELS)
    if (row === 0) {
      row = table.insert(source, PRINT_LABELS)
      if (row === FULL) return
    }
    const at = row * PRINT
    const { ints } = table.rows
    table.rows.touch(at)
    ints[at + PL_KEY] = this.#keyA
    ints[at + PL_KEY + 1] = this.#keyB
    for (let i = 0; i < count; i++) {
      const id = ids[this.#found[i]!]!
      const kept = ints[at + PL_COUNT]!
      if (kept >= PL_KEPT) return
      let known = false
      for (let k = 0; k < kept; k++) known ||= ints[at + PL_LABELS + k] === id
      if (known) continue
      ints[at + PL_LABELS + kept] = id
      ints[at + PL_COUNT] = kept + 1
    }
  }

  /** The systems of a source for people, most sure first. */
  texts(source: number): string[] {
    return labelTexts([...this.#synLabels(source), ...this.#posfLabels(source)])
  }

  /** The labels of a source as psad prints them, sorted; undefined without one. */
  raw(source: number): RawLabels | undefined {
    const labels = this.#synLabels(source)
    if (labels.length > 0) return { kind: 'p0f', labels: labels.map(({ raw }) => raw).sort() }
    const guess = this.#posfLabels(source)
    return guess.length > 0 ? { kind: 'posf', labels: guess.map(({ raw }) => raw) } : undefined
  }

  #synLabels(source: number): OsLabel[] {
    const row = this.#state.prints.find(source, PRINT_LABELS)
    if (row === 0) return []
    const { ints } = this.#state.prints.rows
    const at = row * PRINT
    return this.#labelsOf(ints.subarray(at + PL_LABELS, at + PL_LABELS + ints[at + PL_COUNT]!))
  }

  #posfLabels(source: number): OsLabel[] {
    const row = this.#state.prints.find(source, PRINT_POSF)
    return row === 0 ? [] : this.#labelsOf([this.#state.prints.rows.ints[row * PRINT + PS_GUESS]!])
  }

  #labelsOf(ids: Iterable<number>): OsLabel[] {
    return [...ids].flatMap((id) => this.#labels.label(id) ?? [])
  }
}

function traitsOf(rows: Int32Array, o: number): number {
  const id = rows[o + R_IPID]!
  let traits = id === 54_321 ? TRAIT_ID_54321 : 0
  if ((rows[o + R_SEEN]! & SEEN_SEQ) !== 0) {
    const sequence = rows[o + R_SEQ]!
    const destination = rows[o + R_DST + 3]!
    if (sequence === destination) traits |= TRAIT_SEQ_IS_DESTINATION
    if (id === ((destination ^ rows[o + R_DPT]! ^ sequence) & 0xffff)) traits |= TRAIT_ID_IS_XOR
  }
  return traits
}
