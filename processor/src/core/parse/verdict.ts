import type { VerdictOptions } from '../options.ts'
import { VERDICT_ACCEPT, VERDICT_AUDIT, VERDICT_DROP, VERDICT_UNKNOWN } from '../row.ts'

/** EdgeOS, VyOS and UniFi name the ruleset and the rule, then the action's first letter: `[WAN_IN-default-D]`. */
const BRACKETED = /\[[^\]]*-([ADR])(?:-\d+)?\]/

const DROP =
  /(?<![a-z])(?:drop|dropped|deny|denied|block|blocked|reject|rejected|discard|discarded|drp|blk)(?![a-z])/i
const ACCEPT =
  /(?<![a-z])(?:accept|accepted|allow|allowed|permit|permitted|pass|passed|acc)(?![a-z])/i
const AUDIT = /(?<![a-z])audit(?![a-z])/i

/** What a prefix says of the packet's fate: the operator's patterns first (drop, accept, audit), then the usual words. */
export class VerdictRules {
  readonly #own: readonly (readonly [RegExp, number])[]

  constructor(options: VerdictOptions) {
    this.#own = [
      ...options.drop.map((pattern) => [new RegExp(pattern), VERDICT_DROP] as const),
      ...options.accept.map((pattern) => [new RegExp(pattern), VERDICT_ACCEPT] as const),
      ...options.audit.map((pattern) => [new RegExp(pattern), VERDICT_AUDIT] as const),
    ]
  }

  of(prefix: string): number {
    if (prefix === '') return VERDICT_UNKNOWN
    for (const [pattern, verdict] of this.#own) if (pattern.test(prefix)) return verdict
    const letter = BRACKETED.exec(prefix)?.[1]
    if (letter !== undefined) return letter === 'A' ? VERDICT_ACCEPT : VERDICT_DROP
    if (DROP.test(prefix)) return VERDICT_DROP
    if (AUDIT.test(prefix)) return VERDICT_AUDIT
    return ACCEPT.test(prefix) ? VERDICT_ACCEPT : VERDICT_UNKNOWN
  }
}
