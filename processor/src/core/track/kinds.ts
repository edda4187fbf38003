import type { ScanKind } from '../detection.ts'
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
  R_LENGTH,
  R_PROTO,
  R_TCP,
  T_ACK,
  T_CWR,
  T_ECE,
  T_FIN,
  T_PSH,
  T_SYN,
  T_URG,
} from '../row.ts'

/** In the order in which several kinds of one packet are emitted; bit n of a kinds word. */
export const KINDS: readonly ScanKind[] = [
  'syn',
  'connect',
  'fin',
  'null',
  'xmas',
  'ack',
  'udp',
  'icmp',
  'protocol',
  'other',
  'topera',
  'masscan',
  'mirai',
]
export const K_SYN = 1
export const K_CONNECT = 2
export const K_FIN = 4
export const K_NULL = 8
export const K_XMAS = 16
export const K_ACK = 32
export const K_UDP = 64
export const K_ICMP = 128
export const K_PROTOCOL = 256
export const K_OTHER = 512
// Tools by their marks (psad.md 1.8, 4.3), beside the kind of the packet.
export const K_TOPERA = 1024
export const K_MASSCAN = 2048
export const K_MIRAI = 4096

/**
 * The scan kind of a packet as a bit; 0 for protocols that have none.
 *
 * A SYN of an operating system's connect() carries eight or more bytes of TCP options (MSS and at least SACK
 * or a window scale), that of a raw scanner none or the MSS alone: Linux sends 60 bytes, Windows 52 (48 in old
 * versions), macOS 64, nmap -sS 44, masscan and ZMap 40. An IPv6 length as logged includes its 40-byte header.
 * CWR and ECE are no part of the kind (psad.md Q16).
 */
export function kindOf(rows: Int32Array, o: number): number {
  const proto = rows[o + R_PROTO]!
  if (proto === PROTO_TCP) {
    // Without its header a packet has no flags to tell a null scan by.
    if ((rows[o + R_FLAGS]! & (F_FRAGMENT | F_INCOMPLETE)) !== 0) return 0
    const flags = rows[o + R_TCP]! & ~(T_CWR | T_ECE)
    if (flags === T_SYN) {
      const header = (rows[o + R_FLAGS]! & F_IPV6) === 0 ? 40 : 60
      return rows[o + R_LENGTH]! >= header + 8 ? K_CONNECT : K_SYN
    }
    if (flags === 0) return K_NULL
    if (flags === T_FIN) return K_FIN
    if (flags === (T_URG | T_PSH | T_FIN)) return K_XMAS
    if (flags === T_ACK) return K_ACK
    return K_OTHER
  }
  if (proto === PROTO_UDP || proto === PROTO_UDPLITE) return K_UDP
  if (proto === PROTO_ICMP || proto === PROTO_ICMPV6) return K_ICMP
  return 0
}
