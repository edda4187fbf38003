/**
 * One packet as integers. The parser fills rows of an `Int32Array`, the tracker and the signature matcher
 * read them; an object (`Packet`) is made only for people.
 *
 * A row starts at `o = index * ROW`. Values with 32 unsigned bits stand as int32 (`>>> 0` when shown).
 * Absent numbers are -1 unless said otherwise; `SEEN` bits tell absent from -1 where both can occur.
 */
export const ROW = 48

/** Event time, seconds since 1970 and nanoseconds. */
export const R_SECONDS = 0
export const R_NANOS = 1
/** Addresses as four ints, IPv4 as ::ffff:a.b.c.d (0, 0, 0xffff, v4). */
export const R_SRC = 2
export const R_DST = 6
/** IP protocol number 0-255 (TCP 6, UDP 17, ICMP 1, ICMPv6 58, UDPLITE 136, ESP 50, AH 51, SCTP 132, IGMP 2); 256 = name unknown to us. */
export const R_PROTO = 10
/** Bits F_* below. */
export const R_FLAGS = 11
/** TCP flag bits T_* below; 0 for a null scan and for other protocols. */
export const R_TCP = 12
export const R_SPT = 13
export const R_DPT = 14
/** Ids in the engine's intern table (0 = none or empty). */
export const R_PREFIX = 15
export const R_IN = 16
export const R_OUT = 17
export const R_HOST = 18
export const R_PHYSIN = 19
export const R_PHYSOUT = 20
/** IP total length (first LEN), TTL or HOPLIMIT, IP ID, TOS or TC. */
export const R_LENGTH = 21
export const R_TTL = 22
export const R_IPID = 23
export const R_TOS = 24
export const R_WINDOW = 25
/** TCP SEQ and ACK numbers, only with --log-tcp-sequence: check SEEN_SEQ, SEEN_ACK. */
export const R_SEQ = 26
export const R_ACK = 27
export const R_ICMP_TYPE = 28
export const R_ICMP_CODE = 29
export const R_ICMP_ID = 30
export const R_ICMP_SEQ = 31
/** The second LEN of UDP and UDPLITE: header and payload, in bytes. */
export const R_PAYLOAD = 32
/** Which optional fields stood in the line: bits SEEN_* below. */
export const R_SEEN = 33
/** `OPT (hex)` after URGP=: where its hex digits are in the batch's bytes (from, to), 0 0 if absent. */
export const R_TCP_OPT = 34
export const R_TCP_OPT_END = 35
/** `OPT (hex)` before PROTO=: IP options, likewise. */
export const R_IP_OPT = 36
export const R_IP_OPT_END = 37
/** Where the netfilter part begins (its IN= or OUT=) in the batch's bytes, and the line's bounds, for `describe`. */
export const R_BODY = 38
export const R_FROM = 39
export const R_TO = 40
/** Index of the line in its batch. */
export const R_LINE = 41
/** URGP value, MARK is read only by `describe`. */
export const R_URGP = 42
/** Intern id of a chain given in words (Proxmox, MikroTik), 0 = infer from IN and OUT. */
export const R_CHAIN_NAME = 43
/** What header the line had: HEADER_* below. */
export const R_HEADER = 44
/** Offset of the prefix in the batch's bytes and its end (blanks trimmed), for `describe`. */
export const R_PREFIX_FROM = 45
export const R_PREFIX_TO = 46
/** Seconds by which the line's own time is later than its entry's; NO_TIME (batch.ts) if one of them is missing. */
export const R_LINE_AHEAD = 47

// R_FLAGS
export const F_IPV6 = 1
export const F_DF = 1 << 1
export const F_MF = 1 << 2
/** A later fragment (FRAG:n with n > 0): no ports. */
export const F_FRAGMENT = 1 << 3
/** `INCOMPLETE [n bytes]`: the kernel could not read the header. */
export const F_INCOMPLETE = 1 << 4
/** An ICMP error that quotes the packet it answers. */
export const F_EMBEDDED = 1 << 5
/** Verdict of the prefix or action, two bits at 6: VERDICT_*. */
export const F_VERDICT_SHIFT = 6
/** Chain by IN and OUT, two bits at 8: CHAIN_*. */
export const F_CHAIN_SHIFT = 8
/** The address stood in full (eight groups of four digits), as the kernel prints IPv6: needed for the evidence query. */
export const F_SRC_FULL = 1 << 10
/** psad would not use this line: an error or ignored by its parser (psad.md 1.2 to 1.7). Set only by a parser in psad mode. */
export const F_PSAD_REJECTS = 1 << 11
/** The event time is the reference time, because neither line nor entry had one. */
export const F_NO_TIME = 1 << 12
/** `kernel:` stood before the prefix (psad sees no prefix without it). */
export const F_KERNEL_TAG = 1 << 13
/** A JSON line (journald, ulogd, ECS, Vector); `describe` then reads the JSON again. */
export const F_JSON = 1 << 14
/** The evidence text of the source is upper case or otherwise unusual: no `SRC=` filter can be built from the address. */
export const F_SRC_ODD = 1 << 15
/** Seven or more `OPT ( )` in a row: Topera's mark on IPv6 TCP packets (psad.md 1.8). */
export const F_MANY_OPTIONS = 1 << 16
/** The entry had a time, as in Loki: lines come in order of it. */
export const F_ENTRY_TIME = 1 << 17
/** Set by the tracker: ignored or rejected, no part of any accounting but counts. */
export const F_LEFT_OUT = 1 << 18

export const VERDICT_UNKNOWN = 0
export const VERDICT_DROP = 1
export const VERDICT_ACCEPT = 2
export const VERDICT_AUDIT = 3

export const CHAIN_UNKNOWN = 0
export const CHAIN_INPUT = 1
export const CHAIN_FORWARD = 2
export const CHAIN_OUTPUT = 3
export const CHAIN_NAMES = ['', 'INPUT', 'FORWARD', 'OUTPUT'] as const

// R_TCP, in the kernel's order of printing
export const T_CWR = 0x80
export const T_ECE = 0x40
export const T_URG = 0x20
export const T_ACK = 0x10
export const T_PSH = 0x08
export const T_RST = 0x04
export const T_SYN = 0x02
export const T_FIN = 0x01

// R_SEEN
export const SEEN_SEQ = 1
export const SEEN_ACK = 1 << 1
export const SEEN_TCP_OPT = 1 << 2
export const SEEN_IP_OPT = 1 << 3
export const SEEN_WINDOW = 1 << 4
export const SEEN_URGP = 1 << 5
export const SEEN_ICMP_ID = 1 << 6

// R_HEADER
export const HEADER_NONE = 0
export const HEADER_RFC3164 = 1
export const HEADER_ISO8601 = 2
export const HEADER_RFC5424 = 3
export const HEADER_CLF = 4

export const PROTO_ICMP = 1
export const PROTO_TCP = 6
export const PROTO_UDP = 17
export const PROTO_ESP = 50
export const PROTO_AH = 51
export const PROTO_ICMPV6 = 58
export const PROTO_SCTP = 132
export const PROTO_UDPLITE = 136
export const PROTO_UNKNOWN = 256

/** Rows that a parser fills and an engine reads; reused, never allocated per batch. */
export class PacketRows {
  readonly ints: Int32Array
  readonly capacity: number
  count = 0

  constructor(capacity = 512) {
    this.capacity = capacity
    this.ints = new Int32Array(capacity * ROW)
  }
}
