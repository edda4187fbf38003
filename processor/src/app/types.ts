import type { Config } from '../config/schema.ts'
import type { EngineApi, Report } from '../core/index.ts'
import type { LoadedFiles } from '../config/engine-options.ts'
import type { Clock, Sink } from '../pipeline/types.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { ComponentKind, RoutedSource } from './session.ts'

export interface AppDeps {
  readonly logger: Logger
  /** The rules that a configuration asks for. */
  readonly loadFiles: (config: Config) => Promise<LoadedFiles>
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  readonly random?: () => number
  /** Report the whole input, not only scans alive. */
  readonly retain?: boolean
  /** `--now`: seconds since 1970. */
  readonly reference?: number | undefined
  /** No HTTP interface. */
  readonly isQuiet?: boolean
  readonly sourceKinds?: readonly ComponentKind<RoutedSource>[]
  readonly sinkKinds?: readonly ComponentKind<Sink>[]
  readonly outboxMaxBytes?: number
  readonly shutdownTimeoutMs?: number
  /** Folders that may hold the built panel; for tests. */
  readonly panelPlaces?: readonly string[]
  /** Called once for each detection, when it is found. */
  readonly onDetection?: () => void
}

/** A running Picket. `start` once, `stop` once. */
export interface App {
  /** Throws PicketError: state directory in use or damaged, address taken. */
  start(): Promise<void>
  /** Drains, saves, closes. Never rejects. */
  stop(): Promise<void>
  /**
   * Takes over a new configuration; returns the keys that changed, empty if none did. What cannot change while it runs
   * (`stateDir`, `http`) is said and keeps its old value.
   */
  reload(config: Config): Promise<readonly string[]>
  /** Resolves when every input has ended; rejects when Picket cannot go on. */
  readonly finished: Promise<void>
  readonly engine: EngineApi
  /** Address of the HTTP interface; undefined before `start`, or without one. */
  readonly url: string | undefined
  report(options?: { readonly all?: boolean }): Report
  ready(): { readonly ok: boolean; readonly reasons: readonly string[] }
  /** True once the live page shows the Grafana panel. */
  hasPanel(): boolean
  metricsText(): Promise<string>
  /** Detections that no sink of theirs has taken yet. */
  readonly undelivered: number
}
