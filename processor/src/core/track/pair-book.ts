import {
  F_CHAIN_SHIFT,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  R_CHAIN_NAME,
  R_FLAGS,
  R_IN,
  R_OUT,
} from '../row.ts'
import { K_CONNECT, K_SYN } from './kinds.ts'
import {
  CLASS_TCP,
  CLASS_TELNET,
  CLASS_UDP,
  CLASS_UDPLITE,
  COUNTER,
  G_BITS,
  M_ICMP,
  P_ALIVE,
  P_CHAIN,
  P_HIGH,
  P_INTERFACE,
  P_KINDS,
  P_LOW,
  P_PACKETS,
  P_PAGES,
  P_PROTOS,
  P_PSAD_PROTOS,
  P_TOTAL,
  PAGE,
  PAIR,
  PROTO_COUNT_SHIFT,
  Q_ICMP,
  Q_ICMPV6,
  Q_TCP,
  Q_UDP,
  Q_UDPLITE,
  S_HOSTS,
  S_KINDS,
  S_MARKS,
  S_MAX,
  S_PAGES,
  S_PORT,
  S_PORTS,
  S_PROTOS,
  S_TARGET,
  SOURCE,
  ownerOfPair,
  ownerOfSource,
  protocolKey,
} from './layout.ts'
import { DESTINATIONS_PER_SOURCE } from './state.ts'
import type { State } from './state.ts'
import { FULL } from './table.ts'

/** psad's number of SYNs to port 23 before one to 2323 is Mirai's. */
const TELNET_SYNS = 10

/** Destinations, ports and protocols of sources: what begins with the second distinct one of any of them. */
export class PairBook {
  /** Ports and destinations that were not remembered because a source had too many. */
  overflow = 0
  readonly state: State
  readonly #psad: boolean
  readonly #portsPerSource: number

  constructor(state: State, options: { readonly psad: boolean; readonly portsPerSource: number }) {
    this.state = state
    this.#psad = options.psad
    this.#portsPerSource = options.portsPerSource
  }

  /** Remembers a port of the pair and of the source's scan; a source has at most `portsPerSource`. */
  rememberPort(
    id: number,
    s: number,
    pair: number,
    p: number,
    portClass: number,
    port: number,
  ): void {
    const state = this.state
    const ints = state.sources.rows.ints
    const key = (portClass << 11) | ((port & 0xffff) >> 5)
    const bit = 1 << (port & 31)
    if (
      ints[s + S_PORTS]! >= this.#portsPerSource &&
      state.pages.find(ownerOfSource(id), key) === 0
    ) {
      this.overflow++
      return
    }
    if (state.setBit(state.pairs.rows, p + P_PAGES, ownerOfPair(pair), key, bit, id) !== 1) return
    if (state.setBit(state.sources.rows, s + S_PAGES, ownerOfSource(id), key, bit, id) === 1) {
      ints[s + S_PORTS]!++
      this.countPortSource(portClass, port)
    }
  }

  /**
   * Counts SYNs of the pair to port 23; true if this one is to port 2323 behind ten of those: how Mirai looks for default
   * passwords (psad.md 4.3).
   */
  countTelnet(id: number, pair: number, port: number, by: number): boolean {
    if (port !== 23 && port !== 2323) return false
    const key = CLASS_TELNET << 11
    if (port === 23) {
      this.state.countInPage(pair, key, by, id)
      return false
    }
    const page = this.state.pages.find(ownerOfPair(pair), key)
    return page !== 0 && this.state.pages.rows.ints[page * PAGE + G_BITS]! >= TELNET_SYNS
  }

  /** One more source that asked for the port. */
  countPortSource(portClass: number, port: number): void {
    const at = (((portClass << 16) | (port & 0xffff)) + 1) * COUNTER + 2
    this.state.ports.ints[at]!++
    this.state.ports.touch(at)
  }

