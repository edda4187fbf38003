import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { start, stop } from '../../helpers/processes.ts'
import type { Running } from '../../helpers/processes.ts'
import { pushLines } from '../../helpers/traffic.ts'
import { LISTED, MANY, scenariosFrom, SIGNATURE } from './loki-scenarios.ts'
import { LOKI_RULES, rulesOf } from './source.ts'

const HOUR = 3600
const rules = rulesOf(LOKI_RULES)
// Whole hours, some days ago; six hours apart, so that scans end and no window reaches back to the one before.
const first = Math.floor(Date.now() / 1000 / HOUR) * HOUR - 72 * HOUR
const begins = (index: number): number => first + index * 6 * HOUR
const scenarios = scenariosFrom(begins)

let store: Running
let url: string
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'picket-alerts-'))
  store = start(['store', '--listen', '127.0.0.1:0'])
  url = (await store.said(/(http:\/\/127\.0\.0\.1:\d+)/))[1]!
  for (const { lines } of scenarios) await pushLines(url, lines)
  await detect()
}, 120_000)
afterAll(async () => {
  await stop(store)
  rmSync(folder, { recursive: true, force: true })
})

/** Picket reads all of it and writes what it finds back, as it does live. */
async function detect(): Promise<void> {
  writeFileSync(join(folder, 'blocklist'), `${LISTED}\n`)
  writeFileSync(
    join(folder, 'picket.yaml'),
    `stateDir: ${join(folder, 'state')}
http: { listen: 127.0.0.1:0 }
signatures: { levels: { ${SIGNATURE.sid}: ${SIGNATURE.level} } }
reputation: [{ name: blocklist, file: ${join(folder, 'blocklist')}, level: 5 }]
sources:
  - type: loki
    url: ${url}
    query: '{job="firewall"}'
    start: ${new Date(first * 1000).toISOString()}
    end: ${new Date((begins(scenarios.length) - 1) * 1000).toISOString()}
    limit: 5000
sinks: [{ type: loki, url: '${url}' }]
`,
  )
  const picket = start(['run', '--config', join(folder, 'picket.yaml')])
  expect(await picket.ended, picket.stderr()).toBe(0)
}

interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

async function ask(query: string, seconds: number): Promise<{ status: number; text: string }> {
  const params = new URLSearchParams({ query, time: `${seconds}000000000` })
  const response = await fetch(`${url}/loki/api/v1/query?${params.toString()}`)
  return { status: response.status, text: await response.text() }
}

async function seriesOf(query: string, seconds: number): Promise<readonly Series[]> {
  const { status, text } = await ask(query, seconds)
  expect(status, `${query}: ${text}`).toBe(200)
  const { data } = JSON.parse(text) as { data: { resultType: string; result: Series[] } }
  expect(data.resultType).toBe('vector')
  return data.result
}

async function firing(seconds: number): Promise<Record<string, Series['metric'][]>> {
  const found: Record<string, Series['metric'][]> = {}
  for (const { alert, expr } of rules) {
    const series = await seriesOf(expr, seconds)
    if (series.length === 0) continue
    found[alert] = series
      .map(({ metric }) => metric)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  return found
}

describe('the alerts on Loki', () => {
  test.each(
    scenarios.flatMap(({ name, at }, i) =>
      at.map((moment) => ({ name, seconds: moment.seconds, expected: moment.firing, i })),
    ),
  )('$name, after $seconds s', async ({ i, seconds, expected }) => {
    expect(await firing(begins(i) + seconds)).toEqual(expected)
  })

  test('each fires in one of the scenarios', () => {
    const fired = scenarios.flatMap(({ at }) => at.flatMap((moment) => Object.keys(moment.firing)))
    expect([...new Set(fired)].sort()).toEqual(rules.map(({ alert }) => alert).sort())
  })

  test('ten thousand sources are counted, where one series a source is refused', async () => {
    const at = begins(scenarios.length - 1) + 180
    const { expr } = rules.find(({ alert }) => alert === 'PicketHighDangerSource')!
    // Two each: the packet that raises the level matches the signature and a note.
    expect((await seriesOf(expr, at)).map(({ value }) => Number(value[1]))).toEqual([2 * MANY])
    const bySource = await ask(
      'sum by (source) (count_over_time({job="picket", danger_level=~"[45]"} [5m])) > 0',
      at,
    )
    expect(bySource.status).toBe(400)
    expect(bySource.text).toContain('series')
  })
})

const real = process.env['PICKET_TEST_LOKI_URL']?.replace(/\/+$/, '')

describe.skipIf(real === undefined || real === '')('a real Loki', () => {
  test.each(rules.map(({ alert, expr }) => [alert, expr] as const))(
    'takes the expression of %s',
    async (_, query) => {
      const params = new URLSearchParams({ query })
      const response = await fetch(`${real}/loki/api/v1/query?${params.toString()}`)
      const text = await response.text()
      expect(response.status, text).toBe(200)
      expect(text).toContain('"resultType":"vector"')
    },
  )
})
