import { R_DST, R_ICMP_CODE, R_ICMP_TYPE } from '../row.ts'
import type { Crossing } from './crossing.ts'
import {
  M_SIGNATURE_EVER_SHIFT,
  M_SIGNATURE_SHIFT,
  S_MARKS,
  S_NETS,
  SOURCE,
  T_KNOWN,
  T_NETS,
  TARGET,
  icmpSid,
} from './layout.ts'
import { withLevel } from './marks.ts'
import type { PairBook } from './pair-book.ts'
import type { RuleBook } from './rule-book.ts'
import type { State } from './state.ts'
import { FULL } from './table.ts'

/** Signatures and invalid ICMP: what packets match, and what that means for their source and pair. */
export class Matching {
  readonly #state: State
  readonly #rules: RuleBook
  readonly #pairs: PairBook
  readonly #crossing: Crossing

  constructor(state: State, rules: RuleBook, pairs: PairBook, crossing: Crossing) {
    this.#state = state
    this.#rules = rules
    this.#pairs = pairs
    this.#crossing = crossing
  }

  /** How many rules match the packet; `record` then accounts for them. */
  find(rows: Int32Array, o: number, bytes: Uint8Array, s: number, target: number): number {
    if (this.#rules.empty) return 0
    const state = this.#state
    let targetNets: number
    if (target === FULL) {
      targetNets = this.#rules.netsOf(
        rows[o + R_DST]!,
        rows[o + R_DST + 1]!,
        rows[o + R_DST + 2]!,
        rows[o + R_DST + 3]!,
      )
    } else {
      const t = target * TARGET
      const targets = state.targets.rows
      if (targets.ints[t + T_KNOWN] === 0) {
        targets.ints[t + T_NETS] = this.#rules.netsOf(
          targets.ints[t]!,
          targets.ints[t + 1]!,
          targets.ints[t + 2]!,
          targets.ints[t + 3]!,
        )
        targets.ints[t + T_KNOWN] = 1
        targets.touch(t)
      }
      targetNets = targets.ints[t + T_NETS]!
    }
    return this.#rules.match(rows, o, bytes, state.sources.rows.ints[s + S_NETS]!, targetNets)
  }

  /** Accounts for a packet of an ICMP type or code that does not exist. */
  invalidIcmp(rows: Int32Array, o: number, id: number, target: number): void {
    if (target === FULL) return
    const pair = this.#pairs.pairFor(id, target, rows, o)
    if (pair === FULL) return
    this.#crossing.pair = pair
    const sid = icmpSid(rows[o + R_ICMP_TYPE]! & 0xff, rows[o + R_ICMP_CODE]! & 0xff)
    this.#rules.countInvalidIcmp(this.#state, rows, o, id, pair, sid)
  }

  /** Accounts for the matches found last; returns the level they give. */
  record(
    found: number,
    rows: Int32Array,
    o: number,
    id: number,
    target: number,
    noted: boolean,
  ): number {
    const pair = target === FULL ? FULL : this.#pairs.pairFor(id, target, rows, o)
    this.#crossing.pair = pair
    let level = this.#rules.record(this.#state, found, rows, o, id, pair, this.#crossing)
    if (noted) level = 0
    if (level > 0) {
      this.#crossing.matched = true
      const ints = this.#state.sources.rows.ints
      const at = id * SOURCE + S_MARKS
      ints[at] = withLevel(
        withLevel(ints[at]!, M_SIGNATURE_SHIFT, level),
        M_SIGNATURE_EVER_SHIFT,
        level,
      )
    }
    return level
  }
}
