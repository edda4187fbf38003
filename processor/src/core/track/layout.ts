/**
 * What the ints of a row mean. Rows, not columns: a packet touches most fields of one source, and sixteen
 * neighbouring ints are one cache line.
 */

// Source, 32 ints
export const SOURCE = 32
/** 0-3: the address. Start of the scan alive, in seconds and nanoseconds. */
export const S_START = 4
/** First packet ever (or of the scan, where ended scans are not kept). */
export const S_FIRST = 6
export const S_LAST = 8
/** Every parsed packet of this source, ignored ones too; with `retain` over all scans. */
export const S_PACKETS = 10
/** Packets of this scan that were not ignored. */
export const S_SCAN_PACKETS = 11
/** Destinations of this scan. */
export const S_HOSTS = 12
/** Most packets to one destination in this scan. */
export const S_MAX = 13
export const S_LEVEL = 14
/** Highest level of all scans. */
export const S_TOP_LEVEL = 15
/** Scan kinds of this scan that were emitted, as bits. */
export const S_EMITTED = 16
/** IP protocols of this scan: quick bits Q_*; number of all distinct ones above bit 16. */
export const S_PROTOS = 17
/** Scan kinds emitted over all scans. */
export const S_ALL_EMITTED = 18
/** Highest sweep step emitted in this scan, 0 to 5. */
export const S_SWEEP = 19
/** While there is one destination and one port: its target and what `portKey` makes of the port. */
export const S_TARGET = 20
export const S_PORT = 21
/** Scan kinds of that one destination and port, as bits. */
export const S_KINDS = 22
/** Heads of the lists of pairs, of port pages (this scan) and of signature hits (this scan). */
export const S_PAIRS = 23
export const S_PAGES = 24
export const S_HITS = 25
/** Signature matches. */
export const S_MATCHES = 26
/** Which address sets of the rules contain it. */
export const S_NETS = 27
export const S_MARKS = 28
/** Distinct ports of this scan. */
export const S_PORTS = 29
/** The highest S_MAX and S_HOSTS of all scans, for the reasons in a report. */
export const S_TOP_MAX = 30
export const S_TOP_HOSTS = 31

// S_MARKS
/** Probed a port below the ephemeral range, so its replies are no replies. */
export const M_PROBED = 1
/** Logged in the kernel's full form (F_SRC_FULL), or oddly (F_SRC_ODD). */
export const M_FULL = 1 << 1
export const M_ODD = 1 << 2
/** An ICMP packet of invalid type or code, in this scan and in any. */
export const M_ICMP = 1 << 3
export const M_ICMP_EVER = 1 << 4
/** The clock hand's second chance. */
export const M_TOUCHED = 1 << 5
/** Ignored by `ignore.networks`. */
export const M_IGNORED = 1 << 6
/** Has a scan (S_START is set). */
export const M_SCAN = 1 << 7
/** Highest level that signatures gave, three bits, in this scan and in any. */
export const M_SIGNATURE_SHIFT = 8
export const M_SIGNATURE_EVER_SHIFT = 12
/** A list of levels is about it. */
export const M_LISTED = 1 << 15
/** Highest level that lists gave, three bits, in this scan and in any. */
export const M_LIST_SHIFT = 16
export const M_LIST_EVER_SHIFT = 19
/** What a new scan keeps of the marks. */
export const M_KEPT =
  M_FULL |
  M_ODD |
  M_ICMP_EVER |
  M_TOUCHED |
  M_IGNORED |
  M_LISTED |
  (7 << M_SIGNATURE_EVER_SHIFT) |
  (7 << M_LIST_EVER_SHIFT)

// Target, 8 ints: 0-3 the address
export const TARGET = 8
/** Pairs and sources that point to it; it is freed with the last. */
export const T_REFS = 4
export const T_NETS = 5
/** Its nets are known. */
export const T_KNOWN = 6

