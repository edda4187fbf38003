import type { EncodedDetection } from '../core/detection.ts'
import type { FeedCounts } from '../core/engine-api.ts'

/** What the facts of one batch are, apart from what the engine made of its lines. */
export interface BatchFacts {
  readonly duplicates: number
  readonly late: number
  readonly lagSeconds: number | undefined
  /** Newest time of an entry, seconds since 1970; undefined where entries carry none, or nothing was a packet. */
  readonly newestSeconds: number | undefined
}

/** Everything that the pipeline counts. `telemetry/` turns it into metrics; tests keep a list. */
export interface PipelineEvents {
  fed(input: string, counts: FeedCounts, facts: BatchFacts): void
  inputUp(input: string, isUp: boolean): void
  /** A detection is in the outbox; it reaches sinks once a checkpoint holds it. */
  detected(event: EncodedDetection): void
  /** These detections can no longer be lost or change: the moment for the live page. */
  durable(events: readonly EncodedDetection[]): void
  sinkUp(sink: string, isUp: boolean): void
  sinkDelivered(sink: string, count: number): void
  sinkDropped(sink: string, count: number): void
  sinkRetried(sink: string): void
  /** How many detections wait for this sink. */
  sinkQueue(sink: string, length: number): void
  /** From the line being readable to the detection being accepted. */
  latency(sink: string, seconds: number): void
  /** Reading stands still because the outbox is full, or goes on. */
  readingPaused(isPaused: boolean): void
  checkpointed(at: number, bytes: number): void
}

export const noPipelineEvents: PipelineEvents = {
  fed() {},
  inputUp() {},
  detected() {},
  durable() {},
  sinkUp() {},
  sinkDelivered() {},
  sinkDropped() {},
  sinkRetried() {},
  sinkQueue() {},
  latency() {},
  readingPaused() {},
  checkpointed() {},
}
