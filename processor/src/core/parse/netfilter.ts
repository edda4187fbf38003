import { parseAddress } from '../address.ts'
import {
  CHAIN_FORWARD,
  CHAIN_INPUT,
  CHAIN_OUTPUT,
  CHAIN_UNKNOWN,
  F_CHAIN_SHIFT,
  F_DF,
  F_EMBEDDED,
  F_FRAGMENT,
  F_INCOMPLETE,
  F_IPV6,
  F_MF,
  F_SRC_FULL,
  F_SRC_ODD,
  PROTO_AH,
  PROTO_ESP,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_SCTP,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  PROTO_UNKNOWN,
  R_ACK,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_ICMP_CODE,
  R_ICMP_ID,
  R_ICMP_SEQ,
  R_ICMP_TYPE,
  R_IN,
  R_IPID,
  R_IP_OPT,
  R_IP_OPT_END,
  R_LENGTH,
  R_OUT,
  R_PAYLOAD,
  R_PHYSIN,
  R_PHYSOUT,
  R_PROTO,
  R_SEEN,
  R_SEQ,
  R_SPT,
  R_SRC,
  R_TCP,
  R_TCP_OPT,
  R_TCP_OPT_END,
  R_TOS,
  R_TTL,
  R_URGP,
  R_WINDOW,
  SEEN_ACK,
  SEEN_ICMP_ID,
  SEEN_IP_OPT,
  SEEN_SEQ,
  SEEN_TCP_OPT,
  SEEN_URGP,
  SEEN_WINDOW,
} from '../row.ts'
import type { InternTable } from './api.ts'
import { BLANK, CLOSE, COLON, OPEN, decimal, hexadecimal, skipBlanks, skipWord } from './bytes.ts'
import * as K from './keys.ts'

// Reasons; 0 is a packet.
export const OK = 0
export const NO_SOURCE = 1
export const BAD_SOURCE = 2
export const NO_DESTINATION = 3
export const BAD_DESTINATION = 4
export const NO_PROTOCOL = 5
export const NO_PORTS = 6
export const TRUNCATED = 7
export const TWO_PACKETS = 8
export const NO_INTERFACE = 9
/** Link-layer lines (ARP, other EtherTypes): no IP packet, and no damage. */
export const NOT_IP = 10

export const REASONS: readonly string[] = [
  '',
  'no source address',
  'bad source address',
  'no destination address',
  'bad destination address',
  'no protocol',
  'no ports',
  'truncated',
  'two packets in one line',
  'no interface',
  'not an IP packet',
]

const SAW_SRC = 1
const SAW_DST = 1 << 1
const SAW_IN = 1 << 2
const SAW_OUT = 1 << 3
const SAW_CODE = 1 << 4

/**
 * The part of a line from `IN=` on. One loop over its words; two tables say what a word means. Anything unknown is
 * passed over, the first of two equal keys counts (but a second address means that two lines were glued together).
 */
export class Netfilter {
  /** Where the body began in the end: a later `IN=` before SRC moves it. */
  body = 0
  readonly #interned: InternTable
  #saw = 0

  constructor(interned: InternTable) {
    this.#interned = interned
  }

  /** Where the netfilter part begins in `b[from..end)`, -1 if nowhere. */
  find(b: Uint8Array, from: number, end: number): number {
    for (let p = from; p + 3 <= end; p++) {
      const c = b[p]!
      if (c === 73 && b[p + 1] === 78 && b[p + 2] === 61) {
        if (!isPhys(b, from, p) && followedByKey(b, p + 3, end)) return p
      } else if (c === 79 && b[p + 1] === 85 && b[p + 2] === 84 && b[p + 3] === 61) {
        // Proxmox leaves out an empty IN=.
        if ((p === from || b[p - 1]! <= BLANK) && b[p + 4]! > BLANK && followedByKey(b, p + 4, end))
          return p
      }
    }
    return -1
  }

  /** Reads the body into the row at `o`, whose fields hold their defaults; returns OK or a reason. */
  read(b: Uint8Array, from: number, end: number, rows: Int32Array, o: number): number {
    this.body = from
    this.#saw = 0
    let p = from
    while (p < end) {
      const c = b[p]!
      if (c <= BLANK) {
        p++
        continue
      }
      if (c === OPEN) {
        p = this.#brackets(b, p, end, rows, o)
        continue
      }
      const start = p
      let key = 0
      let letter = c
      while (letter >= 65 && letter <= 90) {
        key = (key << 5) | (letter & 31)
        letter = b[++p]!
      }
      if (letter === 61 && p < end) {
        const action = K.KEYS.action(key)
        const value = p + 1
        p = skipWord(b, value, end)
        if (action === K.A_NONE || action === K.A_SKIP) continue
        const reason = this.#keyed(action, b, start, value, p, rows, o)
        if (reason !== OK) return reason
      } else if ((letter <= BLANK || p >= end) && p > start) {
        p = this.#bare(K.WORDS.action(key), b, p, end, rows, o)
      } else if (letter === COLON && key === FRAG) {
        if (decimal(b, p + 1, end) > 0) rows[o + R_FLAGS]! |= F_FRAGMENT
        p = skipWord(b, p, end)
      } else {
        p = skipWord(b, p, end)
      }
    }
    return this.#check(rows, o)
  }

