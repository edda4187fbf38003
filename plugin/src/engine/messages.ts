import type { DetectionSettings } from '../data/detection-settings'
import type { Part } from '../data/part'

/** What the detection core is told before the first line. Plain data: it goes to a worker. */
export interface RunStart {
  readonly settings: DetectionSettings
  /** LogQL stream selector and data source of the lines, for evidence. */
  readonly selector: string | undefined
  readonly datasource: string | undefined
  /** Label `host` of the streams that slices name. */
  readonly hosts: readonly string[]
  /** Seconds since 1970: the newest time that a line without a year can have. */
  readonly reference: number
  /** Detections are kept as lines of JSON, as the processor writes them. */
  readonly detections: boolean
}

/** Some thousand lines as bytes, a line break behind each; the arrays may be longer than `count`. */
export interface Slice {
  readonly count: number
  readonly bytes: Uint8Array<ArrayBuffer>
  /** from, to, from, to, … */
  readonly at: Int32Array<ArrayBuffer>
  readonly seconds: Int32Array<ArrayBuffer>
  readonly nanos: Int32Array<ArrayBuffer>
  readonly host: Uint16Array<ArrayBuffer>
}

/** What the core found in the lines so far. */
export interface Findings {
  readonly part: Part
  /** Empty unless asked for. */
  readonly detections: readonly string[]
}

/** Each run has a number; a new one takes the place of the old, whose answers nobody waits for any more. */
export type ToWorker = { readonly run: number } & (
  | { readonly type: 'start'; readonly start: RunStart }
  | { readonly type: 'slice'; readonly slice: Slice }
  /** The picture so far; `isLast`: no more lines come. */
  | { readonly type: 'findings'; readonly isLast: boolean }
)

export type FromWorker = { readonly run: number } & (
  | { readonly type: 'started' }
  /** A slice was taken; its memory comes back. */
  | { readonly type: 'taken'; readonly slice: Slice }
  | { readonly type: 'findings'; readonly findings: Findings }
  | { readonly type: 'failed'; readonly message: string }
)
