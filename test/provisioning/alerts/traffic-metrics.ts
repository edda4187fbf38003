import { batchOf, createEngine } from '../../../processor/src/core/index.ts'
import { createSimulator } from '../../../processor/src/simulator/index.ts'
import { createMetrics } from '../../../processor/src/telemetry/metrics.ts'

const MINUTE = 60_000

/** A series as promtool takes it: one value a minute, `_` where there is none. */
export interface InputSeries {
  readonly series: string
  readonly values: string
}

/**
 * What Prometheus would have scraped of a Picket that reads the demo's firewalls, once a minute: simulated lines, the real engine and
 * the real metrics, as far as `names` asks for them. Input, sink and checkpoint are well.
 */
export async function metricsOfTraffic(options: {
  readonly minutes: number
  readonly rate: number
  readonly attackers: boolean
  readonly names: ReadonlySet<string>
}): Promise<InputSeries[]> {
  const { minutes, rate, attackers, names } = options
  const start = Date.UTC(2026, 0, 1)
  const simulator = createSimulator({ seed: 7, rate, start, attackers })
  const engine = createEngine()
  let now = start
  const metrics = createMetrics({ version: '1', now: () => now, inputs: ['fw'], sinks: ['loki'] })
  const input = metrics.input('fw')
  const sink = metrics.sink('loki')
  input.up(true)
  sink.up(true)

  const series = new Map<string, string[]>([['up{instance="picket:9744",job="picket"}', []]])
  for (let minute = 0; minute < minutes; minute++) {
    const lines = simulator.next(now)
    const batch = batchOf(
      lines.map(({ line }) => line),
      { ns: lines.map(({ ns }) => ns), labels: { job: 'firewall' } },
    )
    let found = 0
    const counts = engine.feed(batch, ({ kind, dangerLevel }) => {
      metrics.detection(kind, dangerLevel)
      found++
    })
    engine.expire(now / 1000)
    const stats = engine.stats()
    input.lines(counts)
    input.lag(0.1)
    sink.delivered(found)
    metrics.checkpointSaved(now)
    metrics.updateFromEngine(stats)
    metrics.loggingHealth(stats.health)
    await sample(minute)
    now += MINUTE
  }
  return [...series].map(([name, values]) => ({ series: name, values: values.join(' ') }))

  async function sample(minute: number): Promise<void> {
    const seen = new Map<string, number>([['up{instance="picket:9744",job="picket"}', 1]])
    for (const metric of await metrics.registry.getMetricsAsJSON()) {
      if (!names.has(metric.name)) continue
      for (const { value, labels } of metric.values) {
        const all = { ...labels, instance: 'picket:9744', job: 'picket' }
        const pairs = Object.entries(all).map(
          ([name, text]: [string, string | number]) => `${name}=${JSON.stringify(String(text))}`,
        )
        seen.set(`${metric.name}{${pairs.join(',')}}`, value)
      }
    }
    for (const name of seen.keys())
      if (!series.has(name))
        series.set(
          name,
          Array.from({ length: minute }, () => '_'),
        )
    // A series that is gone is stale at once, as after a scrape without it.
    for (const [name, values] of series) {
      const value = seen.get(name)
      const wasThere = values.length > 0 && !['_', 'stale'].includes(values.at(-1)!)
      values.push(value !== undefined ? String(value) : wasThere ? 'stale' : '_')
    }
  }
}
