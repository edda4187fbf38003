import type { DangerLevel } from '../detection.ts'

/** A number test: `min <= value <= max`, negated if `not`. An absent value matches nothing (psad.md Q59). */
export interface RangeTest {
  readonly min: number
  readonly max: number
  readonly not: boolean
}

/** One rule, ready for the matcher. */
export interface Signature {
  readonly sid: number
  readonly message: string
  readonly classtype: string | undefined
  readonly references: readonly string[]
  /** tcp 6, udp 17, icmp 1, icmp6 58, ip 0 (every protocol), or another IP protocol number. */
  readonly protocol: number
  /** The level a match gives; 0 in a note: counted and emitted, and never raises a level. */
  readonly level: DangerLevel
  /** Counted and emitted but without effect on levels (rules that psad does not ship). */
  readonly note: boolean
  /** The rule itself names its level. */
  readonly ownLevel?: true
  /** Matched by the kernel for fwsnort, which logs its sid: never compiled. */
  readonly fwsnort?: true
  /** The rule's text as it was written: the matcher is compiled from it. */
  readonly text: string
  readonly file: string
  readonly line: number
  /** Snort's `rev`, for people who compare versions of a rule. */
  readonly revision?: number
  /** How often a rule wants to be told; not a condition of a match (see `parseThreshold`). */
  readonly threshold?: RuleThreshold
  /** Sids of the rules that this one was made from (`psad_derived_sids`). */
  readonly derivedSids?: readonly number[]
}

/** `threshold`, `limit` and `detection_filter` of Snort: `count` matches by one address within `seconds`. */
export interface RuleThreshold {
  readonly type: 'limit' | 'threshold' | 'both' | 'filter'
  readonly track: 'source' | 'destination'
  readonly count: number
  readonly seconds: number
}

/**
 * What is wrong with a rule file. An error means that the rule was skipped; a warning that it is loaded and
 * something in it has no effect. Lines and columns count from 1.
 */
export interface RuleProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}
