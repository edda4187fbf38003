import {
  PROTO_AH,
  PROTO_ESP,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_SCTP,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  PROTO_UNKNOWN,
} from '../row.ts'
import { bytesOf, decimal, isDigit, skipDigits } from './bytes.ts'

const IGMP = 2
const GRE = 47

/** What the kernel and ulogd print instead of numbers; the frequent ones first. */
const NAMES = ['TCP', 'UDP', 'ICMP', 'ICMPv6', 'UDPLITE', 'ESP', 'AH', 'SCTP', 'IGMP', 'GRE'].map(
  bytesOf,
)
const NUMBERS = [
  PROTO_TCP,
  PROTO_UDP,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_UDPLITE,
  PROTO_ESP,
  PROTO_AH,
  PROTO_SCTP,
  IGMP,
  GRE,
]

/** The value of PROTO=: its number, PROTO_UNKNOWN for a name that is not known, -1 for nothing. */
export function protocolOf(b: Uint8Array, from: number, to: number): number {
  if (to <= from) return -1
  if (isDigit(b[from]!)) {
    const number = decimal(b, from, to)
    return number > 255 || skipDigits(b, from, to) < to ? PROTO_UNKNOWN : number
  }
  for (let i = 0; i < NAMES.length; i++)
    if (NAMES[i]!.length === to - from && agrees(b, from, to, NAMES[i]!)) return NUMBERS[i]!
  return PROTO_UNKNOWN
}

/** The word is the beginning of a longer name: `UD`, `ICMPv`. At the end of a line that is a cut. */
export function isCutName(b: Uint8Array, from: number, to: number): boolean {
  for (let i = 0; i < NAMES.length; i++)
    if (NAMES[i]!.length > to - from && agrees(b, from, to, NAMES[i]!)) return true
  return false
}

function agrees(b: Uint8Array, from: number, to: number, name: Uint8Array): boolean {
  for (let p = from; p < to; p++) if ((b[p]! ^ name[p - from]!) & ~32) return false
  return true
}
