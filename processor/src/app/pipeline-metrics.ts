import type { EngineStats } from '../core/index.ts'
import type { PipelineEvents } from '../pipeline/events.ts'
import type { DetectionRing } from '../telemetry/detection-ring.ts'
import type { InputMetrics, Metrics, SinkMetrics } from '../telemetry/metrics.ts'

export interface PipelineMetrics {
  readonly events: PipelineEvents
  /** What is read off the engine now and then. */
  update(stats: EngineStats): void
}

/** What the pipeline says, as metrics and on the live page. */
export function pipelineMetrics(
  metrics: Metrics,
  ring: DetectionRing,
  onDetection: () => void = () => undefined,
): PipelineMetrics {
  const input = remembered((name): InputMetrics => metrics.input(name))
  const sink = remembered((name): SinkMetrics => metrics.sink(name))
  /** Inputs whose entries carry no time: the engine alone knows how far they are, for all of them together. */
  const timedByLine = new Set<string>()
  const events: PipelineEvents = {
    fed(name, counts, { duplicates, late, lagSeconds, newestSeconds }) {
      const of = input(name)
      of.lines(counts)
      of.duplicates(duplicates)
      of.late(late)
      if (lagSeconds !== undefined) of.lag(lagSeconds)
      if (newestSeconds !== undefined) of.lastPacket(newestSeconds)
      else if (counts.packets > 0) timedByLine.add(name)
    },
    inputUp: (name, isUp) => input(name).up(isUp),
    detected({ kind, dangerLevel }) {
      metrics.detection(kind, dangerLevel)
      onDetection()
    },
    durable: (events) => ring.push(...events),
    sinkUp: (name, isUp) => sink(name).up(isUp),
    sinkDelivered: (name, count) => sink(name).delivered(count),
    sinkDropped: (name, count) => sink(name).dropped(count),
    sinkRetried: (name) => sink(name).retried(),
    sinkQueue: (name, length) => sink(name).queue(length),
    latency: (name, seconds) => sink(name).latency(seconds),
    // Said in the log and by /readyz; the queue's length is the metric.
    readingPaused: () => undefined,
    checkpointed: (at) => metrics.checkpointSaved(at),
  }
  return {
    events,
    update({ lastPacketSeconds }) {
      if (lastPacketSeconds === undefined) return
      for (const name of timedByLine) input(name).lastPacket(lastPacketSeconds)
    },
  }
}

function remembered<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    const found = known.get(name) ?? make(name)
    known.set(name, found)
    return found
  }
}
