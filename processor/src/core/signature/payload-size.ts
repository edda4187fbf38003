import {
  F_FRAGMENT,
  F_INCOMPLETE,
  F_IPV6,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  R_FLAGS,
  R_IP_OPT,
  R_IP_OPT_END,
  R_LENGTH,
  R_PAYLOAD,
  R_PROTO,
  R_TCP,
  R_TCP_OPT,
  R_TCP_OPT_END,
  T_SYN,
} from '../row.ts'

const UDP_HEADER = 8

/**
 * Bytes behind the headers, for `dsize`; -1 where the line does not tell. `psadSizes`: psad's fixed shares (psad.md 5.3),
 * which its shipped numbers are tuned to: 84 for a SYN, 40 for other TCP, on IPv6 as well, and 24 for ICMP. Otherwise
 * the real headers, options only where they were logged.
 */
export function payloadSize(rows: Int32Array, o: number, psadSizes: boolean): number {
  const flags = rows[o + R_FLAGS]!
  if ((flags & (F_FRAGMENT | F_INCOMPLETE)) !== 0) return -1
  const protocol = rows[o + R_PROTO]!
  if (protocol === PROTO_UDP || protocol === PROTO_UDPLITE) {
    const length = rows[o + R_PAYLOAD]!
    return length < 0 ? -1 : Math.max(0, length - UDP_HEADER)
  }
  const length = rows[o + R_LENGTH]!
  if (length < 0) return -1
  const isSyn = (rows[o + R_TCP]! & T_SYN) !== 0
  if (psadSizes) {
    if (protocol === PROTO_TCP) return Math.max(0, length - (isSyn ? 84 : 40))
    if (protocol === PROTO_ICMP) return Math.max(0, length - 24)
  }
  const ip = (flags & F_IPV6) === 0 ? 20 + optionBytes(rows, o + R_IP_OPT, o + R_IP_OPT_END) : 40
  return Math.max(0, length - ip - transportHeader(rows, o, protocol))
}

function transportHeader(rows: Int32Array, o: number, protocol: number): number {
  switch (protocol) {
    case PROTO_TCP:
      return 20 + optionBytes(rows, o + R_TCP_OPT, o + R_TCP_OPT_END)
    case PROTO_ICMP:
    case PROTO_ICMPV6:
      return 8
    default:
      return 0
  }
}

/** Two hex digits are a byte. */
function optionBytes(rows: Int32Array, from: number, to: number): number {
  return (rows[to]! - rows[from]!) >> 1
}
