/** What is judged of the logging itself; the order gives each its number in snapshots and ids: append only. */
export const HEALTH_CHECKS = [
  'rate-limited',
  'no-tcp-options',
  'one-chain',
  'accepted-traffic',
  'clock-jump',
  'no-time',
] as const
export type HealthCheck = (typeof HEALTH_CHECKS)[number]

export const RATE_LIMITED = 0
export const NO_TCP_OPTIONS = 1
export const ONE_CHAIN = 2
export const ACCEPTED_TRAFFIC = 3
export const CLOCK_JUMP = 4
export const NO_TIME_AT_ALL = 5

/** What a clock did: lines went back by so many seconds, or are dated so many seconds later (earlier, if negative) than received. */
export const CLOCK_BACK = 0
export const CLOCK_OFF = 1

/** Checks that speak of all lines, not of a prefix: their series are known beforehand. */
export const CHECKS_WITHOUT_PREFIX: readonly HealthCheck[] = ['one-chain', 'clock-jump', 'no-time']

const DAY_S = 86_400

/** Every number that a finding hangs on. */
export const HEALTH = {
  /**
   * Variance of the time that m packets take, as a part of what unrelated arrivals (Poisson) would show, over 16 stretches of m.
   * Limited logs of busy hosts lie at 0.01 to 0.15, real traffic above 0.4 and mostly above 3. Unrelated arrivals fall below 0.05
   * once in twenty million times, below 0.08 once in a million; the shortest stretches are tried most often.
   */
  spread: [0.05, 0.08, 0.08, 0.08],
  /**
   * Of 256 packets: senders, flows (source, destination, port), and flows not among the 256 before. Clockwork of a few machines
   * (heartbeats, a slow scanner, broadcasts of an office) is as even as a limit but always the same flows.
   */
  senders: 16,
  flows: 32,
  newFlows: 16,
  /** A ceiling is gone when so many packets more than it allows came: more than any burst in use, in thousandths of a packet. */
  overCeiling: 256_000,
  /** ... or when nothing confirmed it for this long (and twice the time that confirming takes): less is sent than may be written. */
  plateauForgottenS: DAY_S,
  /** SYN packets that are longer than bare headers, so that options were sent, and none is in the line. */
  syns: 50,
  /** Packets of one chain and none of the other, over at least this long. */
  oneChain: 1000,
  oneChainS: 3600,
  /** Packets of one look at verdicts; the share of accepted ones that raises the finding, and the one that ends it. */
  window: 1000,
  acceptedFrom: 500,
  acceptedUntil: 300,
  /** Neighbouring lines of a host: syslog relays and rotation mix by seconds, a late flush by a few minutes. */
  backS: 600,
  /** A clock is right again after a day in order. */
  orderS: DAY_S,
  /** A line dated later than it was received: no buffer does that. */
  aheadS: 600,
  /** Time zones differ by quarters of an hour, and by half an hour at least; lines come within a minute of being written. */
  zoneStepS: 900,
  zoneLeastS: 1800,
  zoneSlackS: 60,
  /** So many lines in a row, over this long: a backlog that is read at once is not a clock that is wrong. */
  run: 100,
  runS: 600,
  /** Of one check and prefix one detection a day at most. */
  quietS: DAY_S,
} as const
