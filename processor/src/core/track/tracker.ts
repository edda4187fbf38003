import type { OsBook } from '../fingerprint/index.ts'
import type { EngineOptions } from '../options.ts'
import {
  F_IPV6,
  F_LEFT_OUT,
  F_PSAD_REJECTS,
  F_SRC_FULL,
  F_SRC_ODD,
  F_VERDICT_SHIFT,
  PROTO_ICMP,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UNKNOWN,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_ICMP_CODE,
  R_ICMP_TYPE,
  R_NANOS,
  R_PREFIX,
  R_PROTO,
  R_SECONDS,
  R_SPT,
  R_SRC,
  R_TCP,
  T_ACK,
  T_RST,
  T_SYN,
  VERDICT_ACCEPT,
  VERDICT_AUDIT,
} from '../row.ts'
import { LevelLists, NO_ENTRY } from '../level-list/levels.ts'
import { IcmpTable } from './icmp.ts'
import type { IgnoreRules } from './ignore.ts'
import { K_MIRAI, kindOf } from './kinds.ts'
import { LineRules } from './line-rules.ts'
import { ToolMarks } from './tool-marks.ts'
import {
  CLASS_TCP,
  COUNTER,
  M_FULL,
  M_ICMP,
  M_ICMP_EVER,
  M_IGNORED,
  M_LISTED,
  M_LIST_EVER_SHIFT,
  M_LIST_SHIFT,
  M_ODD,
  M_PROBED,
  M_SCAN,
  M_TOUCHED,
  P_ALIVE,
  P_HIGH,
  P_KINDS,
  P_LOW,
  P_PACKETS,
  P_TOTAL,
  PAIR,
  PROTO_COUNT_SHIFT,
  S_FIRST,
  S_HOSTS,
  S_KINDS,
  S_LAST,
  S_LEVEL,
  S_MARKS,
  S_MAX,
  S_NETS,
  S_PACKETS,
  S_PAIRS,
  S_PORT,
  S_PORTS,
  S_PROTOS,
  S_SCAN_PACKETS,
  S_START,
  S_TARGET,
  S_TOP_LEVEL,
  SOURCE,
} from './layout.ts'
import type { RuleBook } from './rule-book.ts'
import { newCrossing } from './crossing.ts'
import { withLevel } from './marks.ts'
import { Matching } from './matching.ts'
import { portClassOf } from './port-class.ts'
import { Thresholds } from './thresholds.ts'
import type { State } from './state.ts'
import { FULL, countUp } from './table.ts'
import { PairBook, quickBit } from './pair-book.ts'

const EPHEMERAL = 32_768
const EPHEMERAL_END = 60_999
/** What `S_PORT` is of a source that asked for TCP port 23 alone. */
const TELNET_KEY = ((CLASS_TCP << 16) | 23) + 1

/** psad's accounting (psad.md 2 and 3) over rows of packets, with the differences of the `picket` profile. */
export class Tracker {
  readonly state: State
  readonly crossing = newCrossing()
  /** Packets left out by an ignore rule, and lines that psad would not read (psad profile only). */
  ignored = 0
  rejected = 0
  /** Destinations and ports of sources. */
  readonly #pairs: PairBook
  /** Row of each prefix and protocol in the table of packets, 0 = not looked up yet. */
  readonly #packetRows = new Int32Array(1026 * 257)
  #rules: RuleBook
  #ignore: IgnoreRules
  readonly #prints: OsBook
  readonly #psad: boolean
  readonly #retain: boolean
  readonly #timeout: number
  readonly #thresholds: Thresholds
  readonly #matching: Matching
  /** A source with one destination and one port is kept without a pair; not where one destination is a sweep. */
  readonly #singles: boolean
  readonly #mostPairs: number
  readonly #ipv6: boolean
  readonly #replyRule: boolean
  readonly #levels: LevelLists
  readonly #lines: LineRules
  readonly #tools: ToolMarks
  readonly #icmp: IcmpTable
  readonly #icmpv6: IcmpTable

