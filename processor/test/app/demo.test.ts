import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { NO_FILES } from '../../src/config/engine-options.ts'
import { startDemo } from '../../src/app/demo.ts'
import type { Demo } from '../../src/app/demo.ts'
import { batchOf, createEngine } from '../../src/core/index.ts'
import { listLogger } from '../pipeline/helpers/fakes.ts'

let demos: Demo[] = []
afterEach(async () => {
  for (const demo of demos) await demo.close()
  demos = []
})

async function newDemo() {
  const logger = listLogger()
  const demo = await startDemo({ seed: 3, rate: 200, logger, loadFiles: async () => NO_FILES })
  demos.push(demo)
  return { demo, logger }
}

interface Answer {
  readonly data: { readonly result: { readonly values: [string, string][] }[] }
}

async function query(demo: Demo, logql: string): Promise<[string, string][]> {
  const now = Date.now()
  const params = new URLSearchParams({
    query: logql,
    start: `${now - 600_000}000000`,
    end: `${now + 60_000}000000`,
    limit: '5000',
    direction: 'forward',
  })
  const response = await fetch(`${demo.storeUrl}/loki/api/v1/query_range?${params.toString()}`)
  const { data } = (await response.json()) as Answer
  return data.result
    .flatMap(({ values }) => values)
    .sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0))
}

describe('the demo', () => {
  test('finds in the store what it reported, and an analysis of the stored lines reports the same', async () => {
    const { demo } = await newDemo()
    await setTimeout(4000)
    const report = await demo.finish()

    const lines = await query(demo, '{job="firewall"}')
    expect(lines.length).toBe(report.lines.read)
    expect(report.totals.attackers).toBeGreaterThan(1)
    const detections = await query(demo, '{job="picket"}')
    expect(detections.length).toBe(report.totals.detections)
    expect(demo.detections()).toBe(detections.length)

    const engine = createEngine({ retain: true })
    engine.feed(
      batchOf(
        lines.map(([, line]) => line),
        { reference: Math.floor(Date.now() / 1000) },
      ),
      () => undefined,
    )
    expect(engine.report({ generatedAt: report.generatedAt })).toEqual(report)
  })

  test('takes free ports where the usual ones are taken, and says so', async () => {
    const { demo: first } = await newDemo()
    const { demo: second, logger } = await newDemo()
    expect(new Set([first.storeUrl, second.storeUrl, first.picketUrl, second.picketUrl]).size).toBe(
      4,
    )
    expect(
      logger.entries.filter(({ message }) => message.startsWith('The usual port is taken')),
    ).toHaveLength(2)
  })
})
