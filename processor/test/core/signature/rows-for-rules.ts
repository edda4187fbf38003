import fc from 'fast-check'
import { parseAddressText } from '../../../src/core/address.ts'
import {
  PROTO_ICMP,
  PROTO_TCP,
  PROTO_UDP,
  R_BODY,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_ICMP_CODE,
  R_ICMP_ID,
  R_ICMP_SEQ,
  R_ICMP_TYPE,
  R_IP_OPT,
  R_IP_OPT_END,
  R_IPID,
  R_LENGTH,
  R_PAYLOAD,
  R_PROTO,
  R_SEEN,
  R_SEQ,
  R_ACK,
  R_SPT,
  R_SRC,
  R_TCP,
  R_TCP_OPT,
  R_TCP_OPT_END,
  R_TOS,
  R_TTL,
  R_WINDOW,
  ROW,
  SEEN_ACK,
  SEEN_IP_OPT,
  SEEN_SEQ,
  T_SYN,
} from '../../../src/core/row.ts'
import type { Matcher } from '../../../src/core/index.ts'
import type { ReadRule } from '../../../src/core/signature/read-rule.ts'
import { NUMBER_FIELDS } from '../../../src/core/signature/rule-test.ts'

/** A packet as a row, with the bytes that its IP options stand in. */
export interface RowPacket {
  readonly row: Int32Array
  readonly bytes: Uint8Array
}

/** Sources and destinations: at home (10/8), outside, and those that psad's rules name. */
const ADDRESSES = [
  '10.0.0.1',
  '10.9.8.7',
  '192.0.2.1',
  '3.3.3.3',
  '255.255.255.7',
  '216.80.99.202',
  '212.146.0.34',
  '66.151.158.177',
  '232.1.1.1',
]

/** Packets made to fit one of the rules in most of its conditions, so that near misses are common. */
export function packetsFor(rules: readonly ReadRule[]): fc.Arbitrary<RowPacket> {
  const field = fc.nat(65_535)
  return fc
    .record({
      rule: fc.constantFrom(...rules),
      src: fc.constantFrom(...ADDRESSES),
      dst: fc.constantFrom(...ADDRESSES),
      noise: fc.array(field, { minLength: 12, maxLength: 12 }),
      /** Which conditions are missed. */
      miss: fc.nat(9),
    })
    .map(({ rule, src, dst, noise, miss }) => packetFor(rule, { src, dst, noise, miss }))
}

function packetFor(
  rule: ReadRule,
  facts: { src: string; dst: string; noise: readonly number[]; miss: number },
): RowPacket {
  const { noise, miss } = facts
  const row = new Int32Array(ROW).fill(-1)
  const protocol =
    rule.protocol === 0 ? [PROTO_TCP, PROTO_UDP, PROTO_ICMP][noise[0]! % 3]! : rule.protocol
  row[R_FLAGS] = 0
  row[R_PROTO] = protocol
  row[R_SEEN] = 0
  for (const slot of [R_TCP, R_IP_OPT, R_IP_OPT_END, R_TCP_OPT, R_TCP_OPT_END]) row[slot] = 0
  row[R_BODY] = -1
  if (!parseAddressText(facts.src, row, R_SRC) || !parseAddressText(facts.dst, row, R_DST))
    throw new Error('no address')
  row[R_LENGTH] = 20 + (noise[1]! % 100)
  row[R_TTL] = noise[2]! % 256
  row[R_IPID] = noise[3]!
  row[R_TOS] = 0
  if (protocol === PROTO_ICMP) {
    row[R_ICMP_TYPE] = noise[4]! % 41
    row[R_ICMP_CODE] = noise[5]! % 18
    row[R_ICMP_ID] = noise[6]! % 3 === 0 ? 0 : noise[6]!
    row[R_ICMP_SEQ] = noise[7]! % 3 === 0 ? 0 : noise[7]!
  } else {
    row[R_SPT] = rule.from.ports?.[0]?.min ?? noise[4]!
    row[R_DPT] = rule.to.ports?.[noise[5]! % rule.to.ports.length]?.max ?? noise[5]!
  }
  if (protocol === PROTO_UDP) row[R_PAYLOAD] = 8 + (noise[6]! % 40)
  if (protocol === PROTO_TCP) {
    row[R_TCP] = [T_SYN, T_SYN, 1, 0, 0x29, 0x3f, 3, 0x10][noise[6]! % 8]!
    row[R_WINDOW] = noise[7]!
    row[R_SEEN] = noise[8]! % 2 === 0 ? SEEN_SEQ | SEEN_ACK : 0
    row[R_SEQ] = noise[9]! * 65_537
    row[R_ACK] = noise[10]!
  }
  let options = ''
  rule.tests.forEach((test, i) => {
    if (i === miss) return
    switch (test.kind) {
      case 'number': {
        const value = test.not ? test.max + 1 : noise[11]! % 2 === 0 ? test.min : test.max
        if (test.field === 'size') setSize(row, protocol, value)
        else {
          const { slot, seen } = NUMBER_FIELDS[test.field]
          row[slot] = value | 0
          row[R_SEEN] = row[R_SEEN]! | seen
        }
        return
      }
      case 'bits': {
        const slot = test.of === 'tcp' ? R_TCP : R_FLAGS
        const bits = test.any ? test.mask : test.value
        row[slot] = (row[slot]! & ~test.mask) | bits
        return
      }
      case 'ip-option':
        options = `${test.option.toString(16).padStart(2, '0')}0704C0A80001`
        return
      case 'same-address':
        row.copyWithin(R_DST, R_SRC, R_SRC + 4)
        return
      case 'sequence-is-destination':
        row[R_SEQ] = row[R_DST + 3]!
        row[R_SEEN] = row[R_SEEN]! | SEEN_SEQ
        return
      case 'id-is-masscan':
        row[R_IPID] = (row[R_DST + 3]! ^ row[R_DPT]! ^ row[R_SEQ]!) & 0xffff
    }
  })
  if (options === '' && noise[0]! % 7 === 0) options = '890704C0A80001'
  if (options !== '') {
    row[R_SEEN] = row[R_SEEN] | SEEN_IP_OPT
    row[R_IP_OPT_END] = options.length
  }
  return { row, bytes: new TextEncoder().encode(options) }
}

/** As psad counts sizes. */
function setSize(row: Int32Array, protocol: number, size: number): void {
  if (protocol === PROTO_UDP) row[R_PAYLOAD] = 8 + size
  else if (protocol === PROTO_ICMP) row[R_LENGTH] = 24 + size
  else row[R_LENGTH] = size + ((row[R_TCP]! & T_SYN) === 0 ? 40 : 84)
}

/** Indexes of the rules that the packet matches. */
export function hitsOf(matcher: Matcher, { row, bytes }: RowPacket): number[] {
  const hits = new Int32Array(256)
  const [a, b, c, d, e, f, g, h] = row.subarray(R_SRC, R_SRC + 8)
  const count = matcher.match(
    row,
    0,
    bytes,
    matcher.bitsOf(a!, b!, c!, d!),
    matcher.bitsOf(e!, f!, g!, h!),
    hits,
  )
  return [...hits.subarray(0, count)]
}
