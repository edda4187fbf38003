import type { DangerLevel } from '../detection.ts'

/** Which packets of an address an entry is about: those of a protocol, with a destination port in a range where it has one. */
export interface Criterion {
  /** IP protocol number. */
  readonly protocol: number
  readonly low: number
  readonly high: number
}

/** A level given to addresses beforehand: a line of auto_dl, or a reputation list's. */
export interface LevelEntry {
  /** An address or a network, as text. */
  readonly network: string
  /** 0: packets that fit are ignored; 1 to 5: the source has at least this level. */
  readonly level: DangerLevel
  /** None = every packet. */
  readonly criteria: readonly Criterion[]
  /** Named in reasons: `auto_dl`, or the list's name. */
  readonly list: string
}

export const ALL_PORTS = { low: 0, high: 0xffff } as const
