import type { Family } from './model.ts'

/** Hooks whose packets Picket wants to see. */
export const WATCHED_HOOKS = ['input', 'forward'] as const
export type WatchedHook = (typeof WATCHED_HOOKS)[number]

/**
 * A packet as a scanner sends it, from any address to a port that no rule opens. It stands for all packets
 * of its class: a rule for an address, a port or a set takes some of them only.
 */
export interface Probe {
  readonly family: Family
  readonly hook: WatchedHook
  /** The interface, undefined: one that no rule names. */
  readonly in: string | undefined
  readonly out: string | undefined
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'other'
  /** Of connection tracking: a TCP packet without SYN that belongs to nothing is invalid. */
  readonly state: 'new' | 'invalid'
  readonly flags: number
}

type Traffic = Pick<Probe, 'protocol' | 'state' | 'flags'>

/** Name of a class of packets, as findings say it. */
export const TRAFFIC = {
  tcp: { protocol: 'tcp', state: 'new', flags: 2 },
  udp: { protocol: 'udp', state: 'new', flags: 0 },
  icmp: { protocol: 'icmp', state: 'new', flags: 0 },
  other: { protocol: 'other', state: 'new', flags: 0 },
  NULL: { protocol: 'tcp', state: 'invalid', flags: 0 },
  FIN: { protocol: 'tcp', state: 'invalid', flags: 1 },
  XMAS: { protocol: 'tcp', state: 'invalid', flags: 1 | 8 | 32 },
} satisfies Record<string, Traffic>
export type TrafficName = keyof typeof TRAFFIC

export const TRAFFIC_NAMES = Object.keys(TRAFFIC) as TrafficName[]
/** What a default log rule must take. */
export const COMMON = ['tcp', 'udp', 'icmp'] as const satisfies readonly TrafficName[]
/** Scans that connection tracking calls invalid. */
export const STEALTH = ['NULL', 'FIN', 'XMAS'] as const satisfies readonly TrafficName[]
