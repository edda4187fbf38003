import type { CrashPoints } from './crash-points.ts'

/** Where one input continues. `type` guards against a name that now belongs to another kind of input. */
export interface SavedSource {
  readonly type: string
  /** Opaque plain JSON of that input. */
  readonly position: { readonly kind: string }
}

/** How far one sink has come in the outbox, and what its output looked like then. */
export interface SavedSink {
  readonly type: string
  readonly offset: number
  /** Detections before that offset. */
  readonly done: number
  /** Of a sink that appends: its own word for the length of its output. */
  readonly mark?: unknown
}

/** Everything of a checkpoint but the engine's state. */
export interface CheckpointMeta {
  /** Wall clock of the first run, seconds since 1970: the reference for lines without a year. */
  readonly firstStart: number
  /** Wall clock in ms when this was taken. */
  readonly savedAt: number
  /** Digest of the engine's options; another one is said at start. */
  readonly fingerprint: string
  /** Length of the outbox in bytes since the first run: what lies behind it never happened. */
  readonly outbox: number
  /** Detections in that length. */
  readonly detections: number
  readonly sources: Readonly<Record<string, SavedSource>>
  readonly sinks: Readonly<Record<string, SavedSink>>
}

/** A checkpoint as it was found at start. */
export interface LoadedCheckpoint {
  readonly meta: CheckpointMeta
  /** One full state and the changes that followed it, for `engine.restore`. */
  readonly engine: readonly Uint8Array[]
}

/** What the checkpoint and the outbox need besides their folder. */
export interface DiskOptions {
  readonly directory: string
  readonly crash: CrashPoints
}
