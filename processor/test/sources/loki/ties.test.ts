import { afterEach, expect, test } from 'vitest'
import type { Source } from '../../../src/pipeline/types.ts'
import { FakeLoki } from '../../helpers/fake-loki.ts'
import { VirtualClock } from '../../helpers/virtual-clock.ts'
import { lokiInput, readLines } from './harness.ts'

const START_MS = Date.UTC(2026, 0, 2, 3, 20)
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function setUp(version: string | undefined, limit: number): Promise<Source> {
  const server = await new FakeLoki({}).start()
  server.fault = ({ path }) =>
    path.endsWith('/buildinfo') && version !== undefined
      ? { status: 200, body: JSON.stringify({ version }) }
      : undefined
  const ns = BigInt(START_MS) * 1_000_000n
  for (const line of ['c', 'a', 'b']) server.push({ job: 'firewall' }, ns, line)
  server.push({ job: 'firewall' }, ns + 1n, 'after')
  const clock = new VirtualClock(START_MS + 60_000)
  const source = lokiInput({
    url: server.url,
    clock,
    config: { start: new Date(START_MS).toISOString(), limit },
  })
  open.push(
    async () => source.close?.(),
    () => server.stop(),
  )
  return source
}

test.each<[string, string | undefined, string[]]>([
  ["Picket's own store: as they were pushed", '3.4.4-picket', ['c', 'a', 'b', 'after']],
  ['a server that does not say its version: as it gave them', undefined, ['c', 'a', 'b', 'after']],
  // Its sort is not stable: the order it gives depends on the bounds of the page.
  ['Grafana Loki: by their text', '3.4.6', ['a', 'b', 'c', 'after']],
  ['Grafana Loki without version stamps: by their text', '', ['a', 'b', 'c', 'after']],
])('lines of one stream and nanosecond come, from %s', async (_, version, expected) => {
  for (const limit of [1000, 4]) {
    const source = await setUp(version, limit)
    const { lines } = await readLines(source, undefined, (all) => all.length >= 4)
    expect(lines.map(({ text }) => text)).toEqual(expected)
  }
})