  #keyed(
    action: number,
    b: Uint8Array,
    start: number,
    value: number,
    to: number,
    rows: Int32Array,
    o: number,
  ): number {
    switch (action) {
      case K.A_IN:
        if ((this.#saw & SAW_SRC) === 0) {
          if ((this.#saw & SAW_IN) !== 0) this.#restart(start, rows, o)
          this.#saw |= SAW_IN
          rows[o + R_IN] = this.#interned.idOf(b, value, to)
        }
        return OK
      case K.A_OUT:
        this.#saw |= SAW_OUT
        rows[o + R_OUT] = this.#interned.idOf(b, value, to)
        return OK
      case K.A_PHYSIN:
        rows[o + R_PHYSIN] = this.#interned.idOf(b, value, to)
        return OK
      case K.A_PHYSOUT:
        rows[o + R_PHYSOUT] = this.#interned.idOf(b, value, to)
        return OK
      case K.A_SRC:
        return this.#source(b, value, to, rows, o)
      case K.A_DST:
        if ((this.#saw & SAW_DST) !== 0) return TWO_PACKETS
        this.#saw |= SAW_DST
        return parseAddress(b, value, to, rows, o + R_DST) ? OK : BAD_DESTINATION
      case K.A_PROTO:
        if (rows[o + R_PROTO] === -1) rows[o + R_PROTO] = protocolOf(b, value, to)
        return OK
      case K.A_MACPROTO:
        return OK
      default:
        this.#number(action, b, value, to, rows, o)
        return OK
    }
  }

  /** What stood before was part of the prefix: `IN=x OUT=y IN=eth0 OUT=`. */
  #restart(start: number, rows: Int32Array, o: number): void {
    this.body = start
    this.#saw = 0
    rows[o + R_OUT] = 0
    rows[o + R_PHYSIN] = 0
    rows[o + R_PHYSOUT] = 0
    rows[o + R_FLAGS] = 0
    rows[o + R_TCP] = 0
  }

  #source(b: Uint8Array, value: number, to: number, rows: Int32Array, o: number): number {
    if ((this.#saw & SAW_SRC) !== 0) return TWO_PACKETS
    this.#saw |= SAW_SRC
    if (!parseAddress(b, value, to, rows, o + R_SRC)) return BAD_SOURCE
    const isV6 = !(
      rows[o + R_SRC] === 0 &&
      rows[o + R_SRC + 1] === 0 &&
      rows[o + R_SRC + 2] === 0xffff
    )
    if (isV6) {
      rows[o + R_FLAGS]! |= F_IPV6
      // Eight groups of four digits and seven colons: how the kernel prints it. Else compressed, or odd.
      if (to - value === 39) rows[o + R_FLAGS]! |= F_SRC_FULL
      for (let p = value; p < to; p++)
        if (b[p]! >= 65 && b[p]! <= 70) rows[o + R_FLAGS]! |= F_SRC_ODD
    }
    return OK
  }

  #number(
    action: number,
    b: Uint8Array,
    value: number,
    to: number,
    rows: Int32Array,
    o: number,
  ): void {
    if (action === K.A_TOS) {
      if (rows[o + R_TOS] === -1) rows[o + R_TOS] = hexadecimal(b, value, to)
      return
    }
    const n = decimal(b, value, to) | 0
    if (b[value] === undefined || value === to) return
    const proto = rows[o + R_PROTO]!
    switch (action) {
      case K.A_LEN:
        if (rows[o + R_LENGTH] === -1) rows[o + R_LENGTH] = n
        else if (rows[o + R_PAYLOAD] === -1 && proto !== -1) rows[o + R_PAYLOAD] = n
        return
      case K.A_TTL:
        if (rows[o + R_TTL] === -1) rows[o + R_TTL] = n
        return
      case K.A_ID:
        if (proto === -1) {
          if (rows[o + R_IPID] === -1) rows[o + R_IPID] = n
        } else if (rows[o + R_ICMP_ID] === -1) {
          rows[o + R_ICMP_ID] = n
          rows[o + R_SEEN]! |= SEEN_ICMP_ID
        }
        return
      case K.A_SPT:
        if (rows[o + R_SPT] === -1) rows[o + R_SPT] = n
        return
      case K.A_DPT:
        if (rows[o + R_DPT] === -1) rows[o + R_DPT] = n
        return
      case K.A_WINDOW:
        rows[o + R_WINDOW] = n
        rows[o + R_SEEN]! |= SEEN_WINDOW
        return
      case K.A_URGP:
        rows[o + R_URGP] = n
        rows[o + R_SEEN]! |= SEEN_URGP
        return
      case K.A_TYPE:
        if (rows[o + R_ICMP_TYPE] === -1) rows[o + R_ICMP_TYPE] = n
        return
      case K.A_CODE:
        if (rows[o + R_ICMP_CODE] === -1) rows[o + R_ICMP_CODE] = n
        this.#saw |= SAW_CODE
        return
      case K.A_SEQ:
        if (proto === PROTO_ICMP || proto === PROTO_ICMPV6) rows[o + R_ICMP_SEQ] = n
        else {
          rows[o + R_SEQ] = n
          rows[o + R_SEEN]! |= SEEN_SEQ
        }
        return
      case K.A_ACK:
        rows[o + R_ACK] = n
        rows[o + R_SEEN]! |= SEEN_ACK
        return
      default:
    }
  }

  /** A word without a value; returns where to go on. */
  #bare(
    action: number,
    b: Uint8Array,
    p: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    if (action >= K.A_FLAG) {
      rows[o + R_TCP]! |= 1 << (action - K.A_FLAG)
      return p
    }
    switch (action) {
      case K.A_DF:
        rows[o + R_FLAGS]! |= F_DF
        return p
      case K.A_MF:
        rows[o + R_FLAGS]! |= F_MF
        return p
      case K.A_INCOMPLETE:
        rows[o + R_FLAGS]! |= F_INCOMPLETE
        return p
      case K.A_OPT:
        return this.#options(b, p, end, rows, o)
      default:
        return p
    }
  }

  /** `OPT (020405B4)`: IP options before PROTO=, TCP options behind. */
  #options(b: Uint8Array, p: number, end: number, rows: Int32Array, o: number): number {
    const open = skipBlanks(b, p, end)
    if (b[open] !== 40 || open >= end) return p
    let close = open + 1
    while (close < end && b[close] !== 41) close++
    if (close === end) return close
    const isTcp = rows[o + R_PROTO] !== -1
    rows[o + (isTcp ? R_TCP_OPT : R_IP_OPT)] = open + 1
    rows[o + (isTcp ? R_TCP_OPT_END : R_IP_OPT_END)] = close
    rows[o + R_SEEN]! |= isTcp ? SEEN_TCP_OPT : SEEN_IP_OPT
    return close + 1
  }

  /** `[SRC=… ]` quotes the packet that an ICMP error answers: not ours. `[20 bytes]` belongs to INCOMPLETE. */
  #brackets(b: Uint8Array, p: number, end: number, rows: Int32Array, o: number): number {
    if (b[p + 1] === 83 && b[p + 2] === 82 && b[p + 3] === 67 && b[p + 4] === 61)
      rows[o + R_FLAGS]! |= F_EMBEDDED
    let depth = 0
    for (let q = p; q < end; q++) {
      if (b[q] === OPEN) depth++
      else if (b[q] === CLOSE && --depth === 0) return q + 1
    }
    return end
  }

  #check(rows: Int32Array, o: number): number {
    const saw = this.#saw
    if ((saw & SAW_SRC) === 0) return NO_SOURCE
    if ((saw & SAW_DST) === 0) return NO_DESTINATION
    const hasIn = rows[o + R_IN] !== 0
    const hasOut = rows[o + R_OUT] !== 0
    if (!hasIn && !hasOut && (saw & (SAW_IN | SAW_OUT)) !== (SAW_IN | SAW_OUT)) return NO_INTERFACE
    const chain = hasIn
      ? hasOut
        ? CHAIN_FORWARD
        : CHAIN_INPUT
      : hasOut
        ? CHAIN_OUTPUT
        : CHAIN_UNKNOWN
    rows[o + R_FLAGS]! |= chain << F_CHAIN_SHIFT
    const proto = rows[o + R_PROTO]!
    if (proto === -1) return NO_PROTOCOL
    const flags = rows[o + R_FLAGS]!
    if (proto !== PROTO_TCP) rows[o + R_TCP] = 0
    if ((flags & (F_FRAGMENT | F_INCOMPLETE)) !== 0) return OK
    if (proto === PROTO_TCP || proto === PROTO_UDP || proto === PROTO_UDPLITE) {
      if (rows[o + R_SPT] === -1 || rows[o + R_DPT] === -1) return NO_PORTS
      // A line cut off behind its ports cannot be told from a null scan, or from one to another port.
      if (proto === PROTO_TCP) {
        if (
          rows[o + R_TCP] === 0 &&
          (rows[o + R_SEEN]! & SEEN_URGP) === 0 &&
          rows[o + R_PAYLOAD] === -1
        )
          return TRUNCATED
      } else if (rows[o + R_PAYLOAD] === -1) return TRUNCATED
    } else if (
      proto === ((flags & F_IPV6) === 0 ? PROTO_ICMP : PROTO_ICMPV6) &&
      (saw & SAW_CODE) === 0
    ) {
      return TRUNCATED
    }
    return OK
  }
}

