import type { LevelEntry } from './level-list/entry.ts'
import type { FingerprintTable } from './fingerprint/fingerprint.ts'
import type { Signature } from './signature/signature.ts'
import type { RuleVariables } from './signature/variables.ts'

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

/** Tables in psad's place of the built-in ones (psad.md 4.4, 5.4, 9); absent: the built-in ones. */
export interface TableOptions {
  /** Valid ICMP types and codes, `[type, lowest code, highest code]`. */
  readonly icmpTypes?: readonly (readonly [number, number, number])[]
  readonly icmp6Types?: readonly (readonly [number, number, number])[]
  /** Names of IP protocols by number. */
  readonly protocols?: Readonly<Record<number, string>>
  /** Numbers of IP options by the name that rules use. */
  readonly ipOptions?: Readonly<Record<string, number>>
}

export interface LimitOptions {
  /** Pairs of source and destination at once (psad's MAX_SCAN_IP_PAIRS); 0 = as many as there is room for. */
  readonly pairs?: number
  /** Sources tracked at once; beyond it the least interesting is forgotten and counted. */
  readonly sources: number
  /** Distinct ports remembered for one source. */
  readonly portsPerSource: number
  /** Length of the top lists. */
  readonly metricsTopN: number
}

export interface FingerprintOptions {
  readonly tables: readonly FingerprintTable[]
  /** A packet of a stack that sends a TTL has it, or up to so many less (exclusive). */
  readonly maxHops: number
}

/** Everything that decides what the engine answers. Plain data: the configuration maps onto it. */
export interface EngineOptions {
  readonly profile: Profile
  /** `any`, addresses or CIDRs: networks that are ours. */
  readonly homeNet: readonly string[]
  /** IANA name, `UTC` or `+02:00`: the zone of lines that carry none. */
  readonly zone: string
  /** Regular expression on the line whose groups 1 and 2 are its time and host; '' = the known forms. */
  readonly timePattern: string
  readonly scanTimeoutMs: number
  /** A scan never times out. */
  readonly persistence: boolean
  /** Packets of one source to one destination for levels 1 to 5, inclusive. */
  readonly dangerLevels: readonly [number, number, number, number, number]
  /** Destinations of one source for levels 1 to 5, inclusive; the first 0 = sweeps raise no level. */
  readonly uniqueHosts: readonly [number, number, number, number, number]
  /** Least distance from the lowest to the highest port for a scan (psad's PORT_RANGE_SCAN_THRESHOLD). */
  readonly portRangeScan: number
  /** IP protocols of one pair for a protocol scan (psad's PROTOCOL_SCAN_THRESHOLD). */
  readonly protocolScan: number
  /** Sources below it are in no report, and above 1 no detection below it is emitted (psad's MIN_DANGER_LEVEL). */
  readonly minDangerLevel: number
  /** False: IPv6 packets are ignored. */
  readonly ipv6: boolean
  /** Regular expressions of which one must be found in a line; none = every line. Lines without are no packets of ours. */
  readonly requireText: readonly string[]
  /** Criteria of `PacketFilter`: packets that do not fit are ignored; '' = none. */
  readonly where: string
  /** `strip`: the `[ 12.345]` of the kernel is no part of the prefix. */
  readonly kernelTimestamps: 'strip' | 'keep'
  /** UDP answers of resolvers, time and QUIC servers are no scan (profile picket). */
  readonly replyRule: boolean
  /** A SYN without TCP options where options were logged before is masscan's mark (psad.md 1.8). */
  readonly expectTcpOptions: boolean
  /** What stands before the sid in prefixes of fwsnort (`SID`); '' = not looked for. */
  readonly fwsnortMark: string
  /** Values of `$NAME` in rules, over the usual ones. */
  readonly variables: RuleVariables
  /** Levels given to addresses beforehand (auto_dl and reputation lists). */
  readonly levels: readonly LevelEntry[]
  readonly tables: TableOptions
  readonly ignore: IgnoreOptions
  /** Judge the logging itself by the lines. */
  readonly health: boolean
  readonly verdicts: VerdictOptions
  readonly limits: LimitOptions
  readonly signatures: readonly Signature[]
  readonly fingerprints: FingerprintOptions
  /** Payload sizes for `dsize` by the real headers instead of psad's shares (psad.md Q2). */
  readonly exactSizes: boolean
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
  timePattern: '',
  scanTimeoutMs: 3_600_000,
  persistence: false,
  dangerLevels: [5, 15, 150, 1500, 10_000],
  uniqueHosts: [10, 20, 50, 100, 500],
  portRangeScan: 1,
  protocolScan: 5,
  minDangerLevel: 1,
  ipv6: true,
  requireText: [],
  where: '',
  kernelTimestamps: 'strip',
  expectTcpOptions: true,
  replyRule: true,
  fwsnortMark: 'SID',
  variables: {},
  exactSizes: false,
  levels: [],
  tables: {},
  ignore: { ports: [], protocols: [], interfaces: [], prefixes: [], networks: [], ackAndRst: true },
  health: true,
  verdicts: { drop: [], accept: [], audit: [] },
  limits: { pairs: 0, sources: 1_000_000, portsPerSource: 65_536, metricsTopN: 50 },
  signatures: [],
  fingerprints: { tables: [], maxHops: 20 },
  retain: false,
  seed: 0,
}
