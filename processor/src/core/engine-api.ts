import type { LineBatch } from './batch.ts'
import type { DangerLevel, Detection } from './detection.ts'
import type { EmitOutline } from './detect/outline.ts'
import type { HealthSeries } from './health/text.ts'
import type { EngineOptions } from './options.ts'
import type { Report, ReportSource } from './report.ts'
import type { PacketRows } from './row.ts'

/** What one `feed` call did with its lines: each line has exactly one result. */
export interface FeedCounts {
  packets: number
  notAPacket: number
  malformed: number
  /** Part of `packets`. */
  ignored: number
}

/** Where a batch came from, for the evidence of its detections. */
export interface FeedContext {
  /** LogQL stream selector (`{job="firewall"}`), undefined where the input is not Loki. */
  readonly selector?: string | undefined
  /** Name of the input. */
  readonly input?: string | undefined
  /**
   * Called with packets after they were taken, some hundred at a time and in their order, for those who draw each of
   * them. The rows are used again afterwards; F_LEFT_OUT marks the ignored ones.
   */
  readonly onRows?: ((rows: PacketRows) => void) | undefined
  /** Called for each detection, with or without `emit`. */
  readonly onOutline?: EmitOutline | undefined
}

/** Running numbers for the metrics; the arrays are sorted, most first, ties by name. */
export interface EngineStats {
  readonly lines: FeedCounts & { readonly read: number }
  /** Sources tracked now at each level 0 to 5. */
  readonly sourcesByLevel: readonly number[]
  readonly sources: number
  readonly evicted: number
  readonly lastPacketSeconds: number | undefined
  readonly packets: readonly { protocol: string; prefix: string; packets: number }[]
  readonly signatures: readonly { sid: number; message: string; count: number }[]
  /** Findings about the logging that hold or held, by check and prefix. */
  readonly health: readonly HealthSeries[]
  readonly topAttackers: readonly { source: string; packets: number; dangerLevel: DangerLevel }[]
  readonly topPorts: readonly { protocol: string; port: number; packets: number; sources: number }[]
}

/** Takes a detection, in order. */
export type Emit = (detection: Detection) => void

/**
 * The detection engine: pure, event time only. The same lines in the same order give the same detections,
 * however they are cut into batches.
 */
export interface EngineApi {
  readonly options: EngineOptions
  /**
   * Parses, tracks and matches; calls `emit` for each detection in order. Without `emit` detections are only counted, which
   * costs less. Never throws for a line.
   */
  feed(batch: LineBatch, emit: Emit | undefined, context?: FeedContext): FeedCounts
  /** Frees what timed out at event time `seconds`; emits nothing and changes no result. */
  expire(seconds: number): void
  report(options?: { readonly all?: boolean; readonly generatedAt?: string }): Report
  /** The state of one source, alive or retained. */
  source(address: string): ReportSource | undefined
  stats(): EngineStats
  /** The whole state as bytes; afterwards `changes()` is empty. */
  full(): Uint8Array
  /** What changed since the last `full()` or `changes()`; undefined if nothing did. */
  changes(): Uint8Array | undefined
  /** The state of a `full()` and the `changes()` that followed it, in order, into an engine that has seen nothing. Throws on damage or another version. */
  restore(chunks: readonly Uint8Array[]): void
}