const FRAG = K.fold('FRAG')

/** PHYS stands before the IN= at p. */
function isPhys(b: Uint8Array, from: number, p: number): boolean {
  return p - 4 >= from && b[p - 1] === 83 && b[p - 2] === 89 && b[p - 3] === 72 && b[p - 4] === 80
}

/** Behind the value at p (no blanks in it) stands a netfilter key, or the line ends. */
function followedByKey(b: Uint8Array, p: number, end: number): boolean {
  let q = skipBlanks(b, skipWord(b, p, end), end)
  if (q >= end) return b[p] !== undefined && p < end
  let key = 0
  let letter = b[q]!
  while (letter >= 65 && letter <= 90) {
    key = (key << 5) | (letter & 31)
    letter = b[++q]!
  }
  return letter === 61
    ? K.KEYS.action(key) !== K.A_NONE
    : letter <= BLANK && K.WORDS.action(key) === K.A_ARP
}

/** The protocol's number from its name or number; PROTO_UNKNOWN for a name that the kernel does not print, -1 for nothing. */
function protocolOf(b: Uint8Array, from: number, to: number): number {
  const length = to - from
  if (length === 0) return -1
  const c = b[from]!
  if (c >= 48 && c <= 57) {
    const n = decimal(b, from, to)
    return n > 255 ? PROTO_UNKNOWN : n
  }
  const key = wordKey(b, from, to)
  switch (key) {
    case TCP:
      return PROTO_TCP
    case UDP:
      return PROTO_UDP
    case ICMP:
      return PROTO_ICMP
    case ICMPV6:
      return PROTO_ICMPV6
    case UDPLITE:
      return PROTO_UDPLITE
    case ESP:
      return PROTO_ESP
    case AH:
      return PROTO_AH
    case SCTP:
      return PROTO_SCTP
    case IGMP:
      return 2
    case GRE:
      return 47
    default:
      return PROTO_UNKNOWN
  }
}

