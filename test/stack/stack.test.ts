import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { codeBlocks } from '../docs/markdown.ts'
import { root } from '../helpers/fixtures.ts'
import { start, stop } from '../helpers/processes.ts'
import type { Running } from '../helpers/processes.ts'
import { freePort, hasPrometheus, startPrometheus } from '../helpers/prometheus.ts'
import type { PrometheusServer } from '../helpers/prometheus.ts'
import { hasTool } from '../helpers/tools.ts'
import { serviceNames } from './compose.ts'
import { startGrafana } from './grafana.ts'
import type { Grafana } from './grafana.ts'
import { entriesOf } from './loki.ts'
import type { Entry } from './loki.ts'
import { startShipper } from './shipper.ts'
import { grafanaPassword, picketOf, prometheusOf, simulatorOf } from './wiring.ts'

// The services of docker-compose.yml as processes: the simulator, the embedded store for Loki, a real Prometheus, Picket with the stack's
// own configuration, a shipper that does what Alloy's configuration says, and a double for Grafana. Picket is killed in the middle of
// the traffic and started again.

let folder: string
let store: Running | undefined
let traffic: Running | undefined
let grafana: Grafana
let prometheus: PrometheusServer | undefined
let running: Running | undefined
let wired: ReturnType<typeof picketOf>
let scraped: ReturnType<typeof prometheusOf>
let lokiUrl: string
let picketUrl: string
let pushed = 0
/** Annotations at the moment of the kill. */
let before: { readonly id: number; readonly timeEnd: number }[]
let detections: Entry[]
/** From just before the first line to just after the last. */
let window: { readonly from: Date; readonly to: Date }

beforeAll(async () => {
  hasTool('prometheus')
  folder = mkdtempSync(join(tmpdir(), 'picket-stack-'))
  grafana = await startGrafana(grafanaPassword())
  store = start(['store', '--listen', '127.0.0.1:0'])
  const [, loki = ''] = await store.said(/http:\/\/(127\.0\.0\.1:\d+)/)
  lokiUrl = `http://${loki}`
  const addresses = { loki, grafana: grafana.address, picket: `127.0.0.1:${await freePort()}` }
  picketUrl = `http://${addresses.picket}`
  wired = picketOf(addresses, folder)
  scraped = prometheusOf(addresses)
  if (hasPrometheus) prometheus = await startPrometheus(scraped.config, scraped.files)

  running = start(['run', ...wired.options], wired.env)
  await ready()
  const begin = Date.now()
  const simulator = simulatorOf(folder)
  traffic = start(simulator.args)
  await vi.waitFor(() => expect(existsSync(simulator.file)).toBe(true), WAIT)
  const shipper = startShipper(simulator.file, lokiUrl)
  await vi.waitFor(
    () => expect(grafana.annotations.length, String(grafana.complaints)).toBeGreaterThan(2),
    WAIT,
  )
  before = grafana.annotations.map(({ id, timeEnd }) => ({ id, timeEnd }))
  running.child.kill('SIGKILL')
  expect(await running.ended).toBe('SIGKILL')
  await sleep(1000)
  running = start(['run', ...wired.options], wired.env)
  await ready()
  // So that scans that were on when it died go on.
  await sleep(5000)
  await stop(traffic)
  await shipper.stop()
  pushed = shipper.pushed
  await delivered()
  window = { from: new Date(begin - 1000), to: new Date(Date.now() - 1) }
  detections = await entriesOf(lokiUrl, '{job="picket"}', window)
}, 120_000)

afterAll(async () => {
  for (const each of [running, traffic, store]) if (each !== undefined) await stop(each)
  await prometheus?.close()
  await grafana.close()
  rmSync(folder, { recursive: true, force: true })
})

