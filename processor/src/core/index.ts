/** Picket's detection core: pure, event time only; runs in Node and in a browser. */
import { DEFAULT_ENGINE_OPTIONS } from './options.ts'
import type { EngineOptions } from './options.ts'
import { Engine } from './engine.ts'

export { batchOf, NO_TIME } from './batch.ts'
export type { Labels, LineBatch } from './batch.ts'
export { DANGER_LEVELS, DETECTION_KINDS, SCAN_KINDS } from './detection.ts'
export type {
  DangerLevel,
  Detection,
  DetectionKind,
  EncodedDetection,
  Evidence,
  ScanKind,
} from './detection.ts'
export { Engine } from './engine.ts'
export type { EngineApi, EngineStats, FeedContext, FeedCounts } from './engine-api.ts'
export { feedMerged } from './merge.ts'
export type { MergeInput } from './merge.ts'
export { DEFAULT_ENGINE_OPTIONS, PROFILES } from './options.ts'
export type {
  EngineOptions,
  IgnoreOptions,
  LimitOptions,
  Profile,
  VerdictOptions,
} from './options.ts'
export { LineReader, describe, parseLine } from './packet.ts'
export type { Packet, ParsedLine } from './packet.ts'
export { protocolName } from './protocols.ts'
export type * from './report.ts'
export { isoTime } from './time-text.ts'
export { parsePortRange, parseProtocol } from './track/ignore.ts'

/** An engine with the given options over the defaults. */
export function createEngine(options: Partial<EngineOptions> = {}): Engine {
  return new Engine({ ...DEFAULT_ENGINE_OPTIONS, ...options })
}
