/** What one push, one stream and one answer may hold: Loki's defaults, but where a reason is given. */
export interface StoreLimits {
  /** Plain bytes of lines and metadata in one push: Loki's burst of 6 MB. Above: 429. */
  readonly maxPushBytes: number
  /** Bytes of a push body, packed or not. Above: 429, and the connection is closed. */
  readonly maxBodyBytes: number
  /** UTF-8 bytes of a line. Above: 400, the other entries are stored. */
  readonly maxLineBytes: number
  readonly maxLabels: number
  readonly maxLabelNameBytes: number
  readonly maxLabelValueBytes: number
  readonly maxMetadataFields: number
  readonly maxMetadataBytes: number
  /** Streams alive at once. Above: 429 for what needs a new one. */
  readonly maxStreams: number
  /** Lines of one answer. */
  readonly maxEntries: number
  readonly maxSeries: number
  /** Series before they are aggregated. Loki has no such bound; a small process needs one. */
  readonly maxInnerSeries: number
  /** Cells (series x steps) of one intermediate result. */
  readonly maxCells: number
  /** Nanoseconds from start to end of a query: 30 days and 1 hour. */
  readonly maxQueryLengthNs: bigint
  readonly maxPoints: number
  /** Queries under way at once. Above: 429. */
  readonly maxQueries: number
  readonly maxTails: number
}

export const DEFAULT_LIMITS: StoreLimits = {
  maxPushBytes: 6 * 1024 * 1024,
  maxBodyBytes: 16 * 1024 * 1024,
  maxLineBytes: 256 * 1024,
  maxLabels: 15,
  maxLabelNameBytes: 1024,
  maxLabelValueBytes: 2048,
  maxMetadataFields: 128,
  maxMetadataBytes: 64 * 1024,
  maxStreams: 5000,
  maxEntries: 5000,
  maxSeries: 500,
  maxInnerSeries: 50_000,
  maxCells: 20_000_000,
  maxQueryLengthNs: (30n * 24n + 1n) * 3_600_000_000_000n,
  maxPoints: 11_000,
  maxQueries: 64,
  maxTails: 10,
}

/** Megabytes of lines kept by default; the oldest go first. */
export const DEFAULT_MAX_BYTES = 256 * 1024 * 1024
