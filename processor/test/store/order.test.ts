import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BASE, openStore, pushLines, read, readLines } from './store-helpers.ts'

describe('the order of entries', () => {
  test('sorts late lines into their place', async () => {
    const store = openStore()
    pushLines(store, [
      [30, 'third'],
      [10, 'first'],
    ])
    pushLines(store, [[20, 'second']])
    expect(await readLines(store)).toEqual(['first', 'second', 'third'])
  })

  test('keeps ties as pushed in both directions', async () => {
    const store = openStore()
    pushLines(store, [
      [1, 'before'],
      [2, 'a'],
      [2, 'b'],
    ])
    pushLines(store, [
      [3, 'after'],
      [2, 'c'],
    ])
    expect(await readLines(store)).toEqual(['before', 'a', 'b', 'c', 'after'])
    expect(await readLines(store, undefined, { direction: 'backward' })).toEqual([
      'after',
      'a',
      'b',
      'c',
      'before',
    ])
  })

  test('counts the limit over all streams', async () => {
    const store = openStore()
    for (const host of ['1', '2']) {
      pushLines(
        store,
        [1, 3, 5].map((offset) => [offset + Number(host), `${host}:${offset}`]),
        {
          job: 'x',
          host,
        },
      )
    }
    const oldest = [
      [2, '1:1'],
      [3, '2:1'],
      [4, '1:3'],
    ]
    expect(await read(store, undefined, { limit: 3 })).toEqual(oldest)
    expect(await read(store, undefined, { limit: 2, direction: 'backward' })).toEqual([
      [7, '2:5'],
      [6, '1:5'],
    ])
  })

  test('takes the start and leaves the end', async () => {
    const store = openStore()
    pushLines(
      store,
      [1, 2, 3, 4].map((offset) => [offset, String(offset)]),
    )
    const range = { startNs: BASE + 2n, endNs: BASE + 4n }
    expect(await readLines(store, undefined, range)).toEqual(['2', '3'])
  })

  test('holds more entries on one nanosecond than a block', async () => {
    const store = openStore()
    const ties = Array.from({ length: 10_000 }, (_, i) => `tie ${i}`)
    pushLines(store, [[6, 'after'], ...ties.map((line) => [5, line] as const), [4, 'before']])
    const all = await store.queryRange({
      query: 'sum(count_over_time({job="x"}[1m]))',
      startNs: BASE + 60_000_000_000n,
      endNs: BASE + 60_000_000_000n,
    })
    expect(all.kind === 'matrix' ? all.series[0]?.values[0] : undefined).toBe(10_002)
    expect(await readLines(store, undefined, { limit: 5000 })).toEqual([
      'before',
      ...ties.slice(0, 4999),
    ])
    expect(await readLines(store, undefined, { limit: 4, direction: 'backward' })).toEqual([
      'after',
      ...ties.slice(0, 3),
    ])
  })
})

describe('copies of an entry', () => {
  test('are dropped without a word, in one push and in the next', async () => {
    const store = openStore()
    const lines = [
      [1, 'a'],
      [1, 'a'],
      [1, 'b'],
      [2, 'a'],
    ] as const
    pushLines(store, lines)
    pushLines(store, lines)
    expect(await read(store)).toEqual([
      [1, 'a'],
      [1, 'b'],
      [2, 'a'],
    ])
    expect(store.facts().entries).toBe(3)
  })

  test('are entries of their own in another stream', async () => {
    const store = openStore()
    pushLines(store, [[1, 'a']])
    pushLines(store, [[1, 'a']], { job: 'x', host: 'other' })
    expect(await readLines(store)).toEqual(['a', 'a'])
  })

  test('are the same whatever the metadata', async () => {
    const store = openStore()
    const entry = { ns: BASE, line: 'a' }
    store.push([
      { labels: { job: 'x' }, entries: [entry, { ...entry, metadata: { level: 'info' } }] },
    ])
    expect(store.facts().entries).toBe(1)
  })
})

/** The obvious store: a list, sorted by time with ties as they came. */
function model(pushes: readonly (readonly [number, string])[]): [number, string][] {
  const known = new Set<string>()
  const kept = pushes.filter(([offset, line]) => {
    const key = `${offset} ${line}`
    return known.has(key) ? false : known.add(key)
  })
  return kept.map(([offset, line]): [number, string] => [offset, line]).sort(([a], [b]) => a - b)
}

test('any pushes give what a sorted list gives, however they are cut', async () => {
  const entry = fc.tuple(fc.nat(12), fc.constantFrom('a', 'b', 'c', 'd', 'e'))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(entry, { maxLength: 40 }), { maxLength: 12 }),
      async (pushes) => {
        const store = openStore()
        for (const lines of pushes) pushLines(store, lines)
        expect(await read(store)).toEqual(model(pushes.flat()))
        store.close()
      },
    ),
    { numRuns: 200 },
  )
})

test('many late lines give what a sorted list gives across blocks', async () => {
  const store = openStore()
  // Multiplying by an odd number modulo a power of two visits every offset once, far from in order.
  const offsets = Array.from({ length: 16_384 }, (_, i) => (i * 7919) % 16_384)
  for (let i = 0; i < offsets.length; i += 1000) {
    pushLines(
      store,
      offsets.slice(i, i + 1000).map((offset) => [offset, String(offset)]),
    )
  }
  for (const start of [0, 4000, 12_000]) {
    const range = { startNs: BASE + BigInt(start), endNs: BASE + BigInt(start + 4000) }
    const want = Array.from({ length: 4000 }, (_, i) => String(start + i))
    expect(await readLines(store, undefined, range)).toEqual(want)
    expect(await readLines(store, undefined, { ...range, direction: 'backward' })).toEqual(
      want.reverse(),
    )
  }
})
