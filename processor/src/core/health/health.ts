import {
  CHAIN_FORWARD,
  CHAIN_INPUT,
  CHAIN_OUTPUT,
  F_CHAIN_SHIFT,
  F_IPV6,
  F_NO_TIME,
  F_VERDICT_SHIFT,
  PROTO_TCP,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_HOST,
  R_LENGTH,
  R_NANOS,
  R_PREFIX,
  R_PROTO,
  R_SECONDS,
  R_SEEN,
  R_SRC,
  R_TCP,
  SEEN_TCP_OPT,
  T_ACK,
  T_FIN,
  T_RST,
  T_SYN,
  VERDICT_ACCEPT,
} from '../row.ts'
import { FULL } from '../track/table.ts'
import {
  ACCEPTED_TRAFFIC,
  HEALTH,
  NO_TCP_OPTIONS,
  NO_TIME_AT_ALL,
  ONE_CHAIN,
  RATE_LIMITED,
} from './checks.ts'
import { Clocks } from './clock.ts'
import { Findings } from './findings.ts'
import {
  B_ACCEPTED,
  B_CONFIRMED,
  B_EXCESS,
  B_MOST_EXCESS,
  B_MS,
  B_NO_OPTIONS,
  B_RATE,
  B_SECONDS,
  B_SPAN,
  B_SYNS,
  B_SYN_NANOS,
  B_SYN_SECONDS,
  B_WINDOW,
  MOST_STREAMS,
  STREAM,
  WHOLE,
  W_ACCEPTED,
  W_FIRST,
  W_FIRST_NANOS,
  W_FORWARD,
  W_FOUND,
  W_INPUT,
  W_NO_TIME,
  W_ONE_CHAIN,
  W_PACKETS,
  W_TIMELESS,
  W_TOP,
  W_TOP_COUNT,
  W_WINDOW,
} from './layout.ts'
import type { HealthState } from './layout.ts'
import { addPacket, turnBlock } from './plateau.ts'
import { limitBehind } from './rate.ts'

/** The one row of the whole. */
const W = WHOLE
/** Streams beyond the table's end: prefix "other", no chain, no host. */
const REST = 1 << 3
/** Bytes of IP and TCP headers without options: what a SYN is longer by are its options. */
const BARE_IPV4 = 40
const BARE_IPV6 = 60
const ACCEPTED_BIT = VERDICT_ACCEPT << F_VERDICT_SHIFT
const SYN_BITS = T_SYN | T_ACK | T_FIN | T_RST

/**
 * Judges the logging by the lines: what a firewall does not write nobody can detect.
 *
 * All it knows stands in `HealthState`; the fields here only remember where the last stream's row is.
 */
export class Health {
  readonly findings: Findings
  readonly #state: HealthState
  readonly #clocks: Clocks
  #key = -1
  #host = -1
  #stream = 0
  #clock = 0

  constructor(state: HealthState) {
    this.#state = state
    this.findings = new Findings(state)
    this.#clocks = new Clocks(state, this.findings)
  }