function wordKey(b: Uint8Array, from: number, to: number): number {
  let key = 0
  for (let p = from; p < to; p++) key = Math.imul(key, 37) + (b[p]! & 0x5f)
  return key | 0
}

function nameKey(name: string): number {
  let key = 0
  for (let i = 0; i < name.length; i++) key = Math.imul(key, 37) + (name.charCodeAt(i) & 0x5f)
  return key | 0
}

const TCP = nameKey('TCP')
const UDP = nameKey('UDP')
const ICMP = nameKey('ICMP')
const ICMPV6 = nameKey('ICMPv6')
const UDPLITE = nameKey('UDPLITE')
const ESP = nameKey('ESP')
const AH = nameKey('AH')
const SCTP = nameKey('SCTP')
const IGMP = nameKey('IGMP')
const GRE = nameKey('GRE')

/** Names whose presence tells a damaged packet line from other text; see `looksLikePacket`. */
const EVIDENCE = new Map(
  [
    'IN',
    'OUT',
    'SRC',
    'DST',
    'LEN',
    'TTL',
    'PROTO',
    'SPT',
    'DPT',
    'ID',
    'WINDOW',
    'HOPLIMIT',
    'URGP',
  ].map((word, i) => [K.fold(word), 1 << i]),
)

/** Two or more distinct netfilter keys at word boundaries, and no sign of a frame without IP. Slow: for odd lines only. */
export function looksLikePacket(b: Uint8Array, from: number, end: number): boolean {
  let found = 0
  let ip = false
  let linkLayer = false
  for (let p = from; p < end;) {
    p = skipBlanks(b, p, end)
    const start = p
    let key = 0
    let letter = b[p]!
    while (p < end && letter >= 65 && letter <= 90) {
      key = (key << 5) | (letter & 31)
      letter = b[++p]!
    }
    if (letter === 61 && p < end) {
      const bit = EVIDENCE.get(key) ?? 0
      found |= bit
      if (bit > 2) ip = true
      if (K.KEYS.action(key) === K.A_MACPROTO) linkLayer = true
    } else if (letter <= BLANK && p > start && K.WORDS.action(key) === K.A_ARP) linkLayer = true
    p = skipWord(b, p, end)
  }
  if (linkLayer && !ip) return false
  return (found & (found - 1)) !== 0
}
