import type { Condition } from './condition.ts'

/** Of a packet. A table of family `inet` sees both. */
export type Family = 'ip' | 'ip6'
export type TableFamily = Family | 'inet'

/** Where something stands, line from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  /** Of an object in `nft -j`, whose text has no lines of use. */
  readonly handle?: number
}

/** How many packets pass a rate limit. */
export interface Limit {
  readonly perMinute: number
  readonly burst: number
  /** One bucket a source (hashlimit), not one for all. */
  readonly perSource: boolean
}

export interface Log {
  /** Where the lines go: the kernel log, a netlink group (NFLOG, ulogd), or the audit log. */
  readonly to: 'kernel' | 'netlink' | 'audit'
  readonly prefix: string
  readonly tcpOptions: boolean
  readonly ipOptions: boolean
  readonly tcpSequence: boolean
  /** The listing names the target but hides its options. */
  readonly isOpaque?: boolean
}

export type Verdict = 'accept' | 'drop' | 'reject'

/** What ends the way of a packet through a chain. */
export type Decision =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }

export interface MapEntry {
  readonly condition: Condition
  readonly decision: Decision
}

/** The parts of a rule, from left to right: what a condition refuses does not come to the parts behind it. */
export type Step =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'limit'; readonly limit: Limit }
  | { readonly kind: 'log'; readonly log: Log }
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
  | Decision

export interface Rule {
  readonly place: Place
  readonly steps: readonly Step[]
  /** As written, without chain. */
  readonly text: string
  /** The words of an iptables rule behind the chain's name. */
  readonly words?: readonly string[]
  /** The comparisons of an nft rule that begins with all of them, as text. */
  readonly comparisons?: string
}

export const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const
export type Hook = (typeof HOOKS)[number]

/** A chain that the kernel calls. */
export interface Base {
  readonly hook: Hook
  readonly priority: number
  /** Chains of type nat see the first packet of a connection only, and decide nothing. */
  readonly isFilter: boolean
}

export interface Chain {
  readonly family: TableFamily
  readonly table: string
  readonly name: string
  readonly syntax: 'iptables' | 'nft'
  readonly place: Place
  base: Base | undefined
  policy: 'accept' | 'drop'
  readonly rules: Rule[]
}

/** The text cannot be trusted from here on. */
export interface Damage extends Place {
  readonly column: number
  /** The value, and what was expected. */
  readonly message: string
}

/** A table of an iptables-restore file that has no COMMIT. */
export interface Unclosed extends Place {
  readonly table: string
  readonly family: Family
}

/** What a reader makes of one text. */
export interface Reading {
  readonly chains: readonly Chain[]
  readonly damages: readonly Damage[]
  readonly unclosed: readonly Unclosed[]
}

/** Damages beyond these are not listed. */
export const MAX_DAMAGES = 20

export function chainKey(family: TableFamily, table: string, name: string): string {
  return `${family} ${table} ${name}`
}
