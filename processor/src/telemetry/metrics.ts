import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EngineStats, FeedCounts } from '../core/engine-api.ts'
import {
  DANGER_LEVELS,
  DETECTION_KINDS,
  type DangerLevel,
  type DetectionKind,
} from '../core/detection.ts'
import { CHECKS_WITHOUT_PREFIX } from '../core/health/checks.ts'
import type { HealthSeries } from '../core/health/text.ts'
import { createEngineMetrics } from './engine-metrics.ts'
import { addProcessMetrics } from './process-metrics.ts'

export const LINE_RESULTS = ['packet', 'not_a_packet', 'malformed', 'ignored', 'duplicate'] as const

export interface MetricsOptions {
  readonly version: string
  /** Wall clock in ms. */
  readonly now: () => number
  /** Names from the configuration; their series begin at 0. */
  readonly inputs?: readonly string[]
  readonly sinks?: readonly string[]
  /** Loaded signatures; their series begin at 0. */
  readonly signatures?: readonly { readonly sid: number; readonly message: string }[]
  /** Length of the top lists (`limits.metricsTopN`). */
  readonly topN?: number
}

/** What the pipeline says of one input. */
export interface InputMetrics {
  up(isUp: boolean): void
  /** Each line of a batch once; `ignored` is a part of `packets`. */
  lines(counts: FeedCounts): void
  duplicates(count: number): void
  late(count: number): void
  lag(seconds: number): void
  /** Event time of the newest packet, seconds since 1970. */
  lastPacket(seconds: number): void
}

/** What the pipeline says of one sink. */
export interface SinkMetrics {
  up(isUp: boolean): void
  delivered(count: number): void
  dropped(count: number): void
  retried(): void
  queue(length: number): void
  /** From the line being readable to the detection being accepted. */
  latency(seconds: number): void
}

export interface Metrics {
  readonly registry: Registry
  input(name: string): InputMetrics
  sink(name: string): SinkMetrics
  detection(kind: DetectionKind, level: DangerLevel): void
  /** Counters grow by what is new since the last call; after a call with smaller numbers they go on from there. */
  updateFromEngine(stats: EngineStats): void
  /** A checkpoint became durable at this wall clock time (ms). */
  checkpointSaved(atMs: number): void
  /** What holds (1) and what held (0). */
  loggingHealth(findings: readonly HealthSeries[]): void
  /** The text that Prometheus reads. */
  text(): Promise<string>
}

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

