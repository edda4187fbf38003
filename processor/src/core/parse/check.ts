import {
  F_FRAGMENT,
  F_INCOMPLETE,
  F_IPV6,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  R_DPT,
  R_FLAGS,
  R_ICMP_CODE,
  R_IN,
  R_OUT,
  R_PROTO,
  R_SEEN,
  R_SPT,
  R_TCP,
  R_URGP,
  R_WINDOW,
  SEEN_URGP,
  SEEN_WINDOW,
} from '../row.ts'
import { chainBits } from './chain.ts'
import {
  BAD_PORT,
  NO_DESTINATION,
  NO_INTERFACE,
  NO_PORTS,
  NO_PROTOCOL,
  NO_SOURCE,
  OK,
  TRUNCATED,
} from './reasons.ts'

// What the loop over a line has come across.
export const SAW_SRC = 1
export const SAW_DST = 1 << 1
export const SAW_IN = 1 << 2
export const SAW_OUT = 1 << 3
/** A word that no netfilter line has. */
export const SAW_ODD = 1 << 4
/** LEN= behind PROTO=: the line goes on behind its ports. */
export const SAW_TAIL = 1 << 5
/** The last digit of a port is the last byte of the line. */
export const SAW_LAST = 1 << 6

/** Whether the row at `o` is a whole packet, once its line has been read: OK or the reason. Fills in what follows from the rest. */
export function checkPacket(rows: Int32Array, o: number, saw: number): number {
  if ((saw & SAW_SRC) === 0) return NO_SOURCE
  if ((saw & SAW_DST) === 0) return NO_DESTINATION
  const both = SAW_IN | SAW_OUT
  if (rows[o + R_IN] === 0 && rows[o + R_OUT] === 0 && (saw & both) !== both) return NO_INTERFACE
  const proto = rows[o + R_PROTO]!
  if (proto === -1) return NO_PROTOCOL
  rows[o + R_FLAGS]! |= chainBits(rows, o)
  if (rows[o + R_WINDOW] !== -1) rows[o + R_SEEN]! |= SEEN_WINDOW
  if (rows[o + R_URGP] !== -1) rows[o + R_SEEN]! |= SEEN_URGP
  if (proto !== PROTO_TCP) rows[o + R_TCP] = 0
  const spt = rows[o + R_SPT]!
  const dpt = rows[o + R_DPT]!
  if (spt > 65_535 || dpt > 65_535) return BAD_PORT
  const flags = rows[o + R_FLAGS]!
  if ((flags & (F_FRAGMENT | F_INCOMPLETE)) !== 0) return OK
  if (proto === PROTO_TCP || proto === PROTO_UDP || proto === PROTO_UDPLITE) {
    if (spt === -1 || dpt === -1) return NO_PORTS
    if ((saw & SAW_TAIL) !== 0) return OK
    // A line cut off there cannot be told from one to another port, or from a null scan.
    const isCut =
      proto === PROTO_TCP
        ? rows[o + R_TCP] === 0 && rows[o + R_URGP] === -1
        : (saw & SAW_LAST) !== 0
    return isCut ? TRUNCATED : OK
  }
  const icmp = (flags & F_IPV6) === 0 ? PROTO_ICMP : PROTO_ICMPV6
  return proto === icmp && rows[o + R_ICMP_CODE] === -1 ? TRUNCATED : OK
}
