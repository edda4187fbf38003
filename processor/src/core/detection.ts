export const DETECTION_KINDS = [
  'scan',
  'sweep',
  'signature',
  'level',
  'logging-health',
  'campaign',
  'block',
  'unblock',
] as const
export type DetectionKind = (typeof DETECTION_KINDS)[number]

export const SCAN_KINDS = [
  'syn',
  'connect',
  'fin',
  'null',
  'xmas',
  'ack',
  'udp',
  'icmp',
  'protocol',
  'topera',
  'masscan',
  'mirai',
] as const
export type ScanKind = (typeof SCAN_KINDS)[number] | 'other'

export type DangerLevel = 0 | 1 | 2 | 3 | 4 | 5
export const DANGER_LEVELS: readonly DangerLevel[] = [0, 1, 2, 3, 4, 5]

/** LogQL and time range that show the very lines. Times are ISO 8601 UTC, `to` is exclusive. */
export interface Evidence {
  readonly query: string
  readonly from: string
  readonly to: string
}

/**
 * Something worth telling a person, version 1 of the detection event in spec form: this object, as one line of
 * JSON with its keys in this order, is what every sink writes.
 */
export interface Detection {
  readonly v: 1
  /** Stable: the same input and configuration give the same id. 32 hex digits. */
  readonly id: string
  /** ISO 8601 UTC with as many decimals as the line had (0, 3, 6 or 9). */
  readonly time: string
  readonly kind: DetectionKind
  readonly scan?: ScanKind
  /** Absent where the detection is of no source: `logging-health`. */
  readonly source?: string
  readonly destination?: string
  readonly destinations?: number
  readonly dangerLevel: DangerLevel
  readonly previousLevel: DangerLevel
  readonly packets: number
  /** Ports as merged ranges by protocol, at most 100 ranges in all. */
  readonly ports?: Readonly<Record<string, readonly string[]>>
  readonly portsTruncated?: true
  readonly protocols: readonly string[]
  readonly sid?: number
  readonly message?: string
  readonly reasons: readonly string[]
  readonly evidence?: Evidence
  readonly firstSeen: string
  readonly lastSeen: string
  readonly host?: string
  readonly prefix?: string
  readonly interface?: string
  readonly chain?: string
  readonly os?: string
  readonly country?: string
  readonly asn?: string
  readonly hostname?: string
}

/** A detection on its way: encoded once, its bytes never change. */
export interface EncodedDetection {
  readonly id: string
  readonly kind: DetectionKind
  readonly dangerLevel: DangerLevel
  /** Event time, nanoseconds since 1970, 19 digits. */
  readonly ns: string
  /** The event as one line of JSON, no line break. */
  readonly json: string
  /** Wall clock in ms when the line became readable, for the latency histogram; undefined after a restart. */
  readonly readableAt?: number
}
