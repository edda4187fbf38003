import { parseAddressText } from '../address.ts'
import { PROTOCOL_NUMBERS } from '../protocols.ts'
import {
  CHAIN_FORWARD,
  CHAIN_INPUT,
  CHAIN_OUTPUT,
  CHAIN_UNKNOWN,
  F_CHAIN_SHIFT,
  F_IPV6,
  F_JSON,
  F_SRC_ODD,
  F_VERDICT_SHIFT,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UNKNOWN,
  R_CHAIN_NAME,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_HOST,
  R_ICMP_CODE,
  R_ICMP_TYPE,
  R_IN,
  R_IPID,
  R_LENGTH,
  R_OUT,
  R_PAYLOAD,
  R_PREFIX,
  R_PROTO,
  R_SPT,
  R_SRC,
  R_TCP,
  R_TTL,
  R_WINDOW,
  VERDICT_ACCEPT,
  VERDICT_DROP,
} from '../row.ts'
import type { Interned } from './intern.ts'
import { BAD_DESTINATION, BAD_SOURCE, NO_PORTS, NO_PROTOCOL, OK } from './netfilter.ts'

// Flavours that are not netfilter text: rare enough for strings and objects.

const scratch = new Int32Array(4)

function setAddress(text: string, rows: Int32Array, at: number): boolean {
  if (!parseAddressText(text, scratch)) return false
  rows.set(scratch, at)
  return true
}

function isV4(rows: Int32Array, at: number): boolean {
  return rows[at] === 0 && rows[at + 1] === 0 && rows[at + 2] === 0xffff
}

function setChain(rows: Int32Array, o: number): void {
  const hasIn = rows[o + R_IN] !== 0
  const hasOut = rows[o + R_OUT] !== 0
  const chain = hasIn
    ? hasOut
      ? CHAIN_FORWARD
      : CHAIN_INPUT
    : hasOut
      ? CHAIN_OUTPUT
      : CHAIN_UNKNOWN
  rows[o + R_FLAGS]! |= chain << F_CHAIN_SHIFT
}

const TCP_BITS: readonly (readonly [string, number])[] = [
  ['tcp.fin', 1],
  ['tcp.syn', 2],
  ['tcp.rst', 4],
  ['tcp.psh', 8],
  ['tcp.ack', 16],
  ['tcp.urg', 32],
]

/** ulogd's JSON: one object with dotted keys. `host` comes from `dvc`, the time from `timestamp` (read by the caller). */
export function readUlogd(
  record: Readonly<Record<string, unknown>>,
  rows: Int32Array,
  o: number,
  interned: Interned,
): number {
  const text = (key: string): string => {
    const value = record[key]
    return typeof value === 'string' ? value : ''
  }
  const number = (key: string): number => {
    const value = record[key]
    return typeof value === 'number' && Number.isFinite(value) ? value | 0 : -1
  }
  const first = (...keys: readonly string[]): number =>
    keys.map(number).find((value) => value >= 0) ?? -1
  if (!setAddress(text('src_ip') || text('ip.saddr.str'), rows, o + R_SRC)) return BAD_SOURCE
  if (!setAddress(text('dest_ip') || text('ip.daddr.str'), rows, o + R_DST)) return BAD_DESTINATION
  rows[o + R_IN] = interned.idOfText(text('oob.in'))
  rows[o + R_OUT] = interned.idOfText(text('oob.out'))
  rows[o + R_PREFIX] = interned.idOfText(text('oob.prefix').trim())
  rows[o + R_HOST] = interned.idOfText(text('dvc'))
  // No SRC= stands in such a line, so that no filter on it can be the evidence.
  rows[o + R_FLAGS] = F_JSON | F_SRC_ODD | (isV4(rows, o + R_SRC) ? 0 : F_IPV6)
  const action = text('action')
  const verdict =
    action === 'blocked'
      ? VERDICT_DROP
      : action === 'allowed'
        ? VERDICT_ACCEPT
        : interned.verdict(rows[o + R_PREFIX]!)
  rows[o + R_FLAGS]! |= verdict << F_VERDICT_SHIFT
  setChain(rows, o)
  const proto = first('ip.protocol', 'ip6.nexthdr')
  if (proto < 0) return NO_PROTOCOL
  rows[o + R_PROTO] = proto
  rows[o + R_LENGTH] = first('raw.pktlen', 'ip.totlen')
  rows[o + R_TTL] = first('ip.ttl', 'ip6.hoplimit')
  rows[o + R_IPID] = number('ip.id')
  rows[o + R_SPT] = first('src_port', 'tcp.sport', 'udp.sport')
  rows[o + R_DPT] = first('dest_port', 'tcp.dport', 'udp.dport')
  rows[o + R_WINDOW] = number('tcp.window')
  rows[o + R_PAYLOAD] = number('udp.len')
  if (proto === PROTO_ICMP || proto === PROTO_ICMPV6) {
    rows[o + R_ICMP_TYPE] = first('icmp.type', 'icmpv6.type')
    rows[o + R_ICMP_CODE] = first('icmp.code', 'icmpv6.code')
  }
  if (proto === PROTO_TCP)
    for (const [key, bit] of TCP_BITS) if (number(key) === 1) rows[o + R_TCP]! |= bit
  return (proto === PROTO_TCP || proto === PROTO_UDP) &&
    (rows[o + R_SPT]! < 0 || rows[o + R_DPT]! < 0)
    ? NO_PORTS
    : OK
}

