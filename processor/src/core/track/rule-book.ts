import type { Signature } from '../signature/signature.ts'
import { R_DPT, R_PROTO, R_TCP, PROTO_TCP } from '../row.ts'
import {
  H_COUNT,
  H_FLAGS,
  H_NEXT,
  H_PORT,
  H_PORTS,
  H_PORTS_KEPT,
  HIT,
  P_HITS,
  PAIR,
  S_HITS,
  S_MATCHES,
  SOURCE,
  ownerOfPair,
  ownerOfSource,
} from './layout.ts'
import type { State } from './state.ts'
import { FULL, countUp } from './table.ts'
import type { Crossing } from './crossing.ts'

/** What the tracker needs of the signature matcher. */
export interface RuleMatcher {
  /** Writes the indexes of the rules that match into `hits`, in rule order; returns how many. */
  match(
    rows: Int32Array,
    o: number,
    bytes: Uint8Array,
    srcBits: number,
    dstBits: number,
    hits: Int32Array,
  ): number
  /** Which address sets of the rules contain the address, as bits. */
  bitsOf(a0: number, a1: number, a2: number, a3: number): number
}

/** Most matches of one packet that are recorded. */
const HITS_PER_PACKET = 256

/** The rules in use: matching, and the accounting of what matched. */
export class RuleBook {
  readonly empty: boolean
  readonly rules: readonly Signature[]
  readonly #matcher: RuleMatcher | undefined
  readonly #found = new Int32Array(HITS_PER_PACKET)
  readonly #bySid = new Map<number, Signature>()
  /** Index of the rule that fwsnort was made from, by sid. */
  readonly #fwsnort = new Map<number, number>()
  /** Row of each rule in the table of sids, 0 = not looked up yet. */
  readonly #sidRows: Int32Array

  constructor(rules: readonly Signature[], matcher: RuleMatcher | undefined) {
    this.rules = rules
    this.#matcher = matcher
    this.#sidRows = new Int32Array(rules.length)
    this.empty = matcher === undefined || rules.length === 0
    rules.forEach((rule, i) => {
      if (rule.fwsnort === true) this.#fwsnort.set(rule.sid, i)
      else this.#bySid.set(rule.sid, rule)
    })
    for (const [sid, i] of this.#fwsnort) if (!this.#bySid.has(sid)) this.#bySid.set(sid, rules[i]!)
  }

  bySid(sid: number): Signature | undefined {
    return this.#bySid.get(sid)
  }

  netsOf(a0: number, a1: number, a2: number, a3: number): number {
    return this.#matcher?.bitsOf(a0, a1, a2, a3) ?? 0
  }

  /** How many rules match; `record` then accounts for them. */
  match(rows: Int32Array, o: number, bytes: Uint8Array, srcBits: number, dstBits: number): number {
    return this.#matcher?.match(rows, o, bytes, srcBits, dstBits, this.#found) ?? 0
  }

  /** The match that the kernel made for fwsnort; none if its rule is not known. */
  matchFwsnort(sid: number): number {
    const index = this.#fwsnort.get(sid)
    if (index === undefined) return 0
    this.#found[0] = index
    return 1
  }

  /** Every rule with an effect among the matches found last has level 0, and there is one: the packet is to be ignored. */
  ignores(found: number): boolean {
    let ignored = false
    for (let i = 0; i < found; i++) {
      const rule = this.rules[this.#found[i]!]!
      if (rule.note) continue
      if (rule.level > 0) return false
      ignored = true
    }
    return ignored
  }

  /** Counts a packet of invalid ICMP type or code for the pair. */
  countInvalidIcmp(
    state: State,
    rows: Int32Array,
    o: number,
    source: number,
    pair: number,
    sid: number,
  ): void {
    this.#countHit(state, rows, o, ownerOfPair(pair), sid, source, pair)
  }

  /**
   * Counts the matches found last for the source and the pair, notes in `crossing` the rules whose sid is new to the scan,
   * and returns the highest level among them (0 for notes).
   */
  record(
    state: State,
    found: number,
    rows: Int32Array,
    o: number,
    source: number,
    pair: number,
    crossing: Crossing,
  ): number {
    let level = 0
    for (let i = 0; i < found; i++) {
      const index = this.#found[i]!
      const rule = this.rules[index]!
      // Level 0 is the operator's wish not to hear of it.
      if (!rule.note && rule.level === 0) continue
      if (!rule.note && rule.level > level) level = rule.level
      this.#countSid(state, index, rule.sid)
      const s = source * SOURCE
      state.sources.rows.ints[s + S_MATCHES]!++
      if (pair !== FULL) this.#countHit(state, rows, o, ownerOfPair(pair), rule.sid, source, pair)
      let hit = state.hits.find(ownerOfSource(source), rule.sid)
      if (hit === 0) {
        hit = this.#newHit(state, ownerOfSource(source), rule.sid, source)
        if (hit !== FULL) {
          const ints = state.hits.rows.ints
          ints[hit * HIT + H_NEXT] = state.sources.rows.ints[s + S_HITS]!
          state.sources.rows.ints[s + S_HITS] = hit
        }
        if (crossing.newSidCount < crossing.newSids.length)
          crossing.newSids[crossing.newSidCount++] = index
      }
      if (hit !== FULL) {
        state.hits.rows.ints[hit * HIT + H_COUNT]!++
        state.hits.rows.touch(hit * HIT)
      }
    }
    return level
  }

  #newHit(state: State, owner: number, sid: number, keep: number): number {
    const hit = state.hits.insert(owner, sid)
    if (hit !== FULL) return hit
    state.makeRoom(keep)
    return state.hits.insert(owner, sid)
  }

  #countHit(
    state: State,
    rows: Int32Array,
    o: number,
    owner: number,
    sid: number,
    source: number,
    pair: number,
  ): void {
    let hit = state.hits.find(owner, sid)
    const isNew = hit === 0
    if (isNew) {
      hit = this.#newHit(state, owner, sid, source)
      if (hit === FULL) return
    }
    const ints = state.hits.rows.ints
    const h = hit * HIT
    if (isNew) {
      const p = pair * PAIR
      ints[h + H_NEXT] = state.pairs.rows.ints[p + P_HITS]!
      state.pairs.rows.ints[p + P_HITS] = hit
      state.pairs.rows.touch(p)
    }
    ints[h + H_COUNT]!++
    if (rows[o + R_PROTO] === PROTO_TCP) {
      const flags = rows[o + R_TCP]!
      ints[h + H_FLAGS]! |= flags === 0 ? 0x100 : flags
    }
    const port = rows[o + R_DPT]!
    if (port >= 0) rememberPort(ints, h, port)
    state.hits.rows.touch(h)
  }

  #countSid(state: State, index: number, sid: number): void {
    let row = this.#sidRows[index]!
    if (row === 0) {
      row = state.sids.find(sid, 0)
      if (row === 0) row = state.sids.insert(sid, 0)
      if (row === FULL) return
      this.#sidRows[index] = row
    }
    countUp(state.sids.rows.ints, row * 8 + 2)
    state.sids.rows.touch(row * 8)
  }
}

function rememberPort(ints: Int32Array, h: number, port: number): void {
  const count = ints[h + H_PORTS]!
  for (let i = 0; i < count; i++) if (ints[h + H_PORT + i] === port) return
  if (count >= H_PORTS_KEPT) return
  ints[h + H_PORT + count] = port
  ints[h + H_PORTS] = count + 1
}