/** Every metric of Picket, in a registry of its own. Closed label sets begin at 0, so that `increase()` sees the first event. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]

  const lines = new Counter({
    name: 'picket_lines_total',
    help: 'Lines read, by what they were.',
    labelNames: ['input', 'result'],
    registers,
  })
  const detections = new Counter({
    name: 'picket_detections_total',
    help: 'Detections emitted.',
    labelNames: ['kind', 'danger_level'],
    registers,
  })
  for (const kind of DETECTION_KINDS) {
    for (const level of DANGER_LEVELS) detections.inc({ kind, danger_level: level }, 0)
  }

  const inputUp = new Gauge({
    name: 'picket_input_up',
    help: '1 while the input can be read.',
    labelNames: ['input'],
    registers,
  })
  const inputLag = new Gauge({
    name: 'picket_input_lag_seconds',
    help: 'How far reading is behind the newest readable line.',
    labelNames: ['input'],
    registers,
  })
  const lastPacket = new Gauge({
    name: 'picket_last_packet_timestamp_seconds',
    help: 'Event time of the newest packet.',
    labelNames: ['input'],
    registers,
  })
  const late = new Counter({
    name: 'picket_late_lines_total',
    help: 'Lines that arrived after the settle time and were found by reading again.',
    labelNames: ['input'],
    registers,
  })

  const sinkUp = new Gauge({
    name: 'picket_sink_up',
    help: '1 while the sink takes what is written.',
    labelNames: ['sink'],
    registers,
  })
  const sinkEvents = new Counter({
    name: 'picket_sink_events_total',
    help: 'Detections delivered to the sink, or dropped because it can never take them.',
    labelNames: ['sink', 'result'],
    registers,
  })
  const sinkRetries = new Counter({
    name: 'picket_sink_retries_total',
    help: 'Writes to the sink that were tried again.',
    labelNames: ['sink'],
    registers,
  })
  const sinkQueue = new Gauge({
    name: 'picket_sink_queue_length',
    help: 'Detections that wait for the sink.',
    labelNames: ['sink'],
    registers,
  })
  const latency = new Histogram({
    name: 'picket_detection_latency_seconds',
    help: 'From a line being readable to its detection being accepted by a sink.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })

  let savedAtMs: number | undefined
  new Gauge({
    name: 'picket_checkpoint_age_seconds',
    help: 'Time since the last checkpoint became durable.',
    registers,
    collect() {
      if (savedAtMs !== undefined) this.set(Math.max(0, options.now() - savedAtMs) / 1000)
    },
  })
  const health = new Gauge({
    name: 'picket_logging_health',
    help: '1 while the finding about the logging itself holds.',
    labelNames: ['check', 'prefix'],
    registers,
  })
  for (const check of CHECKS_WITHOUT_PREFIX) health.set({ check, prefix: '' }, 0)
  new Gauge({
    name: 'picket_build_info',
    help: 'Always 1; the version is a label.',
    labelNames: ['version'],
    registers,
  }).set({ version: options.version }, 1)

  const engine = createEngineMetrics(registry, options)
  addProcessMetrics(registry)

  const input = (name: string): InputMetrics => {
    for (const result of LINE_RESULTS) lines.inc({ input: name, result }, 0)
    late.inc({ input: name }, 0)
    const count = (result: (typeof LINE_RESULTS)[number], by: number): void => {
      if (by > 0) lines.inc({ input: name, result }, by)
    }
    return {
      up: (isUp) => inputUp.set({ input: name }, isUp ? 1 : 0),
      lines({ packets, ignored, notAPacket, malformed }) {
        count('packet', packets - ignored)
        count('ignored', ignored)
        count('not_a_packet', notAPacket)
        count('malformed', malformed)
      },
      duplicates: (by) => count('duplicate', by),
      late: (by) => late.inc({ input: name }, by),
      lag: (seconds) => inputLag.set({ input: name }, seconds),
      lastPacket: (seconds) => lastPacket.set({ input: name }, seconds),
    }
  }

  const sink = (name: string): SinkMetrics => {
    for (const result of ['delivered', 'dropped']) sinkEvents.inc({ sink: name, result }, 0)
    sinkRetries.inc({ sink: name }, 0)
    return {
      up: (isUp) => sinkUp.set({ sink: name }, isUp ? 1 : 0),
      delivered: (by) => sinkEvents.inc({ sink: name, result: 'delivered' }, by),
      dropped: (by) => sinkEvents.inc({ sink: name, result: 'dropped' }, by),
      retried: () => sinkRetries.inc({ sink: name }),
      queue: (length) => sinkQueue.set({ sink: name }, length),
      latency: (seconds) => latency.observe(Math.max(0, seconds)),
    }
  }

  for (const name of options.inputs ?? []) input(name).up(false)
  for (const name of options.sinks ?? []) {
    const begun = sink(name)
    begun.up(false)
    begun.queue(0)
  }

  return {
    registry,
    input,
    sink,
    detection: (kind, level) => detections.inc({ kind, danger_level: level }),
    updateFromEngine: (stats) => engine.update(stats),
    checkpointSaved(atMs) {
      savedAtMs = atMs
    },
    loggingHealth(findings) {
      for (const { check, prefix, holds } of findings) health.set({ check, prefix }, holds ? 1 : 0)
    },
    text: () => registry.metrics(),
  }
}
