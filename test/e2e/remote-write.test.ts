import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../processor/src/pipeline/types.ts'
import { remoteWriteConfig, remoteWriteSink } from '../../processor/src/sinks/remote-write/index.ts'
import { silentLogger } from '../../processor/src/telemetry/logger.ts'
import { createMetrics } from '../../processor/src/telemetry/metrics.ts'
import { hasPrometheus, startPrometheus } from '../helpers/prometheus.ts'
import type { PrometheusServer } from '../helpers/prometheus.ts'

const NEVER = new AbortController().signal

if (!hasPrometheus)
  console.warn('prometheus is not installed: remote write is not tested against the real one.')

describe.skipIf(!hasPrometheus)('a real Prometheus', () => {
  let prometheus: PrometheusServer
  beforeAll(async () => {
    prometheus = await startPrometheus()
  })
  afterAll(() => prometheus.close())

  test('takes Picket’s metrics and answers queries about them', async () => {
    const config = remoteWriteConfig.parse({
      type: 'remote-write',
      name: 'rw',
      url: prometheus.url,
      instance: 'here',
    })
    const context = {
      name: 'rw',
      stateDir: '',
      logger: silentLogger,
      clock: systemClock,
      reference: 0,
    }
    const sink = remoteWriteSink.create(config, context)
    const metrics = createMetrics({ version: '1', now: () => 0, inputs: ['fw'], sinks: ['out'] })
    await sink.check(NEVER)

    const now = Date.now()
    const attackers = (sources: string[]): void =>
      metrics.updateFromEngine({
        lines: { read: 0, packets: 0, notAPacket: 0, malformed: 0, ignored: 0 },
        sourcesByLevel: [0, 0, 0, 2, 0, 0],
        sources: 2,
        evicted: 0,
        lastPacketSeconds: undefined,
        packets: [],
        signatures: [],
        topAttackers: sources.map((source) => ({ source, packets: 1002, dangerLevel: 3 })),
        health: [],
        topPorts: [],
      })
    attackers(['192.0.2.1', '2001:db8::1'])
    await sink.pushMetrics(metrics.registry, now - 2000, NEVER)
    attackers(['2001:db8::1'])
    await sink.pushMetrics(metrics.registry, now - 1000, NEVER)
    await sink.close()

    const query = async (
      expr: string,
      ms: number,
    ): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
      const answer = await fetch(
        `${prometheus.url}/api/v1/query?query=${encodeURIComponent(expr)}&time=${ms / 1000}`,
      )
      return ((await answer.json()) as { data: { result: never[] } }).data.result
    }
    expect(
      await query('picket_attacker_packets{job="picket",instance="here"}', now - 1500),
    ).toHaveLength(2)
    expect(await query('picket_attacker_packets', now)).toMatchObject([
      { metric: { source: '2001:db8::1' }, value: [expect.anything(), '1002'] },
    ])
    expect(await query('picket_sources{danger_level="3"}', now)).toMatchObject([
      { value: [expect.anything(), '2'] },
    ])
    expect(await query('picket_detection_latency_seconds_bucket', now)).toHaveLength(11)
  })
})
