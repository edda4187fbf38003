import { describe, expect, it } from 'vitest'
import type { EngineStats } from '../../src/core/engine-api.ts'
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts'

const EMPTY: EngineStats = {
  lines: { read: 0, packets: 0, notAPacket: 0, malformed: 0, ignored: 0 },
  sourcesByLevel: [0, 0, 0, 0, 0, 0],
  sources: 0,
  evicted: 0,
  lastPacketSeconds: undefined,
  packets: [],
  signatures: [],
  topAttackers: [],
  health: [],
  topPorts: [],
}

/** Series of Picket's own with their values, `name{labels}`. */
async function series(metrics: Metrics): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('picket_'))
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  )
}

function create(change: object = {}): Metrics {
  return createMetrics({ version: '1.2.3', now: () => 100_000, ...change })
}

describe('metrics', () => {
  it('are all those of the contract, named and labelled as there', async () => {
    const metrics = create({
      inputs: ['fw'],
      sinks: ['out'],
      signatures: [{ sid: 1, message: 'm' }],
    })
    metrics.input('fw').lag(1)
    metrics.input('fw').lastPacket(5)
    metrics.loggingHealth([{ check: 'rate-limited', prefix: 'UFW', holds: true }])
    metrics.updateFromEngine({
      ...EMPTY,
      packets: [{ protocol: 'tcp', prefix: 'DROP', packets: 3 }],
      topAttackers: [{ source: '192.0.2.1', packets: 3, dangerLevel: 3 }],
      topPorts: [{ protocol: 'tcp', port: 22, packets: 3, sources: 1 }],
    })
    const names = new Map<string, Set<string>>()
    for (const key of (await series(metrics)).keys()) {
      const [, name = '', labels = ''] =
        /^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})?$/.exec(key) ?? []
      const found = names.get(name) ?? new Set()
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) if (label !== 'le') found.add(label)
      names.set(name, found)
    }
    expect(
      Object.fromEntries([...names].map(([name, labels]) => [name, [...labels].join()])),
    ).toEqual({
      picket_lines_total: 'input,result',
      picket_packets_total: 'protocol,prefix',
      picket_detections_total: 'kind,danger_level',
      picket_signature_matches_total: 'sid,message',
      picket_sources: 'danger_level',
      picket_attacker_packets: 'source',
      picket_attacker_danger_level: 'source',
      picket_scanned_port_packets: 'protocol,port',
      picket_scanned_port_sources: 'protocol,port',
      picket_input_up: 'input',
      picket_input_lag_seconds: 'input',
      picket_last_packet_timestamp_seconds: 'input',
      picket_late_lines_total: 'input',
      picket_sink_up: 'sink',
      picket_sink_events_total: 'sink,result',
      picket_sink_retries_total: 'sink',
      picket_sink_queue_length: 'sink',
      picket_checkpoint_age_seconds: '',
      picket_evicted_sources_total: '',
      picket_build_info: 'version',
      picket_logging_health: 'check,prefix',
      picket_detection_latency_seconds: '',
    })
  })

  it('begin closed label sets at 0', async () => {
    const all = await series(
      create({ inputs: ['fw'], sinks: ['out'], signatures: [{ sid: 7, message: 'm' }] }),
    )
    for (const result of ['packet', 'not_a_packet', 'malformed', 'ignored', 'duplicate']) {
      expect(all.get(`picket_lines_total{input="fw",result="${result}"}`)).toBe(0)
    }
    expect([...all.keys()].filter((key) => key.startsWith('picket_detections_total'))).toHaveLength(
      8 * 6,
    )
    expect(all.get('picket_signature_matches_total{sid="7",message="m"}')).toBe(0)
    expect(all.get('picket_sink_events_total{sink="out",result="dropped"}')).toBe(0)
    expect(all.get('picket_sources{danger_level="5"}')).toBe(0)
  })

  it('give each line exactly one result', async () => {
    const metrics = create()
    metrics.input('fw').lines({ packets: 10, ignored: 4, notAPacket: 2, malformed: 1 })
    metrics.input('fw').duplicates(5)
    const all = await series(metrics)
    const results = ['packet', 'ignored', 'not_a_packet', 'malformed', 'duplicate']
    expect(
      results.map((result) => all.get(`picket_lines_total{input="fw",result="${result}"}`)),
    ).toEqual([6, 4, 2, 1, 5])
  })

  it('count what the engine counted, once, and never go down', async () => {
    const metrics = create()
    const at = (packets: number, evicted: number): EngineStats => ({
      ...EMPTY,
      evicted,
      packets: [{ protocol: 'tcp', prefix: 'DROP', packets }],
      signatures: [{ sid: 1, message: 'm', count: packets }],
    })
    const seen: (number | undefined)[][] = []
    for (const stats of [at(5, 1), at(5, 1), at(9, 4), at(2, 0), at(3, 0)]) {
      metrics.updateFromEngine(stats)
      const all = await series(metrics)
      seen.push([
        all.get('picket_packets_total{protocol="tcp",prefix="DROP"}'),
        all.get('picket_signature_matches_total{sid="1",message="m"}'),
        all.get('picket_evicted_sources_total'),
      ])
    }
    expect(seen).toEqual([
      [5, 5, 1],
      [5, 5, 1],
      [9, 9, 4],
      [9, 9, 4],
      [10, 10, 4],
    ])
  })

  it('show the fifty most frequent prefixes and keep them, the rest as other', async () => {
    const metrics = create()
    const packets = (extra: number): EngineStats['packets'] =>
      Array.from({ length: 60 }, (_, i) => ({
        protocol: 'tcp',
        prefix: `P${i}`,
        packets: i === 59 ? 1 + extra : 100 - i,
      }))
    metrics.updateFromEngine({ ...EMPTY, packets: packets(0) })
    // The least frequent becomes the most frequent; its packets stay in "other".
    metrics.updateFromEngine({ ...EMPTY, packets: packets(5000) })
    const all = [...(await series(metrics))].filter(([key]) =>
      key.startsWith('picket_packets_total'),
    )
    expect(all).toHaveLength(51)
    const value = (prefix: string): number | undefined =>
      all.find(([key]) => key.includes(`prefix="${prefix}"`))?.[1]
    expect(value('P0')).toBe(100)
    expect(value('P49')).toBe(51)
    expect(value('P59')).toBeUndefined()
    const rest = Array.from({ length: 9 }, (_, i) => 50 - i).reduce((a, b) => a + b) + 5001
    expect(value('other')).toBe(rest)
  })

  it('have addresses only for the top, and none of those who left it', async () => {
    const metrics = create({ topN: 2 })
    const top = (...sources: string[]): EngineStats => ({
      ...EMPTY,
      topAttackers: sources.map((source) => ({ source, packets: 1, dangerLevel: 1 })),
    })
    metrics.updateFromEngine(top('a', 'b', 'c'))
    metrics.updateFromEngine(top('b', 'd', 'a'))
    const keys = [...(await series(metrics)).keys()].filter((key) =>
      key.startsWith('picket_attacker_packets'),
    )
    expect(keys).toEqual([
      'picket_attacker_packets{source="b"}',
      'picket_attacker_packets{source="d"}',
    ])
  })

  it('tell the age of the checkpoint when asked', async () => {
    let now = 100_000
    const metrics = create({ now: () => now })
    metrics.checkpointSaved(90_000)
    now = 102_500
    expect((await series(metrics)).get('picket_checkpoint_age_seconds')).toBe(12.5)
  })

  it('show a logging finding as 1 while it holds, as 0 afterwards', async () => {
    const metrics = create()
    const key = 'picket_logging_health{check="rate-limited",prefix="UFW"}'
    metrics.loggingHealth([{ check: 'rate-limited', prefix: 'UFW', holds: true }])
    expect((await series(metrics)).get(key)).toBe(1)
    metrics.loggingHealth([{ check: 'rate-limited', prefix: 'UFW', holds: false }])
    expect((await series(metrics)).get(key)).toBe(0)
  })

  it('of two processors in one process do not mix', async () => {
    const [a, b] = [create(), create()]
    a.detection('scan', 3)
    expect((await series(a)).get('picket_detections_total{kind="scan",danger_level="3"}')).toBe(1)
    expect((await series(b)).get('picket_detections_total{kind="scan",danger_level="3"}')).toBe(0)
  })
})