const WAIT = { timeout: 30_000, interval: 100 }

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${picketUrl}${path}`)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

const ready = (): Promise<void> =>
  vi.waitFor(async () => {
    const answer = await fetch(`${picketUrl}/readyz`)
    expect(answer.status, await answer.text()).toBe(200)
  }, WAIT)

/** Every line is read, and nothing waits for a sink. */
const delivered = (): Promise<void> =>
  vi.waitFor(async () => {
    const { lines } = await get<{ lines: { read: number } }>('/api/v1/report')
    expect(lines.read).toBe(pushed)
    const { components } = await get<{ components: { queue?: number }[] }>('/api/v1/status')
    expect(components.map(({ queue = 0 }) => queue)).toEqual(components.map(() => 0))
  }, WAIT)

test('the stack has the services that this stands for', () => {
  expect(serviceNames).toEqual(
    expect.arrayContaining(['loki', 'prometheus', 'grafana', 'picket']) as string[],
  )
  expect(wired.sinks).toEqual(expect.arrayContaining(['loki', 'grafana']) as string[])
})

describe('annotations', () => {
  test('keep to the contract of Grafana: nothing was refused, no field unknown', () => {
    expect(grafana.complaints).toEqual([])
  })

  test('tell of dangerous scans, by tags that can be searched', () => {
    for (const { tags, text, time, timeEnd } of grafana.annotations) {
      expect(tags).toContain('picket')
      expect(tags.filter((tag) => /^danger:[345]$/.test(tag))).toHaveLength(1)
      expect(tags.filter((tag) => /^source:/.test(tag))).toHaveLength(1)
      expect(tags.some((tag) => /^kind:(scan|sweep|level|signature)$/.test(tag))).toBe(true)
      expect(text).toMatch(/^Danger level [345]: /)
      expect(timeEnd).toBeGreaterThanOrEqual(time)
    }
    const annotated = new Set(grafana.annotations.map(({ tags }) => sourceTag(tags)))
    const dangerous = new Set(
      detections
        .filter(({ labels }) => Number(labels['danger_level']) >= 3)
        .flatMap(({ metadata }) => metadata['source'] ?? [])
        // Grafana keeps of an IPv6 address what stands before its second colon.
        .map((source) => source.split(':')[0] ?? ''),
    )
    expect(annotated).toEqual(dangerous)
  })

  test('are regions that grow and never shrink', () => {
    const histories = [...grafana.ends.values()]
    for (const ends of histories) expect(ends).toEqual([...ends].sort((a, b) => a - b))
    expect(histories.some((ends) => (ends.at(-1) ?? 0) > (ends[0] ?? 0))).toBe(true)
  })

  test('go on after a kill: the same region grows, and no scan has two', () => {
    const scans = grafana.annotations.map(
      ({ data }) => (data as { picket: { scan: string } }).picket.scan,
    )
    expect(new Set(scans).size).toBe(scans.length)
    const ends = new Map(grafana.annotations.map(({ id, timeEnd }) => [id, timeEnd]))
    expect(before.some(({ id, timeEnd }) => (ends.get(id) ?? 0) > timeEnd)).toBe(true)
  })
})

describe('detections in Loki', () => {
  test('have few stream labels, and the rest as structured metadata', () => {
    expect(detections.length).toBeGreaterThan(30)
    for (const { labels, metadata, line } of detections) {
      const event = JSON.parse(line) as Record<string, unknown>
      const service = labels['service_name'] === undefined ? [] : ['service_name']
      expect(Object.keys(labels).sort()).toEqual(['danger_level', 'job', 'kind', ...service].sort())
      expect(labels).toMatchObject({
        job: 'picket',
        kind: event['kind'],
        danger_level: String(event['dangerLevel']),
      })
      expect(metadata).toMatchObject({
        detection_id: event['id'],
        level: expect.stringMatching(/^(info|warning|error|critical)$/) as string,
      })
      if (event['kind'] !== 'logging-health')
        expect(metadata).toMatchObject({
          source: event['source'],
          packets: String(event['packets']),
        })
    }
  })

  test('are there once each, and are what a second look at the same lines finds', async () => {
    const ids = idsOf(detections)
    expect(new Set(ids).size).toBe(ids.length)

    // Not the helper that waits for the end in place: this process is Grafana, too.
    const backfill = start(
      [
        'backfill',
        ...['--from', window.from.toISOString(), '--to', window.to.toISOString()],
        ...wired.options,
        ...['--set', `stateDir=${join(folder, 'backfill')}`],
      ],
      wired.env,
    )
    expect(await backfill.ended, backfill.stderr()).toBe(0)
    const again = await entriesOf(lokiUrl, '{job="picket", origin="backfill"}', window)
    expect(idsOf(again)).toEqual(ids)
  })
})

describe.skipIf(!hasPrometheus)('Prometheus', () => {
  interface Sample {
    readonly metric: Readonly<Record<string, string>>
    readonly value: readonly [number, string]
  }
  const query = async (promql: string): Promise<readonly Sample[]> => {
    const answer = await fetch(
      `${prometheus?.url ?? ''}/api/v1/query?${new URLSearchParams({ query: promql }).toString()}`,
    )
    const body = (await answer.json()) as { error?: string; data?: { result: Sample[] } }
    expect(body.error, promql).toBeUndefined()
    return body.data?.result ?? []
  }

  test('scrapes Picket under the name that queries and rules use', async () => {
    expect(scraped.jobs).toContain('picket')
    await vi.waitFor(async () => {
      const [up] = await query('up{job="picket"}')
      expect(up?.value[1]).toBe('1')
    }, WAIT)
  })

  test('answers every query of docs/metrics.md', async () => {
    const queries = codeBlocks(readFileSync(join(root, 'docs/metrics.md'), 'utf8'), 'promql')
    expect(queries.length).toBeGreaterThan(20)
    const silent: string[] = []
    for (const promql of queries) if ((await query(promql)).length === 0) silent.push(promql)
    // Those that ask for trouble, which there is not, or for an hour that has not passed.
    for (const promql of silent) expect(promql.trim()).toMatch(/ [=<>]=? [\d.]+$/)
  })

  test('knows the attackers that the report knows', async () => {
    await vi.waitFor(async () => {
      const { attackers } = await get<{
        attackers: { source: string; dangerLevel: number }[]
      }>('/api/v1/report')
      const samples = await query('picket_attacker_danger_level')
      const levels = new Map(attackers.map((one) => [one.source, String(one.dangerLevel)]))
      // The most dangerous fifty, limits.metricsTopN.
      expect(levels.size).toBeGreaterThan(5)
      expect(samples).toHaveLength(Math.min(50, levels.size))
      for (const { metric, value } of samples)
        expect(value[1]).toBe(levels.get(metric['source'] ?? ''))
      const shown = new Set(samples.map(({ metric }) => metric['source']))
      for (const { source, dangerLevel } of attackers)
        if (dangerLevel > 2) expect(shown).toContain(source)
    }, WAIT)
  })

  test('says that every input and sink works', async () => {
    const up = await query('picket_sink_up')
    expect(up.map(({ metric }) => metric['sink']).sort()).toEqual([...wired.sinks].sort())
    for (const { value } of [...up, ...(await query('picket_input_up'))]) expect(value[1]).toBe('1')
    expect(await query('picket_sink_events_total{result="dropped"} > 0')).toEqual([])
  })
})

const idsOf = (entries: readonly Entry[]): string[] =>
  entries.map(({ metadata }) => metadata['detection_id'] ?? '').sort()

const sourceTag = (tags: readonly string[]): string =>
  tags.find((tag) => tag.startsWith('source:'))?.slice('source:'.length) ?? ''
