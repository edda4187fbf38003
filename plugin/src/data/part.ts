import type { Activity, Attacker, InputKind, Level, Moment, PortRow, SignatureRow } from './model'

/** What one input says; its numbers (`source` of activity and moments) are places in its own `attackers`. */
export interface Part {
  readonly kind: InputKind
  readonly attackers: readonly PartAttacker[]
  readonly ports: readonly PortRow[]
  readonly signatures: readonly SignatureRow[]
  readonly activity: Activity
  readonly moments: readonly Moment[]
  readonly addresses: readonly string[]
  readonly protocols: readonly string[]
  /** Sources at each level, where it knows more than its attackers. */
  readonly levels?: readonly number[] | undefined
  readonly lines?: { readonly read: number; readonly packets: number; readonly malformed: number }
}

/** An attacker of one input; `level` is undefined where that input knows none. */
export type PartAttacker = Omit<Attacker, 'index' | 'level'> & { readonly level: Level | undefined }

/** An attacker of whom nothing is known but the address. */
export const UNKNOWN_ATTACKER: Omit<PartAttacker, 'source'> = {
  level: undefined,
  packets: 0,
  destinationCount: 0,
  destinations: [],
  ports: [],
  portsTruncated: false,
  kinds: [],
  signatures: [],
  reasons: [],
  firstSeen: Number.NaN,
  lastSeen: Number.NaN,
  detections: 0,
}
