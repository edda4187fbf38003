/** What the panel shows: one prepared model, whatever the queries brought. Times are ms since 1970. No DOM, no Grafana code. */

export type InputKind = 'detections' | 'metrics' | 'lines'
export type Level = 0 | 1 | 2 | 3 | 4 | 5
export const LEVELS: readonly Level[] = [0, 1, 2, 3, 4, 5]

/** Where a value came from, for data links and actions. */
export interface RowRef {
  /** Index into `data.series`. */
  readonly frame: number
  readonly row: number
}

/** LogQL and time range that return the very lines. */
export interface Evidence {
  readonly query: string
  readonly from: number
  /** Exclusive. */
  readonly to: number
  /** Loki data source; undefined where only the options can say. */
  readonly datasource?: string | undefined
}

/** Ports of one protocol, ends included. */
export interface PortRange {
  readonly protocol: string
  readonly low: number
  readonly high: number
}

export interface SignatureHit {
  readonly sid: number
  readonly message: string
  /** Matches; 0 where only the fact is known. */
  readonly count: number
}

export interface DestinationRow {
  readonly address: string
  /** 0 where unknown: an event's packets may be those of several destinations. */
  readonly packets: number
  /** Sorted, merged. */
  readonly ports: readonly PortRange[]
  readonly signatures: readonly SignatureHit[]
  readonly chain?: string | undefined
  readonly interface?: string | undefined
}

export interface Attacker {
  /** Place in `Model.attackers` before any sorting; `Activity.source` names it. */
  readonly index: number
  readonly source: string
  readonly level: Level
  readonly packets: number
  /** At least so many; `destinations` may know fewer by name. */
  readonly destinationCount: number
  readonly destinations: readonly DestinationRow[]
  /** Sorted by protocol and port, merged. */
  readonly ports: readonly PortRange[]
  /** True if the input cut the list. */
  readonly portsTruncated: boolean
  /** Kinds of scan: syn, udp, sweep … */
  readonly kinds: readonly string[]
  readonly signatures: readonly SignatureHit[]
  readonly reasons: readonly string[]
  readonly os?: string | undefined
  readonly country?: string | undefined
  readonly asn?: string | undefined
  readonly hostname?: string | undefined
  /** NaN where the input knows no times. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly detections: number
  readonly evidence?: Evidence | undefined
  /** First row that this attacker was made of, if there is one. */
  readonly row?: RowRef | undefined
}

export interface PortRow {
  readonly protocol: string
  readonly port: number
  readonly packets: number
  /** 0 where unknown. */
  readonly sources: number
  /** Highest level of its sources; undefined where the input knows none. */
  readonly level: Level | undefined
  readonly evidence?: Evidence | undefined
  readonly row?: RowRef | undefined
}

export interface SignatureRow extends SignatureHit {
  readonly sources: number
  /** Highest level of its sources; undefined where the input knows none. */
  readonly level: Level | undefined
  readonly evidence?: Evidence | undefined
  readonly row?: RowRef | undefined
}

/**
 * What happened when, in columns, sorted by time: one row a packet (raw lines), or one a range of ports of an event
 * (detections), or a port's growth in a step (metrics).
 */
export interface Activity {
  readonly length: number
  /** ms since 1970. */
  readonly time: Float64Array
  /** Index into `Model.attackers`, -1: none of them. */
  readonly source: Int32Array
  /** Index into `Model.addresses`, -1: unknown. */
  readonly destination: Int32Array
  /** Index into `Model.protocols`, -1: unknown. */
  readonly protocol: Int16Array
  /** -1: no port. */
  readonly low: Int32Array
  readonly high: Int32Array
  readonly packets: Float64Array
}

/** A detection on the time axis: levels over time. Sorted by time. */
export interface Moment {
  readonly time: number
  /** Index into `Model.attackers`, -1: none. */
  readonly source: number
  readonly level: Level
  readonly previousLevel: Level
  readonly kind: string
}

/** Something wrong with the data, that a person can act on. Texts hold no secrets and may hold an attacker's text. */
export interface Problem {
  readonly code:
    | 'unequal-lengths'
    | 'missing-field'
    | 'wrong-type'
    | 'bad-event'
    | 'bad-option'
    | 'not-understood'
    | 'truncated'
  /** Query or frame, a field's name, what was found: for the text. */
  readonly where: string
  readonly detail: string
  /** How many rows it concerns. */
  readonly count: number
}

export interface Model {
  /** Which of the three inputs were seen, best first. Empty: no data. */
  readonly inputs: readonly InputKind[]
  /** Most dangerous first, then most packets, then by address. */
  readonly attackers: readonly Attacker[]
  readonly ports: readonly PortRow[]
  readonly signatures: readonly SignatureRow[]
  /** Sources at each level, 0 to 5. */
  readonly levels: readonly number[]
  readonly activity: Activity
  readonly moments: readonly Moment[]
  /** Destinations by number. */
  readonly addresses: readonly string[]
  readonly protocols: readonly string[]
  /** Query's limit, if it was reached: only the newest so many lines are known, and counts are minimum. */
  readonly limit?: number | undefined
  /** Raw lines only. */
  readonly lines?: { readonly read: number; readonly packets: number; readonly malformed: number }
  readonly problems: readonly Problem[]
}

export const NO_ACTIVITY: Activity = {
  length: 0,
  time: new Float64Array(0),
  source: new Int32Array(0),
  destination: new Int32Array(0),
  protocol: new Int16Array(0),
  low: new Int32Array(0),
  high: new Int32Array(0),
  packets: new Float64Array(0),
}

export const EMPTY_MODEL: Model = {
  inputs: [],
  attackers: [],
  ports: [],
  signatures: [],
  levels: [0, 0, 0, 0, 0, 0],
  activity: NO_ACTIVITY,
  moments: [],
  addresses: [],
  protocols: [],
  problems: [],
}