  constructor(
    state: State,
    options: EngineOptions,
    rules: RuleBook,
    ignore: IgnoreRules,
    lines: LineRules,
    prints: OsBook,
  ) {
    this.state = state
    this.#rules = rules
    this.#ignore = ignore
    this.#prints = prints
    this.#psad = options.profile === 'psad'
    this.#retain = options.retain
    this.#timeout =
      options.persistence || this.#psad ? Number.POSITIVE_INFINITY : options.scanTimeoutMs / 1000
    this.#thresholds = new Thresholds(state, options, this.crossing)
    this.#pairs = new PairBook(state, {
      psad: this.#psad,
      portsPerSource: options.limits.portsPerSource,
    })
    this.#matching = new Matching(state, rules, this.#pairs, this.crossing)
    this.#mostPairs = options.limits.pairs ?? 0
    this.#ipv6 = options.ipv6
    this.#replyRule = options.replyRule && !this.#psad
    this.#levels = new LevelLists(options.levels)
    this.#lines = lines
    this.#tools = new ToolMarks(state, options.expectTcpOptions, this.#psad)
    // With no distance or only one protocol asked for, one port is a scan already; a bound on pairs has to count each.
    this.#singles =
      options.uniqueHosts[0] !== 1 &&
      options.portRangeScan > 0 &&
      options.protocolScan > 1 &&
      this.#mostPairs === 0
    this.#icmp = new IcmpTable(4, this.#psad, options.tables.icmpTypes)
    this.#icmpv6 = new IcmpTable(6, this.#psad, options.tables.icmp6Types)
  }

  /** Accounts for the packet at `o`; true if it crossed something (see `crossing`). */
  packet(rows: Int32Array, o: number, bytes: Uint8Array): boolean {
    if (this.#lines.any && !this.#lines.wants(rows, o, bytes)) return this.#ignored(rows, o)
    const flags = rows[o + R_FLAGS]!
    const protocol = rows[o + R_PROTO]!
    const fwsnortSid = this.#lines.fwsnortSid(rows[o + R_PREFIX]!)
    if (this.#psad && (flags & F_PSAD_REJECTS) !== 0) {
      // psad has counted the prefix before it finds that out (Q9), and nothing else.
      this.#countPacket(rows[o + R_PREFIX]!, PROTO_UNKNOWN)
      this.rejected++
      rows[o + R_FLAGS]! |= F_LEFT_OUT
      return false
    }
    const ignored =
      (protocol === PROTO_TCP &&
        (rows[o + R_TCP]! & (T_ACK | T_RST)) !== 0 &&
        this.#ignore.ackAndRst &&
        fwsnortSid < 0) ||
      (!this.#ipv6 && (flags & F_IPV6) !== 0) ||
      (this.#lines.filter !== undefined && !this.#lines.filter.holds(rows, o)) ||
      (this.#ignore.any && this.#ignore.matches(rows, o))
    if (ignored && this.#psad) {
      if (!this.#ignore.prefix(rows[o + R_PREFIX]!))
        this.#countPacket(rows[o + R_PREFIX]!, PROTO_UNKNOWN)
      return this.#ignored(rows, o)
    }
    this.#countPacket(rows[o + R_PREFIX]!, protocol)

    const state = this.state
    if (this.#mostPairs > 0 && this.#isPairTooMany(rows, o)) {
      // psad has counted protocol and port before it looks at the pairs (psad.md 2.2).
      const portClass = this.#psad ? portClassOf(protocol) : -1
      if (portClass >= 0) this.#countPort(portClass, rows[o + R_DPT]!)
      return this.#ignored(rows, o)
    }
    const id = state.sourceOf(
      rows[o + R_SRC]!,
      rows[o + R_SRC + 1]!,
      rows[o + R_SRC + 2]!,
      rows[o + R_SRC + 3]!,
    )
    const table = state.sources.rows
    const s = id * SOURCE
    table.touch(s)
    const seconds = rows[o + R_SECONDS]!
    const nanos = rows[o + R_NANOS]!
    const ints = table.ints
    if (ints[s + S_MARKS] === 0) this.#meet(rows, o, s)
    if (ints[s + S_PACKETS]!++ === 0) {
      ints[s + S_FIRST] = seconds
      ints[s + S_FIRST + 1] = nanos
      if ((ints[s + S_MARKS]! & M_SCAN) === 0) {
        ints[s + S_LAST] = seconds
        ints[s + S_LAST + 1] = nanos
      }
    }
    if (ignored || (ints[s + S_MARKS]! & M_IGNORED) !== 0) return this.#ignored(rows, o)
    return this.#account(rows, o, bytes, id, s, flags, protocol, fwsnortSid)
  }

  /** As many pairs as may be are there, and the packet's is none of them. */
  #isPairTooMany(rows: Int32Array, o: number): boolean {
    const { pairs, sources, targets } = this.state
    if (pairs.rows.live < this.#mostPairs) return false
    const find = (table: typeof sources, at: number): number =>
      table.find(rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!)
    const source = find(sources, o + R_SRC)
    const target = find(targets, o + R_DST)
    return source === 0 || target === 0 || pairs.find(source, target) === 0
  }

  /** First sight of a source: what the rules and the evidence want to know of its address. */
  #meet(rows: Int32Array, o: number, s: number): void {
    const ints = this.state.sources.rows.ints
    const a0 = rows[o + R_SRC]!
    const a1 = rows[o + R_SRC + 1]!
    const a2 = rows[o + R_SRC + 2]!
    const a3 = rows[o + R_SRC + 3]!
    ints[s + S_NETS] = this.#rules.netsOf(a0, a1, a2, a3)
    let marks = M_TOUCHED
    if (this.#ignore.hasNetworks && this.#ignore.network(a0, a1, a2, a3)) marks |= M_IGNORED
    if (!this.#levels.isEmpty && this.#levels.knows(a0, a1, a2, a3)) marks |= M_LISTED
    ints[s + S_MARKS] = marks
  }

  #account(
    rows: Int32Array,
    o: number,
    bytes: Uint8Array,
    id: number,
    s: number,
    flags: number,
    protocol: number,
    fwsnortSid: number,
  ): boolean {
    const state = this.state
    const seconds = rows[o + R_SECONDS]!
    const nanos = rows[o + R_NANOS]!
    let ints = state.sources.rows.ints

    if ((ints[s + S_MARKS]! & M_SCAN) !== 0 && seconds - ints[s + S_LAST]! > this.#timeout)
      this.#endScan(id, rows, o)
    // A fragment has no ports: -1 must not become the lowest of them.
    const port = rows[o + R_DPT]!
    const portClass = port < 0 ? -1 : portClassOf(protocol)
    const listed = (ints[s + S_MARKS]! & M_LISTED) === 0 ? NO_ENTRY : this.#levels.decide(rows, o)
    if (listed !== NO_ENTRY && this.#levels.level(listed) === 0)
      return this.#leaveOut(portClass, port, rows, o)
    const target = state.targetOf(
      rows[o + R_DST]!,
      rows[o + R_DST + 1]!,
      rows[o + R_DST + 2]!,
      rows[o + R_DST + 3]!,
      id,
    )
    const found =
      fwsnortSid >= 0
        ? this.#rules.matchFwsnort(fwsnortSid)
        : this.#matching.find(rows, o, bytes, s, target)
    if (found > 0 && this.#rules.ignores(found)) return this.#leaveOut(portClass, port, rows, o)
    ints = state.sources.rows.ints

    if ((ints[s + S_MARKS]! & M_SCAN) === 0) {
      ints[s + S_MARKS]! |= M_SCAN
      ints[s + S_START] = seconds
      ints[s + S_START + 1] = nanos
      ints[s + S_LAST] = seconds
      ints[s + S_LAST + 1] = nanos
      if (!this.#retain) {
        ints[s + S_FIRST] = seconds
        ints[s + S_FIRST + 1] = nanos
        if (ints[s + S_PACKETS] === 0) ints[s + S_PACKETS] = 1
      }
    } else if (
      seconds > ints[s + S_LAST]! ||
      (seconds === ints[s + S_LAST]! && nanos > ints[s + S_LAST + 1]!)
    ) {
      ints[s + S_LAST] = seconds
      ints[s + S_LAST + 1] = nanos
    }
    ints[s + S_SCAN_PACKETS]!++
    ints[s + S_MARKS]! |=
      M_TOUCHED |
      ((flags & F_SRC_FULL) === 0 ? 0 : M_FULL) |
      ((flags & F_SRC_ODD) === 0 ? 0 : M_ODD)

    const verdict = (flags >> F_VERDICT_SHIFT) & 3
    const noted = !this.#psad && (verdict === VERDICT_ACCEPT || verdict === VERDICT_AUDIT)
    const reply =
      this.#replyRule &&
      !noted &&
      protocol === PROTO_UDP &&
      this.#isReply(rows, o, ints[s + S_MARKS]!)

    const crossing = this.crossing
    crossing.source = id
    crossing.target = target
    crossing.pair = 0
    crossing.newKinds = 0
    crossing.sweep = 0
    crossing.newSidCount = 0
    crossing.invalidIcmp = false
    crossing.matched = false
    crossing.previousLevel = ints[s + S_LEVEL]!
    crossing.kind = kindOf(rows, o) | this.#tools.of(rows, o)
    let level = crossing.previousLevel
    if (listed !== NO_ENTRY) level = Math.max(level, this.#raiseByList(s, listed))

    if (portClass >= 0 && !reply) this.#countPort(portClass, port)

    // Signatures come before the pair in psad: a match or an invalid ICMP type makes the pair know its protocol (Q5).
    const matchLevel = found === 0 ? 0 : this.#matching.record(found, rows, o, id, target, noted)
    if (matchLevel > level) level = matchLevel
    if (!noted && !reply) {
      if (rows[o + R_ICMP_TYPE]! >= 0) {
        const valid = (protocol === PROTO_ICMP ? this.#icmp : this.#icmpv6).isValid(
          rows[o + R_ICMP_TYPE]!,
          rows[o + R_ICMP_CODE]!,
        )
        if (!valid) {
          crossing.invalidIcmp = true
          this.#matching.invalidIcmp(rows, o, id, target)
          ints = state.sources.rows.ints
          ints[s + S_MARKS]! |= M_ICMP | M_ICMP_EVER
          if (level < 2) level = 2
        }
      }
      if (target !== FULL) {
        const reached = this.#count(rows, o, id, s, target, protocol, portClass, port)
        if (reached > level) level = reached
      }
    }

    ints = state.sources.rows.ints
    if (protocol === PROTO_TCP && (rows[o + R_TCP]! & T_SYN) !== 0 && !this.#prints.isEmpty)
      this.#prints.packet(rows, o, bytes, id, this.#pairPackets(s))
    if (level > crossing.previousLevel) {
      state.byLevel[crossing.previousLevel]!--
      state.byLevel[level]!++
      ints[s + S_LEVEL] = level
      if (level > ints[s + S_TOP_LEVEL]!) ints[s + S_TOP_LEVEL] = level
      if (crossing.pair === 0 && ints[s + S_TARGET] !== 0) this.#pairs.materialise(id, rows, o)
    }
    crossing.level = level
    return (
      crossing.newSidCount !== 0 ||
      crossing.newKinds !== 0 ||
      crossing.sweep !== 0 ||
      level > crossing.previousLevel
    )
  }

  /** Ignored, but its port is counted as psad does (psad.md 2.2). */
  #leaveOut(portClass: number, port: number, rows: Int32Array, o: number): boolean {
    if (portClass >= 0) this.#countPort(portClass, port)
    return this.#ignored(rows, o)
  }

  #ignored(rows: Int32Array, o: number): false {
    this.ignored++
    rows[o + R_FLAGS]! |= F_LEFT_OUT
    return false
  }

  #raiseByList(s: number, listed: number): number {
    const ints = this.state.sources.rows.ints
    const level = this.#levels.level(listed)
    ints[s + S_MARKS] = withLevel(
      withLevel(ints[s + S_MARKS]!, M_LIST_SHIFT, level),
      M_LIST_EVER_SHIFT,
      level,
    )
    return level
  }

  /** The list that gave a source its level, for the reasons. */
  listOf(source: number, level: number): string {
    const ints = this.state.sources.rows.ints
    const s = source * SOURCE
    return this.#levels.nameOf(ints[s]!, ints[s + 1]!, ints[s + 2]!, ints[s + 3]!, level)
  }

  /** Packets so far of the present source and destination. */
  #pairPackets(s: number): number {
    const { pair } = this.crossing
    if (pair !== FULL) return this.state.pairs.rows.ints[pair * PAIR + P_PACKETS]!
    return this.state.sources.rows.ints[s + S_MAX]!
  }

  /** A late answer of a resolver, time server or QUIC server looks like a UDP scan (contracts, the reply rule). */
  #isReply(rows: Int32Array, o: number, marks: number): boolean {
    if ((marks & M_PROBED) !== 0) return false
    const from = rows[o + R_SPT]!
    const to = rows[o + R_DPT]!
    return (from === 53 || from === 123 || from === 443) && to >= EPHEMERAL && to <= EPHEMERAL_END
  }

  #countPacket(prefix: number, protocol: number): void {
    const packets = this.state.packets
    const known = prefix * 257 + protocol
    let row = this.#packetRows[known]!
    if (row === 0) {
      row = packets.find(prefix, protocol)
      if (row === 0) row = packets.insert(prefix, protocol)
      if (row === FULL) return
      this.#packetRows[known] = row
    }
    const at = row * 4 + 2
    countUp(packets.rows.ints, at)
    packets.rows.touch(at)
  }

  #countPort(portClass: number, port: number): void {
    const at = (((portClass << 16) | (port & 0xffff)) + 1) * COUNTER
    countUp(this.state.ports.ints, at)
    this.state.ports.touch(at)
  }

  /** Counts a packet towards the thresholds; returns the level they give it. */
  #count(
    rows: Int32Array,
    o: number,
    id: number,
    s: number,
    target: number,
    protocol: number,
    portClass: number,
    port: number,
  ): number {
    const state = this.state
    const ints = state.sources.rows.ints
    if (portClass >= 0 && port < EPHEMERAL) ints[s + S_MARKS]! |= M_PROBED

    // One destination and one port: no pair, no page. What nearly every source is.
    const key =
      portClass >= 0 ? ((portClass << 16) | (port & 0xffff)) + 1 : (3 << 16) + protocol + 1
    if (ints[s + S_PAIRS] === 0 && this.#singles) {
      if (ints[s + S_TARGET] === 0) {
        ints[s + S_KINDS] = this.crossing.kind
        ints[s + S_TARGET] = target
        ints[s + S_PORT] = key
        state.refer(target)
        ints[s + S_HOSTS] = 1
        ints[s + S_MAX] = 1
        ints[s + S_PROTOS] = quickBit(protocol) | (1 << PROTO_COUNT_SHIFT)
        if (portClass >= 0) {
          ints[s + S_PORTS] = 1
          this.#pairs.countPortSource(portClass, port)
        }
        return this.#thresholds.ofSingle(s, 1, protocol, port)
      }
      // SYNs to telnet are counted (psad.md 4.3), and of several kinds nobody could say how many were.
      const mixed = key === TELNET_KEY && ints[s + S_KINDS] !== this.crossing.kind
      if (ints[s + S_TARGET] === target && ints[s + S_PORT] === key && !mixed) {
        ints[s + S_KINDS]! |= this.crossing.kind
        const n = ++ints[s + S_MAX]!
        return this.#thresholds.ofSingle(s, n, protocol, port)
      }
      this.#pairs.materialise(id, rows, o)
    } else if (ints[s + S_TARGET] !== 0) {
      // A pair was made for a signature meanwhile.
      this.#pairs.materialise(id, rows, o)
    }
    return this.#countPair(rows, o, id, s, target, protocol, portClass, port)
  }

  #countPair(
    rows: Int32Array,
    o: number,
    id: number,
    s: number,
    target: number,
    protocol: number,
    portClass: number,
    port: number,
  ): number {
    const state = this.state
    const pair = this.#pairs.pairFor(id, target, rows, o)
    this.crossing.pair = pair
    const ints = state.sources.rows.ints
    if (pair === FULL) return 0
    const pairs = state.pairs.rows
    const p = pair * PAIR
    const pi = pairs.ints
    pairs.touch(p)
    if (pi[p + P_ALIVE] === 0) {
      pi[p + P_ALIVE] = 1
      ints[s + S_HOSTS]!++
    }
    const n = ++pi[p + P_PACKETS]!
    pi[p + P_TOTAL]!++
    if (n > ints[s + S_MAX]!) ints[s + S_MAX] = n
    pi[p + P_KINDS]! |= this.crossing.kind
    if (
      portClass === CLASS_TCP &&
      (rows[o + R_TCP]! & T_SYN) !== 0 &&
      this.#pairs.countTelnet(id, pair, port, 1)
    )
      pi[p + P_KINDS]! |= K_MIRAI

    if (portClass >= 0) {
      if (pi[p + P_HIGH]! < 0) {
        pi[p + P_LOW] = port
        pi[p + P_HIGH] = port
      } else if (port < pi[p + P_LOW]!) pi[p + P_LOW] = port
      else if (port > pi[p + P_HIGH]!) pi[p + P_HIGH] = port
      this.#pairs.rememberPort(id, s, pair, p, portClass, port)
    }
    const protocols = this.#pairs.rememberProtocol(
      id,
      s,
      pair,
      p,
      protocol,
      this.crossing.invalidIcmp || this.crossing.matched,
    )
    return this.#thresholds.ofPair(s, p, n, protocols)
  }

  #endScan(id: number, rows: Int32Array, o: number): void {
    if (this.#retain && this.state.sources.rows.ints[id * SOURCE + S_TARGET] !== 0)
      this.#pairs.materialise(id, rows, o)
    this.state.endScan(id)
  }
}
