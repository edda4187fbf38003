import {
  F_FRAGMENT,
  F_INCOMPLETE,
  F_IPV6,
  F_MANY_OPTIONS,
  PROTO_TCP,
  R_FLAGS,
  R_HOST,
  R_PREFIX,
  R_PROTO,
  R_SEEN,
  R_TCP,
  SEEN_TCP_OPT,
  T_SYN,
} from '../row.ts'
import { K_MASSCAN, K_TOPERA } from './kinds.ts'
import type { State } from './state.ts'
import { FULL } from './table.ts'

/** Tools that give themselves away by what one packet carries or lacks (psad.md 1.8). */
export class ToolMarks {
  readonly #state: State
  readonly #expectOptions: boolean
  /** psad remembers whether any line had options; Picket for each host and prefix, which may log differently. */
  readonly #global: boolean
  // Of the packet before: they rarely change.
  #host = -1
  #prefix = -1
  #seen = false

  constructor(state: State, expectOptions: boolean, psad: boolean) {
    this.#state = state
    this.#expectOptions = expectOptions
    this.#global = psad
  }

  /** Kinds of scan that the packet's marks stand for, as bits; remembers that options were logged. */
  of(rows: Int32Array, o: number): number {
    if (rows[o + R_PROTO] !== PROTO_TCP) return 0
    const flags = rows[o + R_FLAGS]!
    let kinds = 0
    if ((flags & (F_IPV6 | F_MANY_OPTIONS)) === (F_IPV6 | F_MANY_OPTIONS)) kinds = K_TOPERA
    if (!this.#expectOptions) return kinds
    const hasOptions = (rows[o + R_SEEN]! & SEEN_TCP_OPT) !== 0
    const isPlainSyn =
      !hasOptions && rows[o + R_TCP] === T_SYN && (flags & (F_FRAGMENT | F_INCOMPLETE)) === 0
    if (!hasOptions && !isPlainSyn) return kinds
    const host = this.#global ? 0 : rows[o + R_HOST]!
    const prefix = this.#global ? 1 : rows[o + R_PREFIX]! + 1
    if (host !== this.#host || prefix !== this.#prefix) {
      this.#host = host
      this.#prefix = prefix
      this.#seen = this.#state.optionsSeen.find(host, prefix) !== 0
    }
    if (hasOptions) {
      if (!this.#seen) this.#seen = this.#state.optionsSeen.insert(host, prefix) !== FULL
      return kinds
    }
    return this.#seen ? kinds | K_MASSCAN : kinds
  }
}
