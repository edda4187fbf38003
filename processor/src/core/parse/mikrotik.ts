import { isIpv4, parseAddressText } from '../address.ts'
import { PROTOCOL_NUMBERS } from '../protocols.ts'
import {
  F_IPV6,
  F_SRC_ODD,
  F_VERDICT_SHIFT,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UNKNOWN,
  R_CHAIN_NAME,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_ICMP_CODE,
  R_ICMP_TYPE,
  R_IN,
  R_LENGTH,
  R_OUT,
  R_PREFIX,
  R_PROTO,
  R_SPT,
  R_SRC,
  R_TCP,
} from '../row.ts'
import { chainBits } from './chain.ts'
import type { Interned } from './intern.ts'
import {
  BAD_DESTINATION,
  BAD_PORT,
  BAD_SOURCE,
  NO_PACKET,
  NO_PORTS,
  OK,
  TRUNCATED,
} from './reasons.ts'

// Not netfilter text, and rare enough for strings and regular expressions.

const HEAD =
  /^(?:(.*?) )?([\w-]+): in:(\(unknown \d+\)|[^\s,]+) out:(\(unknown \d+\)|[^\s,]+),? (.*)$/
const PACKET = /\bproto ([\w-]+)(?: \(([^)]{0,64})\))?, ([^\s,]+)->([^\s,]+)/
const LENGTH = /, len (\d{1,5})\b/
const ICMP_DETAIL = /type (\d{1,3}), code (\d{1,3})/
const MAC = /\bsrc-mac ([\da-f:]{17})/i
const FLAGS: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
}

/** The source's MAC address in a RouterOS line. */
export function mikrotikMac(line: string): string | undefined {
  return MAC.exec(line)?.[1]
}

/**
 * A RouterOS line behind its topics: `drop-in input: in:ether1 out:(unknown 0), … proto TCP (SYN), a:1->b:2, len 40`.
 * NO_PACKET if it is none of the firewall's.
 */
export function readMikrotik(
  text: string,
  rows: Int32Array,
  o: number,
  interned: Interned,
): number {
  const head = HEAD.exec(text)
  if (head === null) return NO_PACKET
  const [, prefix = '', chain = '', inName = '', outName = '', rest = ''] = head
  const packet = PACKET.exec(rest)
  const length = LENGTH.exec(rest)
  if (packet === null || length === null) return TRUNCATED
  const [, protoName = '', detail = '', from = '', to = ''] = packet
  const source = splitPort(from)
  const destination = splitPort(to)
  if (!parseAddressText(source.address, rows, o + R_SRC)) return BAD_SOURCE
  if (!parseAddressText(destination.address, rows, o + R_DST)) return BAD_DESTINATION
  const proto = protocolOf(protoName.toLowerCase())
  const prefixId = interned.idOfText(prefix)
  rows[o + R_PROTO] = proto
  rows[o + R_PREFIX] = prefixId
  rows[o + R_IN] = interned.idOfText(inName.startsWith('(') ? '' : inName)
  rows[o + R_OUT] = interned.idOfText(outName.startsWith('(') ? '' : outName)
  rows[o + R_FLAGS] =
    F_SRC_ODD |
    (isIpv4(rows, o + R_SRC) ? 0 : F_IPV6) |
    (interned.verdict(prefixId) << F_VERDICT_SHIFT) |
    chainBits(rows, o)
  rows[o + R_CHAIN_NAME] = interned.idOfText(chain)
  rows[o + R_LENGTH] = Number(length[1])
  rows[o + R_SPT] = source.port
  rows[o + R_DPT] = destination.port
  if (proto === PROTO_TCP)
    for (const flag of detail.split(',')) rows[o + R_TCP]! |= FLAGS[flag.trim()] ?? 0
  const icmp = ICMP_DETAIL.exec(detail)
  if (icmp !== null) {
    rows[o + R_ICMP_TYPE] = Number(icmp[1])
    rows[o + R_ICMP_CODE] = Number(icmp[2])
  }
  if (source.port > 65_535 || destination.port > 65_535) return BAD_PORT
  return (proto === PROTO_TCP || proto === PROTO_UDP) && (source.port < 0 || destination.port < 0)
    ? NO_PORTS
    : OK
}

function protocolOf(word: string): number {
  const number = /^\d{1,3}$/.test(word) ? Number(word) : PROTOCOL_NUMBERS.get(word)
  return number === undefined || number > 255 ? PROTO_UNKNOWN : number
}

function splitPort(text: string): { address: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,6})$/.exec(text)
  return match === null
    ? { address: text.replace(/^\[|\]$/g, ''), port: -1 }
    : { address: match[1] ?? match[2] ?? '', port: Number(match[3]) }
}
