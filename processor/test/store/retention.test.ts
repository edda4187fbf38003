import { describe, expect, test } from 'vitest'
import {
  BASE,
  NOW_MS,
  openStore,
  pushLines,
  readLines,
  SECOND,
  temporaryDirectory,
} from './store-helpers.ts'

describe('retention by age', () => {
  test('drops what has grown too old and refuses what is, keeping the rest of the push', async () => {
    let nowMs = NOW_MS
    const store = openStore({ retentionMs: 120_000, now: () => nowMs })
    pushLines(store, [
      [0, 'a minute old'],
      [30n * SECOND, 'half a minute old'],
    ])
    expect(() =>
      pushLines(store, [
        [-61n * SECOND, 'too old'],
        [31n * SECOND, 'good'],
      ]),
    ).toThrow(
      /has timestamp too old: 2026-03-11T20:32:59.000Z, oldest acceptable timestamp is: 2026-03-11T20:33:00.000Z/,
    )
    expect(await readLines(store)).toEqual(['a minute old', 'half a minute old', 'good'])
    nowMs += 61_000
    store.expire()
    expect(await readLines(store)).toEqual(['half a minute old', 'good'])
    nowMs += 3_600_000
    store.expire()
    expect(store.facts()).toEqual({ streams: 0, bytes: 0, entries: 0, diskBytes: 0 })
  })

  test('takes lines of any age where no age is set', async () => {
    const store = openStore()
    store.push([{ labels: { job: 'x' }, entries: [{ ns: 1n, line: '1970' }] }])
    const result = await store.queryRange({ query: '{job="x"}', startNs: 0n, endNs: 2n })
    expect(result.kind === 'streams' && result.entries.map(({ line }) => line)).toEqual(['1970'])
  })
})

describe('retention by bytes', () => {
  test('drops the oldest over all streams, and nothing newer', async () => {
    const store = openStore({ maxBytes: 100_000 })
    // 164 bytes each as the store counts; six streams take turns.
    for (let i = 0; i < 1200; i++) {
      pushLines(store, [[i, `${i} `.padEnd(100, 'x')]], { job: 'x', host: String(i % 6) })
    }
    const { bytes, entries } = store.facts()
    expect(bytes).toBeLessThanOrEqual(100_000)
    expect(bytes).toBeGreaterThan(80_000)
    const kept = (await readLines(store)).map((line) => Number(line.split(' ')[0]))
    expect(kept).toEqual(Array.from({ length: entries }, (_, i) => 1200 - entries + i))
  })

  test('counts metadata and characters beyond ASCII', () => {
    const store = openStore()
    const size = (line: string, metadata?: Record<string, string>): number => {
      const before = store.facts().bytes
      store.push([{ labels: { job: 'x' }, entries: [{ ns: BASE, line, metadata }] }])
      return store.facts().bytes - before
    }
    const plain = size('abcd')
    expect(size('żółć') - plain).toBe(4)
    expect(size('abce', { key: 'v'.repeat(100) }) - plain).toBeGreaterThan(200)
  })

  test('bounds the files as well, and a restart finds the same lines', async () => {
    const dir = temporaryDirectory()
    const options = { dir, maxBytes: 100_000, segmentBytes: 10_000 }
    const store = openStore(options)
    for (let i = 0; i < 3000; i++) pushLines(store, [[i, `${i} `.padEnd(100, 'x')]])
    const lines = await readLines(store)
    expect(store.facts().diskBytes).toBeLessThan(2 * 100_000 + 3 * 10_000)
    store.close()
    const again = await readLines(openStore(options))
    expect(again.slice(-lines.length)).toEqual(lines)
  })

  test('bounds the files where one living line stands in each', async () => {
    const dir = temporaryDirectory()
    const options = { dir, maxBytes: 50_000, segmentBytes: 5000 }
    const store = openStore(options)
    // Old lines push each other out at once, new ones stay: each file has a few of these.
    for (let i = 0; i < 3000; i++) {
      pushLines(store, [
        [i, `${i} `.padEnd(100, 'x')],
        ...(i % 30 === 0 ? [[50n * SECOND + BigInt(i), `new ${i}`] as const] : []),
      ])
    }
    const isNew = (line: string): boolean => line.startsWith('new')
    const news = (await readLines(store)).filter(isNew)
    expect(news).toEqual(Array.from({ length: 100 }, (_, i) => `new ${i * 30}`))
    expect(store.facts().diskBytes).toBeLessThan(2 * 50_000 + 3 * 5000)
    store.close()
    expect((await readLines(openStore(options))).filter(isNew)).toEqual(news)
  })
})

test('a query that is under way sees neither late lines nor what retention takes', async () => {
  const store = openStore({ maxBytes: 4_000_000 })
  const count = 20_000
  pushLines(
    store,
    Array.from({ length: count }, (_, i) => [i * 2, `old ${i}`]),
  )
  const answer = store.queryRange({
    query: 'sum(count_over_time({job="x"} |~ "o.d" [1m]))',
    startNs: BASE + 59n * SECOND,
    endNs: BASE + 59n * SECOND,
  })
  // Before the query has its next turn: lines into the middle, and more than fits behind them.
  pushLines(
    store,
    Array.from({ length: 1000 }, (_, i) => [i * 20 + 1, `odd ${i}`]),
  )
  for (let i = 0; i < 10; i++)
    pushLines(
      store,
      Array.from({ length: 4000 }, (_, k) => [100_000 + i * 4000 + k, `new ${i} ${k}`.padEnd(80)]),
    )
  const result = await answer
  expect(result.kind === 'matrix' && [...result.series[0]!.values]).toEqual([count])
})
