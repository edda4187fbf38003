/**
 * What is kept of logging health, in rows of ints as all state is, so that it is saved with it.
 *
 * A *stream* is one prefix in one chain, IP version and host: mostly one LOG rule with one limit of its own.
 */
import { KeyTable } from '../track/index-table.ts'
import { Table } from '../track/table.ts'

/** Streams told apart; what comes beyond is judged together. */
export const MOST_STREAMS = 512
const MOST_HOSTS = 256
const MOST_FINDINGS = 512

// A stream: key (prefix << 3 | chain << 1 | IPv6, host).
export const STREAM = 128
/** Time of its newest packet, seconds and ms. */
export const B_SECONDS = 2
export const B_MS = 3
/** Packets behind the first one. */
export const B_COUNT = 4
/** ms since the last block of 16 packets ended. */
export const B_ELAPSED = 5
/** Not 0 once a time had decimals. */
export const B_DECIMALS = 6
/** Of the 256 packets under way: distinct senders and flows, flows that the 256 before did not have. */
export const B_SENDERS = 7
export const B_FLOWS = 8
export const B_NEW_FLOWS = 9
/** 1 if the last 256 packets were of many. */
export const B_MANY = 10
/** The ceiling, packets a day; 0: none found. */
export const B_RATE = 11
/** Thousandths of packets above the ceiling's line now, and at most. */
export const B_EXCESS = 12
export const B_MOST_EXCESS = 13
/** When the plateau was last confirmed (seconds), and how many seconds it was looked at for that. */
export const B_CONFIRMED = 14
export const B_SPAN = 15
/** SYN packets in a row that had options and show none, and the time of the first; 1 while that is a finding. */
export const B_SYNS = 16
export const B_SYN_SECONDS = 17
export const B_SYN_NANOS = 18
export const B_NO_OPTIONS = 19
/** Accepted packets in window number so and so. */
export const B_WINDOW = 20
export const B_ACCEPTED = 21
/** 128 bits of senders, 512 bits of flows, and those of the 256 packets before. */
export const B_SENDER_BITS = 24
export const B_FLOW_BITS = 28
export const B_OLD_FLOW_BITS = 44
/** ms that the last 16 stretches took, for stretches of 16, 64, 256 and 1,024 packets. */
export const B_RINGS = 60
export const SCALES = 4

// A host: key (host, 0).
export const CLOCK = 16
/** Time of its last line, 0 before the first; when it was last out of order; 1 while that is a finding. */
export const C_LAST = 2
export const C_JUMPED_AT = 3
export const C_JUMPED = 4
/** How the lines differ from their entries (see clock.ts), lines in a row, time of the first; 1 while that is a finding. */
export const C_OFFSET = 5
export const C_RUN = 6
export const C_RUN_SECONDS = 7
export const C_OFF = 8

// A finding: key (check, prefix).
export const FINDING = 16
/** How many streams or hosts show it; 0: over. */
export const F_HOLDERS = 2
export const F_SINCE = 3
export const F_SINCE_NANOS = 4
/** Event time of its last detection; F_TOLD 0: there was none. */
export const F_TOLD_AT = 5
export const F_TOLD = 6
/** A number that `text.ts` puts into words, and the host (0: unknown or several). */
export const F_VALUE = 7
export const F_HOST = 8
/** Which words of the check fit: CLOCK_* in checks.ts, else 0. */
export const F_REASON = 9

// All lines together: one row.
export const WHOLE = 32
export const W_FIRST = 0
export const W_FIRST_NANOS = 1
export const W_INPUT = 2
export const W_FORWARD = 3
export const W_ONE_CHAIN = 4
export const W_WINDOW = 5
export const W_PACKETS = 6
export const W_ACCEPTED = 7
/** Prefix with the most accepted packets of the window and their number; the prefix of the finding, -1 if there is none. */
export const W_TOP = 8
export const W_TOP_COUNT = 9
export const W_FOUND = 10
/** Lines in a row without a time (or with one while the finding holds), 1 while it does. */
export const W_TIMELESS = 11
export const W_NO_TIME = 12

/** Tables that grow to 512 streams (256 KiB), 256 hosts and 512 findings. */
export class HealthState {
  readonly streams: KeyTable
  readonly clocks: KeyTable
  readonly findings: KeyTable
  readonly whole = new Table(WHOLE, 1, 2)

  constructor(seed: number) {
    this.streams = new KeyTable(new Table(STREAM, MOST_STREAMS, 8), seed)
    this.clocks = new KeyTable(new Table(CLOCK, MOST_HOSTS, 8), seed)
    this.findings = new KeyTable(new Table(FINDING, MOST_FINDINGS, 8), seed)
    this.whole.ints[this.whole.alloc() * WHOLE + W_FOUND] = -1
  }

  get indexed(): readonly KeyTable[] {
    return [this.streams, this.clocks, this.findings]
  }

  get tables(): readonly Table[] {
    return [...this.indexed.map(({ rows }) => rows), this.whole]
  }
}
