import {
  F_IPV6,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_IP_OPT,
  R_IP_OPT_END,
  R_LENGTH,
  R_PAYLOAD,
  R_PROTO,
  R_SEEN,
  R_SEQ,
  R_SPT,
  R_SRC,
  R_TCP,
  SEEN_IP_OPT,
  SEEN_SEQ,
  T_SYN,
} from '../row.ts'
import { hasIpOption } from './ip-options.ts'
import { NET_BITS } from './net-table.ts'
import type { NetTable } from './net-table.ts'
import type { ReadRule, RuleEnd } from './read-rule.ts'
import { NUMBER_FIELDS } from './rule-test.ts'
import type { NumberTest, RuleTest } from './rule-test.ts'
import type { RangeTest } from './signature.ts'

/** One direction of a rule, ready to be tested on a row. */
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

/** psad's payload sizes (psad.md 5.3): fixed shares of headers, negative is 0; -1 where the packet has none. */
export function payloadSize(rows: Int32Array, o: number): number {
  const protocol = rows[o + R_PROTO]!
  if (protocol === PROTO_UDP || protocol === PROTO_UDPLITE) {
    const length = rows[o + R_PAYLOAD]!
    return length < 0 ? -1 : Math.max(0, length - 8)
  }
  const length = rows[o + R_LENGTH]!
  if (length < 0) return -1
  if (protocol === PROTO_TCP)
    return Math.max(0, length - ((rows[o + R_TCP]! & T_SYN) === 0 ? 40 : 84))
  return Math.max(0, length - 24)
}

/** Whether the packet at `o` fits; the protocol has been looked at already. `psad`: header tests do not apply to IPv6. */
export function fits(
  rule: CompiledRule,
  rows: Int32Array,
  o: number,
  bytes: Uint8Array,
  srcBits: number,
  dstBits: number,
  nets: NetTable,
  psad: boolean,
): boolean {
  if ((rule.srcBits & ~srcBits) !== 0 || (rule.dstBits & ~dstBits) !== 0) return false
  if (rule.dports !== undefined && !inRanges(rule.dports, rows[o + R_DPT]!)) return false
  if (rule.sports !== undefined && !inRanges(rule.sports, rows[o + R_SPT]!)) return false
  const isV6 = (rows[o + R_FLAGS]! & F_IPV6) !== 0
  // `ip` and `icmp` rules never match an IPv6 packet in psad.
  if (psad && isV6 && (rule.protocol === 0 || rule.protocol === 1)) return false
  // Ports of `any` are 1 to 65535 (psad.md Q47).
  if (rule.dports === undefined && rows[o + R_DPT] === 0 && rule.protocol !== 0) return false
  if (rule.sports === undefined && rows[o + R_SPT] === 0 && rule.protocol !== 0) return false
  const { tests } = rule
  for (let i = 0; i < tests.length; i++)
    if (!holds(tests[i]!, rows, o, bytes, psad && isV6)) return false
  if (rule.srcList >= 0 && !nets.holds(rule.srcList, rows, o, R_SRC)) return false
  return rule.dstList < 0 || nets.holds(rule.dstList, rows, o, R_DST)
}

function inRanges(ranges: readonly RangeTest[], value: number): boolean {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i]!
    if (value >= range.min && value <= range.max) return true
  }
  return false
}

function holds(
  test: RuleTest,
  rows: Int32Array,
  o: number,
  bytes: Uint8Array,
  skipIp: boolean,
): boolean {
  switch (test.kind) {
    case 'bits': {
      const bits = (test.of === 'tcp' ? rows[o + R_TCP]! : rows[o + R_FLAGS]!) & test.mask
      return test.any ? bits !== 0 : bits === test.value
    }
    case 'number':
      return (skipIp && NUMBER_FIELDS[test.field].ip) || numberHolds(test, rows, o)
    case 'ip-option':
      if (skipIp) return true
      return (
        (rows[o + R_SEEN]! & SEEN_IP_OPT) !== 0 &&
        hasIpOption(bytes, rows[o + R_IP_OPT]!, rows[o + R_IP_OPT_END]!, test.option)
      )
    case 'same-address':
      if (skipIp) return true
      return (
        rows[o + R_SRC + 3] === rows[o + R_DST + 3] &&
        rows[o + R_SRC + 2] === rows[o + R_DST + 2] &&
        rows[o + R_SRC + 1] === rows[o + R_DST + 1] &&
        rows[o + R_SRC] === rows[o + R_DST]
      )
    case 'sequence-is-destination':
      return (rows[o + R_SEEN]! & SEEN_SEQ) !== 0 && rows[o + R_SEQ] === rows[o + R_DST + 3]
  }
}

function numberHolds(test: NumberTest, rows: Int32Array, o: number): boolean {
  const { slot, seen } = NUMBER_FIELDS[test.field]
  let value: number
  if (slot < 0) value = payloadSize(rows, o)
  else if (seen === 0) value = rows[o + slot]!
  else value = (rows[o + R_SEEN]! & seen) === 0 ? -1 : rows[o + slot]! >>> 0
  // What the packet does not have matches nothing, negated or not (psad.md Q59).
  if (value < 0) return false
  return (value >= test.min && value <= test.max) !== test.not
}
