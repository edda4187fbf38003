import type { EngineOptions } from '../options.ts'
import type { Crossing } from './crossing.ts'
import { step } from './danger.ts'
import { K_PROTOCOL } from './kinds.ts'
import {
  P_HIGH,
  P_KINDS,
  P_LOW,
  P_PROTOS,
  PROTO_COUNT_SHIFT,
  S_ALL_EMITTED,
  S_EMITTED,
  S_HOSTS,
  S_KINDS,
  S_MAX,
  S_SWEEP,
  S_TOP_HOSTS,
  S_TOP_MAX,
} from './layout.ts'
import { portClassOf } from './port-class.ts'
import type { State } from './state.ts'

/** The levels that numbers of packets, ports, protocols and destinations give (psad.md 3.2), and the kinds of scan that hold with them. */
export class Thresholds {
  readonly #state: State
  readonly #crossing: Crossing
  readonly #psad: boolean
  readonly #dangerLevels: EngineOptions['dangerLevels']
  readonly #uniqueHosts: EngineOptions['uniqueHosts']
  readonly #portRangeScan: number
  readonly #protocolScan: number

  /** `crossing`: where new kinds and the sweep are noted. */
  constructor(state: State, options: EngineOptions, crossing: Crossing) {
    this.#state = state
    this.#crossing = crossing
    this.#psad = options.profile === 'psad'
    this.#dangerLevels = options.dangerLevels
    this.#uniqueHosts = options.uniqueHosts
    this.#portRangeScan = options.portRangeScan
    this.#protocolScan = options.protocolScan
  }

  /** The level of a source with one destination and one port: no span, so only what has no ports can be a scan. */
  ofSingle(s: number, n: number, protocol: number, port: number): number {
    if (n < this.#dangerLevels[0]) return 0
    const hasPort = port >= 0 && portClassOf(protocol) >= 0
    // psad takes the packets for the span where the highest port is 0 (Q47).
    const span = hasPort && (port > 0 || !this.#psad) ? 0 : n
    // psad counts packets of a protocol without ports as protocols (Q5).
    const protocols = this.#psad && portClassOf(protocol) < 0 ? n : 1
    if (span < this.#portRangeScan && protocols < this.#protocolScan) return 0
    const ints = this.#state.sources.rows.ints
    if (n > ints[s + S_TOP_MAX]!) ints[s + S_TOP_MAX] = n
    const news = ints[s + S_KINDS]! & ~ints[s + S_EMITTED]!
    this.#crossing.newKinds = news
    ints[s + S_EMITTED]! |= news
    ints[s + S_ALL_EMITTED]! |= news
    return Math.max(1, step(n, this.#dangerLevels))
  }

  /** The level of a source by the pair at `p`, which has `n` packets and `protocols` protocols, and by its destinations. */
  ofPair(s: number, p: number, n: number, protocols: number): number {
    const ints = this.#state.sources.rows.ints
    const pi = this.#state.pairs.rows.ints
    const hosts = ints[s + S_HOSTS]!
    const sweeping = this.#uniqueHosts[0] > 0 && hosts >= this.#uniqueHosts[0]
    if (!sweeping) {
      if (n < this.#dangerLevels[0]) return 0
      const high = pi[p + P_HIGH]!
      const hasPorts = this.#psad ? high > 0 : high >= 0
      const span = hasPorts ? high - pi[p + P_LOW]! : n
      if (span < this.#portRangeScan && protocols < this.#protocolScan) return 0
    }
    let kinds = pi[p + P_KINDS]!
    if (pi[p + P_PROTOS]! >> PROTO_COUNT_SHIFT >= this.#protocolScan) kinds |= K_PROTOCOL
    const news = kinds & ~ints[s + S_EMITTED]!
    if (news !== 0) {
      this.#crossing.newKinds = news
      ints[s + S_EMITTED]! |= news
      ints[s + S_ALL_EMITTED]! |= news
    }
    const max = ints[s + S_MAX]!
    if (max > ints[s + S_TOP_MAX]!) ints[s + S_TOP_MAX] = max
    if (!sweeping) return Math.max(1, step(n, this.#dangerLevels))
    const reached = step(hosts, this.#uniqueHosts)
    if (reached > ints[s + S_SWEEP]!) {
      ints[s + S_SWEEP] = reached
      this.#crossing.sweep = reached
    }
    if (hosts > ints[s + S_TOP_HOSTS]!) ints[s + S_TOP_HOSTS] = hosts
    return Math.max(1, step(max, this.#dangerLevels), reached)
  }
}
