import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts'
import type { CrashPoints } from '../checkpoint/crash-points.ts'
import type { Outbox } from '../checkpoint/outbox.ts'
import type { LoadedCheckpoint } from '../checkpoint/types.ts'
import type { EngineApi } from '../core/engine-api.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { PipelineEvents } from './events.ts'
import type { Clock, Sink, Source } from './types.ts'

/** All that a pipeline works with; it builds none of it. */
export interface PipelineOptions {
  /** An engine that has seen nothing. */
  readonly engine: EngineApi
  readonly sources: readonly Source[]
  readonly sinks: readonly Sink[]
  readonly store: CheckpointStore
  readonly outbox: Outbox
  /** What the store had; undefined on the first run. */
  readonly loaded: LoadedCheckpoint | undefined
  /** Seconds since 1970, see `CheckpointMeta`. */
  readonly firstStart: number
  /** Digest of the engine's options. */
  readonly fingerprint: string
  /** Undelivered detections on disk; at this bound reading stops until sinks catch up. */
  readonly outboxMaxBytes: number
  /** How long `stop` waits for sinks. */
  readonly shutdownTimeoutMs: number
  readonly clock: Clock
  readonly logger: Logger
  readonly events: PipelineEvents
  /** Numbers from 0 up to but not including 1, for the jitter of retries. */
  readonly random: () => number
  readonly crash: CrashPoints
}
