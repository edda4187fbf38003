import {
  R_ACK,
  R_ICMP_CODE,
  R_ICMP_ID,
  R_ICMP_SEQ,
  R_ICMP_TYPE,
  R_IPID,
  R_LENGTH,
  R_PROTO,
  R_SEQ,
  R_TOS,
  R_TTL,
  R_WINDOW,
  SEEN_ACK,
  SEEN_SEQ,
} from '../row.ts'
import type { RangeTest } from './signature.ts'

interface NumberField {
  /** Where the value stands in a row; -1: computed (the payload size). */
  readonly slot: number
  /** The SEEN bit of a 32-bit value; 0: absent is -1. */
  readonly seen: number
  /** The largest value that the field can have, the end of `n:` and `>n`. */
  readonly max: number
  /** psad's end of `n:` and `>n` where it is another (psad.md 5.2). */
  readonly psadMax?: number
  /** Part of the IPv4 header: psad does not test it on IPv6 packets. */
  readonly ip: boolean
}

/** The numbers of a packet that a rule may ask for. */
export const NUMBER_FIELDS = {
  ttl: { slot: R_TTL, seen: 0, max: 255, ip: true },
  id: { slot: R_IPID, seen: 0, max: 65_535, ip: true },
  length: { slot: R_LENGTH, seen: 0, max: 65_575, psadMax: 65_536, ip: true },
  tos: { slot: R_TOS, seen: 0, max: 255, ip: true },
  protocol: { slot: R_PROTO, seen: 0, max: 255, ip: true },
  window: { slot: R_WINDOW, seen: 0, max: 65_535, ip: false },
  seq: { slot: R_SEQ, seen: SEEN_SEQ, max: 0xffff_ffff, ip: false },
  ack: { slot: R_ACK, seen: SEEN_ACK, max: 0xffff_ffff, ip: false },
  icmpType: { slot: R_ICMP_TYPE, seen: 0, max: 255, ip: false },
  icmpCode: { slot: R_ICMP_CODE, seen: 0, max: 255, ip: false },
  icmpId: { slot: R_ICMP_ID, seen: 0, max: 65_535, ip: false },
  icmpSeq: { slot: R_ICMP_SEQ, seen: 0, max: 65_535, psadMax: 255, ip: false },
  size: { slot: -1, seen: 0, max: 65_535, psadMax: 1514, ip: false },
} as const satisfies Record<string, NumberField>
export type NumberFieldName = keyof typeof NUMBER_FIELDS

export interface NumberTest extends RangeTest {
  readonly kind: 'number'
  readonly field: NumberFieldName
}

/** On the TCP flags or on R_FLAGS: `(bits & mask) === value`, or, if `any`, `(bits & mask) !== 0`. */
export interface BitsTest {
  readonly kind: 'bits'
  readonly of: 'tcp' | 'packet'
  readonly mask: number
  readonly value: number
  readonly any: boolean
}

export type RuleTest =
  | NumberTest
  | BitsTest
  /** The packet carries this IP option; -1: any option. */
  | { readonly kind: 'ip-option'; readonly option: number }
  | { readonly kind: 'same-address' }
  /** The TCP sequence number is the IPv4 destination address, as Mirai and its kin make it. */
  | { readonly kind: 'sequence-is-destination' }
  /** The IP id is what masscan makes of the IPv4 destination, the port and the sequence number. */
  | { readonly kind: 'id-is-masscan' }
