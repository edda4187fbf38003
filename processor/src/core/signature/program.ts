import {
  F_IPV6,
  F_JSON,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  R_BODY,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_IP_OPT,
  R_IP_OPT_END,
  R_IPID,
  R_SEEN,
  R_SEQ,
  R_SPT,
  R_SRC,
  R_TCP,
  SEEN_IP_OPT,
  SEEN_SEQ,
} from '../row.ts'
import type { CompiledRule } from './compile.ts'
import { hasIpOption } from './ip-options.ts'
import type { NetTable } from './net-table.ts'
import { payloadSize } from './payload-size.ts'
import { NUMBER_FIELDS } from './rule-test.ts'
import type { NumberTest, RuleTest } from './rule-test.ts'
import type { RangeTest } from './signature.ts'

/*
 * All rules as one array of ints, so that testing a rule touches a cache line or two and no objects. A rule is a run of
 * steps of four ints (which, a, b, c), ended by END; a step that does not hold ends it earlier.
 */
const STEP = 4
const END = 0
/** Both ends' nets: a = bits of the source, b = of the destination. */
const NETS = 1
/** b <= row[a] <= c; -1, absent, is in no range. */
const INSIDE = 2
/** Present and outside of b to c. */
const OUTSIDE = 3
/** row[a] is in one of the b ranges behind this step, two steps' ints each pair of ranges. */
const RANGES = 4
/** row[a] is not 0. */
const NOT_ZERO = 5
/** As INSIDE and OUTSIDE for 32 bits without sign; a = slot and, from bit 8 on, its SEEN bits. */
const WIDE_INSIDE = 6
const WIDE_OUTSIDE = 7
const SIZE_INSIDE = 8
const SIZE_OUTSIDE = 9
/** (row[a] & b) === c, and (row[a] & b) !== 0. */
const BITS = 10
const SOME_BITS = 11
/** There is a TCP header at all: a fragment without one is no null scan. */
const TCP_HEADER = 12
const IP_OPTION = 13
const SAME_ADDRESS = 14
const SEQUENCE_IS_DESTINATION = 15
/** List b holds the address at a. */
const LIST = 16
const IPV4_ONLY = 17
/** On IPv6 go on behind the next step: psad does not test the IP header there. */
const SKIP_ON_IPV6 = 18
const ID_IS_MASSCAN = 19

export interface ProgramOptions {
  readonly nets: NetTable
  /** As psad: IP header tests do not apply to IPv6 packets, `ip` and `icmp` rules match none. */
  readonly psad: boolean
  readonly psadSizes: boolean
}

export class Program {
  readonly #code: Int32Array
  readonly #starts: Int32Array
  readonly #nets: NetTable
  readonly #psadSizes: boolean