// Pair, 16 ints: 0 source, 1 target
export const PAIR = 16
/** Packets of this scan that count; over all scans. */
export const P_PACKETS = 2
export const P_TOTAL = 3
/** Lowest and highest port over tcp, udp and udplite; P_HIGH -1 = none yet. */
export const P_LOW = 4
export const P_HIGH = 5
/** Quick bits Q_* and the number of distinct protocols above bit 16. */
export const P_PROTOS = 6
/** Scan kinds of this scan, as bits. */
export const P_KINDS = 7
/** CHAIN_*, or -id of an interned name. */
export const P_CHAIN = 8
export const P_INTERFACE = 9
export const P_NEXT = 10
/** psad's protocol counter (psad.md Q5). */
export const P_PSAD_PROTOS = 11
/** Heads: port pages of this scan, of ended scans, signature hits. */
export const P_PAGES = 12
export const P_OLD_PAGES = 13
export const P_HITS = 14
/** 1 if this scan has a packet to it. */
export const P_ALIVE = 15

// Page of 32 ports, 4 ints: 0 owner, 1 class << 11 | port >> 5
export const PAGE = 4
export const G_BITS = 2
export const G_NEXT = 3

// Signature hit, 16 ints: 0 owner, 1 sid; below 0 an invalid ICMP type and code, see `icmpSid`
export const HIT = 16
export const H_COUNT = 2
export const H_NEXT = 3
/** TCP flags seen, as bits; bit 8: a packet without flags. */
export const H_FLAGS = 4
/** How many of H_PORT.. are used. */
export const H_PORTS = 5
export const H_PORT = 6
export const H_PORTS_KEPT = 8

// Owners of pages and hits
export const ownerOfPair = (pair: number): number => pair * 4
export const ownerOfOldPair = (pair: number): number => pair * 4 + 1
export const ownerOfSource = (source: number): number => source * 4 + 2

/** Port classes: which space a port (or protocol number) belongs to. */
export const CLASS_TCP = 0
export const CLASS_UDP = 1
export const CLASS_UDPLITE = 2
/** Protocol numbers. */
export const CLASS_PROTOCOL = 3
/** No ports: the SYNs to port 23 that Mirai is known by, as a count in the bits of the one page of this class. */
export const CLASS_TELNET = 4

// Quick bits for the protocols that nearly every packet has
export const Q_TCP = 1
export const Q_UDP = 2
export const Q_UDPLITE = 4
export const Q_ICMP = 8
export const Q_ICMPV6 = 16
/** The protocol numbers of the quick bits, by bit. */
export const QUICK_PROTOCOLS = [6, 17, 136, 1, 58] as const
export const PROTO_COUNT_SHIFT = 16

/** Key of the page that holds a protocol number's bit. */
export const protocolKey = (protocol: number): number => (CLASS_PROTOCOL << 11) | (protocol >> 5)

/** Stands for an invalid ICMP type and code among the hits of a pair. */
export const icmpSid = (type: number, code: number): number => -1 - ((type << 8) | code)
export const typeOfIcmpSid = (sid: number): number => (-1 - sid) >> 8
export const codeOfIcmpSid = (sid: number): number => (-1 - sid) & 0xff

// Port counter, 4 ints, row = class << 16 | port
export const COUNTER = 4

// What the SYNs of a source say of its system, 16 ints: 0 source, 1 PRINT_*; the last stays 0
export const PRINT = 16
/** A row of labels, and one of what several SYNs add up to. */
export const PRINT_LABELS = 0
export const PRINT_POSF = 1
/** Two ints that stand for the last SYN that fitted; how many labels there are, and their ids. */
export const PL_KEY = 2
export const PL_COUNT = 4
export const PL_LABELS = 5
export const PL_KEPT = 10
/** The label guessed, 0 = none yet; counts and marks; the last IP ID; lowest and highest TTL. */
export const PS_GUESS = 2
export const PS_COUNTS = 3
export const PS_ID = 4
export const PS_TTLS = 5
/** Lengths and windows seen, two an int. */
export const PS_LENGTHS = 6
export const PS_WINDOWS = 10
export const PS_KEPT = 8