  /** One packet, in the order of feeding. True if there is something to tell of in `findings.news`. */
  packet(rows: Int32Array, o: number): boolean {
    const flags = rows[o + R_FLAGS]!
    const chain = (flags >> F_CHAIN_SHIFT) & 3
    const key = (rows[o + R_PREFIX]! << 3) | (chain << 1) | (flags & F_IPV6)
    if (key !== this.#key || rows[o + R_HOST] !== this.#host) this.#select(key, rows, o)
    const b = this.#stream
    const table = this.#state.streams.rows
    const { ints } = table
    table.touch(b)
    this.#state.whole.touch(W)
    if ((flags & F_NO_TIME) === 0) {
      const v6 = flags & F_IPV6
      // What a host itself sends has one sender: its counterparts are who comes and goes.
      const sender = hashOf(rows, chain === CHAIN_OUTPUT ? o + R_DST : o + R_SRC, v6)
      const other = hashOf(rows, chain === CHAIN_OUTPUT ? o + R_SRC : o + R_DST, v6)
      const flow = mix(Math.imul(sender ^ rows[o + R_DPT]!, 0x85eb_ca6b) ^ other)
      if (addPacket(ints, b, rows[o + R_SECONDS]!, rows[o + R_NANOS]!, sender, flow))
        this.#block(ints, b, rows, o)
      this.#clocks.packet(this.#clock, rows, o)
    }
    this.#whole(rows, o, flags, chain, b)
    if (rows[o + R_PROTO] === PROTO_TCP && (rows[o + R_TCP]! & SYN_BITS) === T_SYN)
      this.#syn(ints, b, rows, o)
    return this.findings.news.length > 0
  }

  /** After a restore: rows may lie elsewhere. */
  forget(): void {
    this.#key = -1
    this.#host = -1
    this.findings.news.length = 0
  }

  #select(key: number, rows: Int32Array, o: number): void {
    const { streams } = this.#state
    const host = rows[o + R_HOST]!
    this.#key = key
    if (host !== this.#host) this.#clock = this.#clocks.clockOf(host)
    this.#host = host
    let id = streams.find(key, host)
    if (id === FULL && streams.rows.live >= MOST_STREAMS - 1) id = streams.find(REST, 0)
    if (id === FULL) {
      const isLast = streams.rows.live >= MOST_STREAMS - 1
      id = streams.insert(isLast ? REST : key, isLast ? 0 : host)
      // The first packet only starts the clock.
      const { ints } = streams.rows
      ints[id * STREAM + B_SECONDS] = rows[o + R_SECONDS]!
      ints[id * STREAM + B_MS] = (rows[o + R_NANOS]! / 1_000_000) | 0
      ints[id * STREAM + B_WINDOW] = -1
    }
    this.#stream = id * STREAM
  }

  #block(ints: Int32Array, b: number, rows: Int32Array, o: number): void {
    const seen = turnBlock(ints, b)
    const held = ints[b + B_RATE]!
    const prefix = ints[b]! >> 3
    const seconds = ints[b + B_SECONDS]!
    if (seen > 0) {
      const limit = limitBehind(seen)
      // A little less than before is the same limit, pressed less.
      if (limit <= held && limit >= held * 0.8) return
      ints[b + B_RATE] = limit
      ints[b + B_EXCESS] = 0
      ints[b + B_MOST_EXCESS] = 0
      if (held === 0) {
        const since = seconds - ints[b + B_SPAN]!
        this.#raise(RATE_LIMITED, prefix, rows, o, since, 0, limit)
      }
      return
    }
    if (held === 0) return
    const isForgotten =
      seconds - ints[b + B_CONFIRMED]! > Math.max(HEALTH.plateauForgottenS, 2 * ints[b + B_SPAN]!)
    if (!isForgotten && ints[b + B_EXCESS]! <= HEALTH.overCeiling) return
    ints[b + B_RATE] = 0
    this.findings.clear(RATE_LIMITED, prefix)
  }