  constructor(rules: readonly CompiledRule[], options: ProgramOptions) {
    const code: number[] = []
    this.#starts = Int32Array.from(rules, (rule) => {
      const start = code.length
      write(code, rule, options.psad)
      return start
    })
    this.#code = Int32Array.from(code)
    this.#nets = options.nets
    this.#psadSizes = options.psadSizes
  }

  /** Whether the packet at `o` fits the rule; the protocol has been looked at already. */
  holds(
    rule: number,
    rows: Int32Array,
    o: number,
    bytes: Uint8Array,
    srcBits: number,
    dstBits: number,
  ): boolean {
    const code = this.#code
    for (let pc = this.#starts[rule]!; ; pc += STEP) {
      const a = code[pc + 1]!
      const b = code[pc + 2]!
      const c = code[pc + 3]!
      switch (code[pc]!) {
        case END:
          return true
        case NETS:
          if ((a & ~srcBits) !== 0 || (b & ~dstBits) !== 0) return false
          break
        case INSIDE: {
          const value = rows[o + a]!
          if (value < b || value > c) return false
          break
        }
        case OUTSIDE: {
          const value = rows[o + a]!
          if (value < 0 || (value >= b && value <= c)) return false
          break
        }
        case RANGES:
          if (!inRanges(code, pc + STEP, b, rows[o + a]!)) return false
          pc += STEP * ((b + 1) >> 1)
          break
        case NOT_ZERO:
          if (rows[o + a] === 0) return false
          break
        case WIDE_INSIDE:
        case WIDE_OUTSIDE: {
          if ((rows[o + R_SEEN]! & (a >> 8)) === 0) return false
          const value = rows[o + (a & 0xff)]! >>> 0
          if ((value >= b >>> 0 && value <= c >>> 0) === (code[pc] === WIDE_OUTSIDE)) return false
          break
        }
        case SIZE_INSIDE:
        case SIZE_OUTSIDE: {
          const size = payloadSize(rows, o, this.#psadSizes)
          if (size < 0 || (size >= b && size <= c) === (code[pc] === SIZE_OUTSIDE)) return false
          break
        }
        case BITS:
          if ((rows[o + a]! & b) !== c) return false
          break
        case SOME_BITS:
          if ((rows[o + a]! & b) === 0) return false
          break
        case TCP_HEADER:
          if (rows[o + R_DPT]! < 0) return false
          break
        case SKIP_ON_IPV6:
          if ((rows[o + R_FLAGS]! & F_IPV6) !== 0) pc += STEP
          break
        case LIST:
          if (!this.#nets.holds(b, rows, o, a as typeof R_SRC)) return false
          break
        default:
          if (!holdsRarely(code[pc]!, a, rows, o, bytes)) return false
      }
    }
  }
}

function inRanges(code: Int32Array, at: number, count: number, value: number): boolean {
  for (let i = at; i < at + 2 * count; i += 2) {
    if (value < code[i]!) return false
    if (value <= code[i + 1]!) return true
  }
  return false
}

/** Kept out of the loop above, which stays small enough to be compiled well. */
function holdsRarely(
  step: number,
  a: number,
  rows: Int32Array,
  o: number,
  bytes: Uint8Array,
): boolean {
  switch (step) {
    case IPV4_ONLY:
      return (rows[o + R_FLAGS]! & F_IPV6) === 0
    case IP_OPTION:
      return (
        (rows[o + R_SEEN]! & SEEN_IP_OPT) !== 0 &&
        hasIpOption(bytes, rows[o + R_IP_OPT]!, rows[o + R_IP_OPT_END]!, a)
      )
    case SAME_ADDRESS:
      return (
        rows[o + R_SRC + 3] === rows[o + R_DST + 3] &&
        rows[o + R_SRC + 2] === rows[o + R_DST + 2] &&
        rows[o + R_SRC + 1] === rows[o + R_DST + 1] &&
        rows[o + R_SRC] === rows[o + R_DST] &&
        !isOnLoopback(rows, o, bytes)
      )
    case SEQUENCE_IS_DESTINATION:
      return (
        (rows[o + R_FLAGS]! & F_IPV6) === 0 &&
        (rows[o + R_SEEN]! & SEEN_SEQ) !== 0 &&
        rows[o + R_SEQ] === rows[o + R_DST + 3]
      )
    case ID_IS_MASSCAN:
      return (
        (rows[o + R_FLAGS]! & F_IPV6) === 0 &&
        (rows[o + R_SEEN]! & SEEN_SEQ) !== 0 &&
        rows[o + R_IPID] === ((rows[o + R_DST + 3]! ^ rows[o + R_DPT]! ^ rows[o + R_SEQ]!) & 0xffff)
      )
    default:
      throw new Error(`a rule has an unknown step ${step}`)
  }
}

/** `IN=lo ` or `IN= OUT=lo `: a host that talks to itself there is no news (psad.md 5.2). */
function isOnLoopback(rows: Int32Array, o: number, bytes: Uint8Array): boolean {
  let at = rows[o + R_BODY]!
  if (at < 0 || (rows[o + R_FLAGS]! & F_JSON) !== 0) return false
  at += bytes[at] === 0x49 ? 3 : 4
  if (bytes[at] === 0x20) at += 5
  return bytes[at] === 0x6c && bytes[at + 1] === 0x6f && bytes[at + 2]! <= 0x20
}

function write(code: number[], rule: CompiledRule, psad: boolean): void {
  const hasPorts =
    rule.protocol === PROTO_TCP || rule.protocol === PROTO_UDP || rule.protocol === PROTO_UDPLITE
  const neverIpv6 = psad && (rule.protocol === 0 || rule.protocol === 1)
  if (rule.srcBits !== 0 || rule.dstBits !== 0) code.push(NETS, rule.srcBits, rule.dstBits, 0)
  writePorts(code, R_DPT, rule.dports, hasPorts)
  writePorts(code, R_SPT, rule.sports, hasPorts)
  if (neverIpv6) code.push(IPV4_ONLY, 0, 0, 0)
  for (const test of rule.tests) writeTest(code, test, psad && !neverIpv6)
  if (rule.srcList >= 0) code.push(LIST, R_SRC, rule.srcList, 0)
  if (rule.dstList >= 0) code.push(LIST, R_DST, rule.dstList, 0)
  code.push(END, 0, 0, 0)
}

function writePorts(
  code: number[],
  slot: number,
  ranges: readonly RangeTest[] | undefined,
  hasPorts: boolean,
): void {
  if (ranges === undefined) {
    // `any` is 1 to 65535 (psad.md Q47).
    if (hasPorts) code.push(NOT_ZERO, slot, 0, 0)
  } else if (ranges.length === 1) code.push(INSIDE, slot, ranges[0]!.min, ranges[0]!.max)
  else {
    code.push(RANGES, slot, ranges.length, 0)
    for (const { min, max } of ranges) code.push(min, max)
    if (ranges.length % 2 === 1) code.push(0, 0)
  }
}

function writeTest(code: number[], test: RuleTest, skipIpv6: boolean): void {
  const header = (): void => {
    if (skipIpv6) code.push(SKIP_ON_IPV6, 0, 0, 0)
  }
  switch (test.kind) {
    case 'number':
      if (NUMBER_FIELDS[test.field].ip) header()
      writeNumber(code, test)
      return
    case 'bits': {
      if (test.of === 'tcp') code.push(TCP_HEADER, 0, 0, 0)
      const slot = test.of === 'tcp' ? R_TCP : R_FLAGS
      if (test.any) code.push(SOME_BITS, slot, test.mask, 0)
      else code.push(BITS, slot, test.mask, test.value)
      return
    }
    case 'ip-option':
      header()
      code.push(IP_OPTION, test.option, 0, 0)
      return
    case 'same-address':
      header()
      code.push(SAME_ADDRESS, 0, 0, 0)
      return
    case 'sequence-is-destination':
      code.push(SEQUENCE_IS_DESTINATION, 0, 0, 0)
      return
    case 'id-is-masscan':
      code.push(ID_IS_MASSCAN, 0, 0, 0)
  }
}

function writeNumber(code: number[], { field, min, max, not }: NumberTest): void {
  const { slot, seen, max: largest } = NUMBER_FIELDS[field]
  if (slot < 0) code.push(not ? SIZE_OUTSIDE : SIZE_INSIDE, 0, min, max)
  else if (seen !== 0) code.push(not ? WIDE_OUTSIDE : WIDE_INSIDE, slot | (seen << 8), min, max)
  else {
    code.push(not ? OUTSIDE : INSIDE, slot, min, max)
    // A protocol whose name is not known stands as 256.
    if (not && field === 'protocol') code.push(INSIDE, slot, 0, largest)
  }
}
