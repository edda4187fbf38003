import { isIpv4, parseAddressText } from '../address.ts'
import {
  F_IPV6,
  F_JSON,
  F_SRC_ODD,
  F_VERDICT_SHIFT,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_TCP,
  PROTO_UDP,
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
import { chainBits } from './chain.ts'
import type { Interned } from './intern.ts'
import { BAD_DESTINATION, BAD_PORT, BAD_SOURCE, NO_PORTS, NO_PROTOCOL, OK } from './reasons.ts'

const TCP_BITS: readonly (readonly [string, number])[] = [
  ['tcp.fin', 1],
  ['tcp.syn', 2],
  ['tcp.rst', 4],
  ['tcp.psh', 8],
  ['tcp.ack', 16],
  ['tcp.urg', 32],
  ['tcp.ece', 64],
  ['tcp.cwr', 128],
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
  const number = (...keys: readonly string[]): number => {
    for (const key of keys) {
      const value = record[key]
      if (typeof value === 'number' && value >= 0 && value <= 0x7fff_ffff) return value | 0
    }
    return -1
  }
  if (!parseAddressText(text('src_ip') || text('ip.saddr.str'), rows, o + R_SRC)) return BAD_SOURCE
  if (!parseAddressText(text('dest_ip') || text('ip.daddr.str'), rows, o + R_DST))
    return BAD_DESTINATION
  rows[o + R_IN] = interned.idOfText(text('oob.in'))
  rows[o + R_OUT] = interned.idOfText(text('oob.out'))
  const prefix = interned.idOfText(text('oob.prefix').trim())
  rows[o + R_PREFIX] = prefix
  rows[o + R_HOST] = interned.idOfText(text('dvc'))
  const action = text('action')
  const verdict =
    action === 'blocked'
      ? VERDICT_DROP
      : action === 'allowed'
        ? VERDICT_ACCEPT
        : interned.verdict(prefix)
  // No SRC= stands in such a line, so that no filter on it can be the evidence.
  rows[o + R_FLAGS] =
    F_JSON |
    F_SRC_ODD |
    (isIpv4(rows, o + R_SRC) ? 0 : F_IPV6) |
    (verdict << F_VERDICT_SHIFT) |
    chainBits(rows, o)
  const proto = number('ip.protocol', 'ip6.nexthdr')
  if (proto < 0 || proto > 255) return NO_PROTOCOL
  rows[o + R_PROTO] = proto
  rows[o + R_LENGTH] = number('raw.pktlen', 'ip.totlen')
  rows[o + R_TTL] = number('ip.ttl', 'ip6.hoplimit')
  rows[o + R_IPID] = number('ip.id')
  rows[o + R_SPT] = number('src_port', 'tcp.sport', 'udp.sport')
  rows[o + R_DPT] = number('dest_port', 'tcp.dport', 'udp.dport')
  rows[o + R_WINDOW] = number('tcp.window')
  rows[o + R_PAYLOAD] = number('udp.len')
  if (proto === PROTO_ICMP || proto === PROTO_ICMPV6) {
    rows[o + R_ICMP_TYPE] = number('icmp.type', 'icmpv6.type')
    rows[o + R_ICMP_CODE] = number('icmp.code', 'icmpv6.code')
  }
  if (proto === PROTO_TCP)
    for (const [key, bit] of TCP_BITS)
      if (record[key] === 1 || record[key] === true) rows[o + R_TCP]! |= bit
  const spt = rows[o + R_SPT]!
  const dpt = rows[o + R_DPT]!
  if (spt > 65_535 || dpt > 65_535) return BAD_PORT
  return (proto === PROTO_TCP || proto === PROTO_UDP) && (spt < 0 || dpt < 0) ? NO_PORTS : OK
}
