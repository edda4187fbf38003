import { NET_BITS } from './net-table.ts'
import type { NetTable } from './net-table.ts'
import type { ReadRule, RuleEnd } from './read-rule.ts'
import type { RuleTest } from './rule-test.ts'
import type { RangeTest } from './signature.ts'

/** One direction of a rule, its address lists numbered. */
export interface CompiledRule {
  /** The rule's place in the list of rules. */
  readonly index: number
  readonly protocol: number
  /** Bits that the source's and the destination's nets must have; 0 = any. */
  readonly srcBits: number
  readonly dstBits: number
  /** Lists beyond the bits, tested address by address; -1 = none. */
  readonly srcList: number
  readonly dstList: number
  readonly sports: readonly RangeTest[] | undefined
  readonly dports: readonly RangeTest[] | undefined
  readonly tests: readonly RuleTest[]
}

export function compileRule(rule: ReadRule, index: number, nets: NetTable): CompiledRule[] {
  const one = (from: RuleEnd, to: RuleEnd): CompiledRule => {
    const src = from.addresses === undefined ? -1 : nets.add(from.addresses)
    const dst = to.addresses === undefined ? -1 : nets.add(to.addresses)
    return {
      index,
      protocol: rule.protocol,
      srcBits: src >= 0 && src < NET_BITS ? 1 << src : 0,
      dstBits: dst >= 0 && dst < NET_BITS ? 1 << dst : 0,
      srcList: src >= NET_BITS ? src : -1,
      dstList: dst >= NET_BITS ? dst : -1,
      sports: from.ports,
      dports: to.ports,
      tests: rule.tests,
    }
  }
  const there = one(rule.from, rule.to)
  return rule.bothWays ? [there, one(rule.to, rule.from)] : [there]
}
