import type { Signature } from './signature/signature.ts'

export const PROFILES = ['picket', 'psad'] as const
export type Profile = (typeof PROFILES)[number]

/** What is left out of all accounting but lines, packets and prefixes (psad.md 2.4). */
export interface IgnoreOptions {
  /** `tcp/22`, `udp/53`, `tcp/61000-61356`, or `22` for both: destination ports. */
  readonly ports: readonly string[]
  /** Names or numbers: `icmp6`, `2`, `igmp`. */
  readonly protocols: readonly string[]
  /** Exact interface names, as in IN= (OUT= for outgoing packets). */
  readonly interfaces: readonly string[]
  /** Regular expressions searched in the prefix. */
  readonly prefixes: readonly string[]
  /** Sources: addresses or CIDRs. */
  readonly networks: readonly string[]
  /** TCP packets with ACK or RST set (psad's IGNORE_CONNTRACK_BUG_PKTS); default true. */
  readonly ackAndRst?: boolean
}

/** Regular expressions on the prefix, tried before the built-in ones. */
export interface VerdictOptions {
  readonly drop: readonly string[]
  readonly accept: readonly string[]
  readonly audit: readonly string[]
}

export interface LimitOptions {
  /** Sources tracked at once; beyond it the least interesting is forgotten and counted. */
  readonly sources: number
  /** Distinct ports remembered for one source. */
  readonly portsPerSource: number
  /** Length of the top lists. */
  readonly metricsTopN: number
}

/** Everything that decides what the engine answers. Plain data: the configuration maps onto it. */
export interface EngineOptions {
  readonly profile: Profile
  /** `any`, addresses or CIDRs: networks that are ours. */
  readonly homeNet: readonly string[]
  /** IANA name, `UTC` or `+02:00`: the zone of lines that carry none. */
  readonly zone: string
  readonly scanTimeoutMs: number
  /** A scan never times out. */
  readonly persistence: boolean
  /** Packets of one source to one destination for levels 1 to 5, inclusive. */
  readonly dangerLevels: readonly [number, number, number, number, number]
  /** Destinations of one source for levels 1 to 5, inclusive. */
  readonly uniqueHosts: readonly [number, number, number, number, number]
  readonly ignore: IgnoreOptions
  readonly verdicts: VerdictOptions
  readonly limits: LimitOptions
  readonly signatures: readonly Signature[]
  /**
   * Keep the ports, destinations and counts of ended scans, so that `report()` speaks of the whole input
   * (analyze, backfill); false: only scans alive (run).
   */
  readonly retain: boolean
  /** Keys the hash tables so that nobody can prepare colliding addresses; no result depends on it. */
  readonly seed: number
}

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  profile: 'picket',
  homeNet: ['any'],
  zone: 'UTC',
  scanTimeoutMs: 3_600_000,
  persistence: false,
  dangerLevels: [5, 15, 150, 1500, 10_000],
  uniqueHosts: [10, 20, 50, 100, 500],
  ignore: { ports: [], protocols: [], interfaces: [], prefixes: [], networks: [], ackAndRst: true },
  verdicts: { drop: [], accept: [], audit: [] },
  limits: { sources: 1_000_000, portsPerSource: 65_536, metricsTopN: 50 },
  signatures: [],
  retain: false,
  seed: 0,
}