  #raise(
    check: number,
    prefix: number,
    rows: Int32Array,
    o: number,
    since: number,
    sinceNanos: number,
    value: number,
  ): void {
    // Findings about all lines are of no one host.
    const host = check === ONE_CHAIN || check === NO_TIME_AT_ALL ? 0 : rows[o + R_HOST]!
    const now = rows[o + R_SECONDS]!
    this.findings.raise({ check, prefix, host, since, sinceNanos, now, value })
  }

  #syn(ints: Int32Array, b: number, rows: Int32Array, o: number): void {
    const prefix = ints[b]! >> 3
    if ((rows[o + R_SEEN]! & SEEN_TCP_OPT) !== 0) {
      ints[b + B_SYNS] = 0
      if (ints[b + B_NO_OPTIONS] === 0) return
      ints[b + B_NO_OPTIONS] = 0
      this.findings.clear(NO_TCP_OPTIONS, prefix)
      return
    }
    const bare = (rows[o + R_FLAGS]! & F_IPV6) === 0 ? BARE_IPV4 : BARE_IPV6
    const options = rows[o + R_LENGTH]! - bare
    if (options <= 0 || options > 40 || (options & 3) !== 0 || ints[b + B_NO_OPTIONS] === 1) return
    const seconds = rows[o + R_SECONDS]!
    const syns = ++ints[b + B_SYNS]!
    if (syns === 1) {
      ints[b + B_SYN_SECONDS] = seconds
      ints[b + B_SYN_NANOS] = rows[o + R_NANOS]!
    }
    if (syns < HEALTH.syns) return
    ints[b + B_NO_OPTIONS] = 1
    const since = ints[b + B_SYN_SECONDS]!
    const nanos = ints[b + B_SYN_NANOS]!
    this.#raise(NO_TCP_OPTIONS, prefix, rows, o, since, nanos, syns)
  }

  /** What is asked of all lines together. */
  #whole(rows: Int32Array, o: number, flags: number, chain: number, b: number): void {
    const { ints } = this.#state.whole
    const isTimeless = (flags & F_NO_TIME) !== 0
    if (isTimeless !== (ints[W + W_NO_TIME] === 1)) this.#timeless(ints, rows, o)
    else if (ints[W + W_TIMELESS] !== 0) ints[W + W_TIMELESS] = 0
    if (chain === CHAIN_INPUT) this.#chain(ints, rows, o, W_INPUT, W_FORWARD)
    else if (chain === CHAIN_FORWARD) this.#chain(ints, rows, o, W_FORWARD, W_INPUT)
    // VERDICT_ACCEPT and VERDICT_AUDIT share this bit.
    if ((flags & ACCEPTED_BIT) !== 0) this.#accepted(ints, b)
    if (++ints[W + W_PACKETS]! === HEALTH.window) this.#window(ints, rows, o)
  }

  /** The line is not as those before: without a time where they had one, or the other way round. */
  #timeless(ints: Int32Array, rows: Int32Array, o: number): void {
    if (++ints[W + W_TIMELESS]! < HEALTH.run) return
    ints[W + W_TIMELESS] = 0
    const holds = ints[W + W_NO_TIME] === 1
    ints[W + W_NO_TIME] = holds ? 0 : 1
    if (holds) this.findings.clear(NO_TIME_AT_ALL, 0)
    else this.#raise(NO_TIME_AT_ALL, 0, rows, o, rows[o + R_SECONDS]!, 0, 0)
  }

  #chain(ints: Int32Array, rows: Int32Array, o: number, seen: number, other: number): void {
    const seconds = rows[o + R_SECONDS]!
    if (ints[W + W_INPUT] === 0 && ints[W + W_FORWARD] === 0) {
      ints[W + W_FIRST] = seconds
      ints[W + W_FIRST_NANOS] = rows[o + R_NANOS]!
    }
    if (ints[W + seen]! < HEALTH.oneChain) ints[W + seen]!++
    if (ints[W + W_ONE_CHAIN] === 1) {
      if (ints[W + other] === 0) return
      ints[W + W_ONE_CHAIN] = 0
      this.findings.clear(ONE_CHAIN, 0)
    } else if (ints[W + seen] === HEALTH.oneChain && ints[W + other] === 0) {
      const since = ints[W + W_FIRST]!
      if (seconds - since < HEALTH.oneChainS) return
      ints[W + W_ONE_CHAIN] = 1
      const nanos = ints[W + W_FIRST_NANOS]!
      const missing = seen === W_INPUT ? CHAIN_FORWARD : CHAIN_INPUT
      this.#raise(ONE_CHAIN, 0, rows, o, since, nanos, missing)
    }
  }

  #accepted(ints: Int32Array, b: number): void {
    const streams = this.#state.streams.rows.ints
    const window = ints[W + W_WINDOW]!
    ints[W + W_ACCEPTED]!++
    if (streams[b + B_WINDOW] !== window) {
      streams[b + B_WINDOW] = window
      streams[b + B_ACCEPTED] = 0
    }
    const count = ++streams[b + B_ACCEPTED]!
    if (count <= ints[W + W_TOP_COUNT]!) return
    ints[W + W_TOP_COUNT] = count
    ints[W + W_TOP] = streams[b]! >> 3
  }

  #window(ints: Int32Array, rows: Int32Array, o: number): void {
    const accepted = ints[W + W_ACCEPTED]!
    const found = ints[W + W_FOUND]!
    if (found < 0 && accepted >= HEALTH.acceptedFrom) {
      const prefix = ints[W + W_TOP]!
      ints[W + W_FOUND] = prefix
      const share = Math.round((accepted * 100) / HEALTH.window)
      const nanos = rows[o + R_NANOS]!
      this.#raise(ACCEPTED_TRAFFIC, prefix, rows, o, rows[o + R_SECONDS]!, nanos, share)
    } else if (found >= 0 && accepted < HEALTH.acceptedUntil) {
      ints[W + W_FOUND] = -1
      this.findings.clear(ACCEPTED_TRAFFIC, found)
    }
    ints[W + W_PACKETS] = 0
    ints[W + W_ACCEPTED] = 0
    ints[W + W_TOP_COUNT] = 0
    ints[W + W_WINDOW] = (ints[W + W_WINDOW]! + 1) & 0x7fff_ffff
  }
}

/** A few bits of an address; no result but a count of distinct ones depends on it. */
function hashOf(rows: Int32Array, at: number, v6: number): number {
  const last = rows[at + 3]!
  return mix(
    v6 === 0 ? last : last ^ Math.imul(rows[at]! ^ rows[at + 1]! ^ rows[at + 2]!, 0x9e37_79b1),
  )
}

function mix(value: number): number {
  const h = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b)
  return h ^ (h >>> 13)
}
