import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interpolate } from '../../helpers/grafana.ts'
import { testLoki } from '../../helpers/processes.ts'
import { pushLines } from '../../helpers/traffic.ts'
import type { PushedLine } from '../../helpers/traffic.ts'
import { askLoki, builtinsOf } from './ask.ts'
import { dashboards, queriesOf } from './model.ts'
import { valuesOf } from './values.ts'

const SOURCES = 3000
/** What Loki allows of a metric query by default. */
const MOST_SERIES = 500

const queries = dashboards()
  .flatMap(queriesOf)
  .filter(({ target }) => target.datasource.type === 'loki')

describe('with three thousand sources and ports', () => {
  // Long ago, so that they are in nobody's way where a real Loki is asked.
  const from = Date.now() - 1_800_000
  const range = { from, to: from + 60_000 }
  let loki: Awaited<ReturnType<typeof testLoki>>
  beforeAll(async () => {
    loki = await testLoki()
    await pushLines(loki.url, traffic(BigInt(from + 1) * 1_000_000n))
    const all = 'sum by (job) (count_over_time({job=~"firewall|picket", host=~"fw1|"}[1m]))'
    const { series } = await askLoki(loki.url, all, range, { isInstant: true })
    expect(series.map(({ values }) => values)).toEqual([[SOURCES], [SOURCES]])
  })
  afterAll(() => loki.close())

  test.each(queries.map((query) => [query.name, query] as const))(
    '%s stays within Loki’s bounds',
    async (_name, { target, dashboard }) => {
      const builtins = builtinsOf(range)
      const isInstant = target.queryType === 'instant'
      const auto = isInstant ? builtins.range : builtins.auto
      const [defaults] = valuesOf(dashboard)
      const expr = interpolate(target.expr, 'logql', defaults!, { ...builtins, auto })
      const limit = 'maxLines' in target ? target.maxLines : undefined
      const { series, rows } = await askLoki(loki.url, expr, range, { isInstant, limit })
      expect(series.length).toBeLessThan(MOST_SERIES)
      expect(rows.length).toBeLessThanOrEqual(limit ?? 0)
    },
  )
})

/** A line and a detection of each source, each for another port. */
function traffic(start: bigint): PushedLine[] {
  return Array.from({ length: SOURCES }, (_, i): PushedLine[] => {
    const source = `10.1.${i >> 8}.${i & 255}`
    const ns = start + BigInt(i) * 10_000_000n
    const event = {
      v: 1,
      id: i.toString(16).padStart(32, '0'),
      kind: 'scan',
      source,
      destination: `10.2.${i >> 8}.${i & 255}`,
      destinations: 1 + i,
      dangerLevel: 2,
      previousLevel: 1,
      reasons: [`${i} packets`],
      host: 'fw1',
    }
    return [
      {
        ns,
        labels: { job: 'firewall', host: 'fw1' },
        line: `kernel: DROP IN=eth0 OUT= SRC=${source} DST=${event.destination} LEN=44 TTL=50 ID=${i} PROTO=TCP SPT=40000 DPT=${1 + i} WINDOW=1024 RES=0x00 SYN URGP=0 `,
      },
      {
        ns,
        labels: { job: 'picket', kind: 'scan', danger_level: '2' },
        metadata: { detection_id: event.id, source, destination: event.destination },
        line: JSON.stringify(event),
      },
    ]
  }).flat()
}