const MIKROTIK =
  /^(?:(.*?) )?([\w-]+): in:(\S+) out:(\(unknown \d+\)|\S+),? (?:connection-(?:state|mark):\S+ )*(?:src-mac (\S+?),? )?(?:connection-\S+ )*proto (\S+?)(?: \(([^)]*)\))?, (\S+?)->(\S+?), len (\d+)/
const ICMP_DETAIL = /type (\d+), code (\d+)/
const MIKROTIK_FLAGS: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
}

/** What a RouterOS firewall line says beside its addresses; undefined if it is none. */
export function mikrotikParts(text: string): RegExpExecArray | undefined {
  return MIKROTIK.exec(text) ?? undefined
}

/** A RouterOS line behind its topics: `drop-in input: in:ether1 out:(unknown 0), … proto TCP (SYN), a:1->b:2, len 40`. */
export function readMikrotik(
  text: string,
  rows: Int32Array,
  o: number,
  interned: Interned,
): number | undefined {
  const match = mikrotikParts(text)
  if (match === undefined) return undefined
  const [
    ,
    prefix = '',
    chain = '',
    inName = '',
    outName = '',
    ,
    protoName = '',
    detail = '',
    from = '',
    to = '',
    length = '',
  ] = match
  const source = splitPort(from)
  const destination = splitPort(to)
  if (!setAddress(source.address, rows, o + R_SRC)) return BAD_SOURCE
  if (!setAddress(destination.address, rows, o + R_DST)) return BAD_DESTINATION
  const word = protoName.toLowerCase()
  rows[o + R_PROTO] = /^\d+$/.test(word)
    ? Number(word)
    : (PROTOCOL_NUMBERS.get(word) ?? PROTO_UNKNOWN)
  rows[o + R_FLAGS] = F_SRC_ODD | (isV4(rows, o + R_SRC) ? 0 : F_IPV6)
  rows[o + R_PREFIX] = interned.idOfText(prefix)
  rows[o + R_FLAGS]! |= interned.verdict(rows[o + R_PREFIX]!) << F_VERDICT_SHIFT
  rows[o + R_IN] = interned.idOfText(inName.startsWith('(') ? '' : inName)
  rows[o + R_OUT] = interned.idOfText(outName.startsWith('(') ? '' : outName.replace(/,$/, ''))
  setChain(rows, o)
  rows[o + R_CHAIN_NAME] = interned.idOfText(chain)
  rows[o + R_LENGTH] = Number(length)
  rows[o + R_SPT] = source.port
  rows[o + R_DPT] = destination.port
  const proto = rows[o + R_PROTO]!
  if (proto === PROTO_TCP)
    for (const flag of detail.split(',')) rows[o + R_TCP]! |= MIKROTIK_FLAGS[flag.trim()] ?? 0
  const icmp = ICMP_DETAIL.exec(detail)
  if (icmp !== null) {
    rows[o + R_ICMP_TYPE] = Number(icmp[1])
    rows[o + R_ICMP_CODE] = Number(icmp[2])
  }
  return (proto === PROTO_TCP || proto === PROTO_UDP) && (source.port < 0 || destination.port < 0)
    ? NO_PORTS
    : OK
}

function splitPort(text: string): { address: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text)
  return match === null
    ? { address: text.replace(/^\[|\]$/g, ''), port: -1 }
    : { address: match[1] ?? match[2] ?? '', port: Number(match[3]) }
}