  /**
   * Adds the packet's protocol to the pair and the source; returns the protocol count that the level rule looks at.
   * `known`: a signature or an invalid type of this packet made psad know the protocol.
   */
  rememberProtocol(
    id: number,
    s: number,
    pair: number,
    p: number,
    protocol: number,
    known: boolean,
  ): number {
    const state = this.state
    const pi = state.pairs.rows.ints
    const ints = state.sources.rows.ints
    const quick = quickBit(protocol)
    if (quick !== 0) {
      if ((pi[p + P_PROTOS]! & quick) === 0)
        pi[p + P_PROTOS] = (pi[p + P_PROTOS]! | quick) + (1 << PROTO_COUNT_SHIFT)
      if ((ints[s + S_PROTOS]! & quick) === 0)
        ints[s + S_PROTOS] = (ints[s + S_PROTOS]! | quick) + (1 << PROTO_COUNT_SHIFT)
    } else {
      const key = protocolKey(protocol)
      const bit = 1 << (protocol & 31)
      if (state.setBit(state.pairs.rows, p + P_PAGES, ownerOfPair(pair), key, bit, id) === 1) {
        pi[p + P_PROTOS]! += 1 << PROTO_COUNT_SHIFT
        if (state.setBit(state.sources.rows, s + S_PAGES, ownerOfSource(id), key, bit, id) === 1)
          ints[s + S_PROTOS]! += 1 << PROTO_COUNT_SHIFT
      }
    }
    if (!this.#psad) return pi[p + P_PROTOS]! >> PROTO_COUNT_SHIFT
    // psad counts a protocol again with each packet unless the pair has an entry for it, and only tcp, udp, udplite and
    // what a signature or an invalid type put there have one (Q5).
    const entry = quick === 0 ? 0 : quick << 24
    let next = pi[p + P_PSAD_PROTOS]!
    if (known) next |= entry
    if (entry === 0 || (next & entry) === 0) next++
    if (protocol === PROTO_TCP || protocol === PROTO_UDP || protocol === PROTO_UDPLITE)
      next |= entry
    pi[p + P_PSAD_PROTOS] = next
    return next & 0xff_ffff
  }

  /** The pair of source and target, made if new; FULL if the source has too many, or there is no room. */
  pairFor(id: number, target: number, rows: Int32Array, o: number): number {
    const state = this.state
    const s = id * SOURCE
    let pair = state.pairs.find(id, target)
    if (pair === 0) {
      if (state.sources.rows.ints[s + S_HOSTS]! >= DESTINATIONS_PER_SOURCE) {
        this.overflow++
        return FULL
      }
      pair = state.newPair(id, target)
      if (pair === FULL) {
        this.overflow++
        return FULL
      }
    }
    const p = pair * PAIR
    const ints = state.pairs.rows.ints
    const name = rows[o + R_CHAIN_NAME]!
    ints[p + P_CHAIN] = name !== 0 ? -name : (rows[o + R_FLAGS]! >> F_CHAIN_SHIFT) & 3
    ints[p + P_INTERFACE] = rows[o + R_IN] !== 0 ? rows[o + R_IN]! : rows[o + R_OUT]!
    state.pairs.rows.touch(p)
    return pair
  }

  /** Gives a source with one destination and one port its pair and pages. */
  materialise(id: number, rows: Int32Array, o: number): void {
    const state = this.state
    const s = id * SOURCE
    const ints = state.sources.rows.ints
    const target = ints[s + S_TARGET]!
    const key = ints[s + S_PORT]! - 1
    const n = ints[s + S_MAX]!
    ints[s + S_TARGET] = 0
    ints[s + S_PORT] = 0
    const kinds = ints[s + S_KINDS]!
    ints[s + S_KINDS] = 0
    const pair = this.pairFor(id, target, rows, o)
    if (pair !== FULL) {
      const p = pair * PAIR
      const pairs = state.pairs.rows
      pairs.ints[p + P_PACKETS]! += n
      pairs.ints[p + P_TOTAL]! += n
      pairs.ints[p + P_ALIVE] = 1
      const portClass = key >> 16
      const port = key & 0xffff
      const protocol =
        portClass === CLASS_TCP
          ? PROTO_TCP
          : portClass === CLASS_UDP
            ? PROTO_UDP
            : portClass === CLASS_UDPLITE
              ? PROTO_UDPLITE
              : port
      pairs.ints[p + P_KINDS]! |= kinds
      if (portClass < 3) {
        pairs.ints[p + P_LOW] = port
        pairs.ints[p + P_HIGH] = port
        const page = (portClass << 11) | (port >> 5)
        const bit = 1 << (port & 31)
        state.setBit(pairs, p + P_PAGES, ownerOfPair(pair), page, bit, id)
        state.setBit(state.sources.rows, s + S_PAGES, ownerOfSource(id), page, bit, id)
        if (portClass === CLASS_TCP && (kinds & (K_SYN | K_CONNECT)) !== 0)
          this.countTelnet(id, pair, port, n)
      }
      const quick = quickBit(protocol)
      if (quick === 0) {
        const page = protocolKey(protocol)
        const bit = 1 << (protocol & 31)
        state.setBit(pairs, p + P_PAGES, ownerOfPair(pair), page, bit, id)
        state.setBit(state.sources.rows, s + S_PAGES, ownerOfSource(id), page, bit, id)
      }
      pairs.ints[p + P_PROTOS] = quick | (1 << PROTO_COUNT_SHIFT)
      const counted = portClass < 3
      const invalid = (ints[s + S_MARKS]! & M_ICMP) === 0 ? 0 : quick << 24
      pairs.ints[p + P_PSAD_PROTOS] = counted ? (quick << 24) | 1 : n | invalid
      pairs.touch(p)
    }
    state.unrefer(target)
  }
}

/** The quick bit of a protocol, 0 for those without one. */
export function quickBit(protocol: number): number {
  switch (protocol) {
    case PROTO_TCP:
      return Q_TCP
    case PROTO_UDP:
      return Q_UDP
    case PROTO_UDPLITE:
      return Q_UDPLITE
    case PROTO_ICMP:
      return Q_ICMP
    case PROTO_ICMPV6:
      return Q_ICMPV6
    default:
      return 0
  }
}
