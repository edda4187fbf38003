import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/index.ts'
import { BASE, openStore, SECOND } from './store-helpers.ts'

/** fw1: lines at 1, 2, 3 s; fw2: at 4 and 5 s, in the dmz; numbers in `n`, of which one is none. */
function prepared(): Store {
  const store = openStore()
  const at = (second: number, line: string): { ns: bigint; line: string } => ({
    ns: BASE + BigInt(second) * SECOND,
    line,
  })
  store.push([
    {
      labels: { job: 'x', host: 'fw1' },
      entries: [at(1, 'n=1 d=1s'), at(2, 'n=5 d=500ms'), at(3, 'n=3 d=2m')],
    },
    {
      labels: { job: 'x', host: 'fw2', zone: 'dmz' },
      entries: [at(4, 'n=10 s=1KiB'), at(5, 'n=oops s=2KB')],
    },
  ])
  return store
}
const END = BASE + 60n * SECOND

/** `k=v,k=v` to value; labels that the store adds or all series share are left out. */
async function instant(store: Store, query: string, timeNs = END): Promise<Record<string, number>> {
  const result = await store.query({ query, timeNs })
  if (result.kind !== 'vector') throw new Error(`no vector: ${result.kind}`)
  return Object.fromEntries(
    result.series.map(({ labels, values }) => [
      labels.pairs
        .filter(([name]) => name !== 'job' && name !== 'service_name')
        .map(([name, value]) => `${name}=${value}`)
        .join(','),
      values[0]!,
    ]),
  )
}

const FW1 = '{host="fw1"} | logfmt'
const COUNTS = 'sum by (host) (count_over_time({job="x"}[5m]))'

describe('values at one moment', () => {
  test.each<[string, Record<string, number>]>([
    ['count_over_time({job="x"}[5m])', { 'host=fw1': 3, 'host=fw2,zone=dmz': 2 }],
    ['count_over_time({job="x"} |= "n=1" [5m])', { 'host=fw1': 1, 'host=fw2,zone=dmz': 1 }],
    ['count_over_time({job="x"}[5m] |= "n=10")', { 'host=fw2,zone=dmz': 1 }],
    ['sum(count_over_time({job="x"}[5m]))', { '': 5 }],
    [COUNTS, { 'host=fw1': 3, 'host=fw2': 2 }],
    ['sum without (zone) (count_over_time({job="x"}[5m]))', { 'host=fw1': 3, 'host=fw2': 2 }],
    ['sum by (zone) (count_over_time({job="x"}[5m]))', { '': 3, 'zone=dmz': 2 }],
    ['sum(rate({job="x"}[5m]))', { '': 5 / 300 }],
    ['sum(bytes_over_time({host="fw1"}[5m]))', { '': 27 }],
    ['sum(bytes_rate({host="fw1"}[10s] offset 50s))', { '': 2.7 }],
    ['count_over_time({host="fw1"}[1m] offset 1h)', {}],
    [
      `sum_over_time(${FW1} | unwrap n [5m])`,
      { 'd=1s,host=fw1': 1, 'd=500ms,host=fw1': 5, 'd=2m,host=fw1': 3 },
    ],
    [`avg_over_time(${FW1} | unwrap n [5m]) by (host)`, { 'host=fw1': 3 }],
    [`min_over_time(${FW1} | unwrap n [5m]) by (host)`, { 'host=fw1': 1 }],
    [`max_over_time(${FW1} | unwrap n [5m]) without (d)`, { 'host=fw1': 5 }],
    [`first_over_time(${FW1} | unwrap n [5m]) by (host)`, { 'host=fw1': 1 }],
    [`last_over_time(${FW1} | unwrap n [5m]) by (host)`, { 'host=fw1': 3 }],
    [`stdvar_over_time(${FW1} | unwrap n [5m]) by (host)`, { 'host=fw1': 8 / 3 }],
    [`stddev_over_time(${FW1} | unwrap n [5m]) by (host)`, { 'host=fw1': Math.sqrt(8 / 3) }],
    [`quantile_over_time(0.75, ${FW1} | unwrap n [5m]) by (host)`, { 'host=fw1': 4 }],
    [`sum(rate(${FW1} | unwrap n [1m]))`, { '': 9 / 60 }],
    [`max_over_time(${FW1} | unwrap duration(d) [5m]) by (host)`, { 'host=fw1': 120 }],
    ['sum(sum_over_time({host="fw2"} | logfmt | unwrap bytes(s) [5m]))', { '': 3024 }],
    ['sum(sum_over_time({job="x"} | logfmt | unwrap n | __error__="" [5m]))', { '': 19 }],
    ['sum(sum_over_time({host="fw1"} | logfmt | unwrap n [5m] offset 10s))', { '': 9 }],
    ['absent_over_time({job="nothing", host=~".+"}[5m])', { '': 1 }],
    ['absent_over_time({job="x"}[5m])', {}],
    [`avg(${COUNTS})`, { '': 2.5 }],
    [`count(${COUNTS})`, { '': 2 }],
    [`min(${COUNTS})`, { '': 2 }],
    [`max(${COUNTS})`, { '': 3 }],
    [`stddev(${COUNTS})`, { '': 0.5 }],
    [`stdvar(${COUNTS})`, { '': 0.25 }],
    [`topk(1, ${COUNTS})`, { 'host=fw1': 3 }],
    [`bottomk(1, ${COUNTS})`, { 'host=fw2': 2 }],
    [`${COUNTS} > 2`, { 'host=fw1': 3 }],
    [`2 < ${COUNTS}`, { 'host=fw1': 3 }],
    [`${COUNTS} > bool 2`, { 'host=fw1': 1, 'host=fw2': 0 }],
    [`${COUNTS} * 2 + 1`, { 'host=fw1': 7, 'host=fw2': 5 }],
    [`1 + 2 * ${COUNTS}`, { 'host=fw1': 7, 'host=fw2': 5 }],
    [`${COUNTS} / 0`, { 'host=fw1': Number.NaN, 'host=fw2': Number.NaN }],
    [`${COUNTS} / ${COUNTS}`, { 'host=fw1': 1, 'host=fw2': 1 }],
    [
      `${COUNTS} / on () group_left sum(count_over_time({job="x"}[5m]))`,
      { 'host=fw1': 0.6, 'host=fw2': 0.4 },
    ],
    [
      `${COUNTS} * on (host) group_left (zone) sum by (host, zone) (count_over_time({job="x"}[5m]))`,
      { 'host=fw1': 9, 'host=fw2,zone=dmz': 4 },
    ],
    [
      `${COUNTS} * ignoring (zone) sum by (host, zone) (count_over_time({job="x"}[5m]))`,
      { 'host=fw1': 9, 'host=fw2': 4 },
    ],
    [`${COUNTS} and (${COUNTS} > 2)`, { 'host=fw1': 3 }],
    [`${COUNTS} unless (${COUNTS} > 2)`, { 'host=fw2': 2 }],
    [`(${COUNTS} > 2) or (${COUNTS} * 10)`, { 'host=fw1': 3, 'host=fw2': 20 }],
    ['sum(count_over_time({job="nothing"}[5m])) or vector(0)', { '': 0 }],
    ['vector(1)+vector(1)', { '': 2 }],
    [
      `label_replace(${COUNTS}, "short", "$1!", "host", "fw(.)")`,
      { 'host=fw1,short=1!': 3, 'host=fw2,short=2!': 2 },
    ],
    [`label_replace(${COUNTS}, "host", "", "host", "fw1")`, { '': 3, 'host=fw2': 2 }],
  ])('%s', async (query, want) => {
    expect(await instant(prepared(), query)).toEqual(want)
  })

  test('sort and sort_desc order the answer', async () => {
    const store = prepared()
    expect(Object.keys(await instant(store, `sort(${COUNTS})`))).toEqual(['host=fw2', 'host=fw1'])
    expect(Object.keys(await instant(store, `sort_desc(${COUNTS})`))).toEqual([
      'host=fw1',
      'host=fw2',
    ])
  })

  test('the window is open on its left and closed on its right', async () => {
    const store = prepared()
    const count = async (timeNs: bigint): Promise<number | undefined> =>
      (await instant(store, 'sum(count_over_time({host="fw1"}[2s]))', timeNs))['']
    expect(await count(BASE + 3n * SECOND)).toBe(2)
    expect(await count(BASE + 3n * SECOND - 1n)).toBe(2)
    expect(await count(BASE + 4n * SECOND + 1n)).toBe(1)
    expect(await count(BASE + 5n * SECOND)).toBeUndefined()
  })

  test('a window of years is exact to the nanosecond', async () => {
    const store = prepared()
    const year = 365n * 86_400n * SECOND
    const count = (timeNs: bigint): Promise<Record<string, number>> =>
      instant(store, 'sum(count_over_time({host="fw1"}[1y]))', timeNs)
    expect(await count(BASE + SECOND + year - 1n)).toEqual({ '': 3 })
    expect(await count(BASE + SECOND + year)).toEqual({ '': 2 })
  })
})

describe('queries that fail on the data', () => {
  test.each<[string, RegExp]>([
    [
      'sum by (n) (sum_over_time({job="x"} | logfmt | unwrap n [5m]))',
      /^pipeline error: 'SampleExtractionErr'/,
    ],
    ['sum by (a) (count_over_time({job="x"} | json [5m]))', /^pipeline error: 'JSONParserErr'/],
    [
      'sum by (a) (count_over_time({job="x"} | logfmt | n > 1 [5m]))',
      /^pipeline error: 'LabelFilterErr'/,
    ],
    [`${COUNTS} * on () ${COUNTS}`, /many-to-one matching must be explicit/],
    [`label_replace(${COUNTS}, "host", "same", "host", ".*")`, /same labelset/],
    ['{job="x"}', /^log queries are not supported as an instant query type/],
  ])('%s', async (query, message) => {
    await expect(prepared().query({ query, timeNs: END })).rejects.toThrow(message)
  })

  test('but a parser that nobody asks for a label is not run', async () => {
    expect(await instant(prepared(), 'sum(count_over_time({job="x"} | json [5m]))')).toEqual({
      '': 5,
    })
  })

  test('over 500 series, also inside topk and count, but not under a plain sum', async () => {
    const store = openStore()
    const entries = Array.from({ length: 501 }, (_, i) => ({
      ns: BASE + BigInt(i),
      line: 'x',
      metadata: { source: String(i) },
    }))
    store.push([{ labels: { job: 'x' }, entries }])
    const by = 'sum by (source) (count_over_time({job="x"}[5m]))'
    for (const query of [
      by,
      `topk(10, ${by})`,
      `count(${by})`,
      `${by} > 1`,
      'count_over_time({job="x"}[5m])',
    ]) {
      await expect(store.query({ query, timeNs: END })).rejects.toThrow(
        'maximum of series (500) reached for a single query',
      )
    }
    expect(await instant(store, 'sum(count_over_time({job="x"}[5m]))')).toEqual({ '': 501 })
    expect(await instant(store, 'max(count_over_time({job="x"}[5m]))')).toEqual({ '': 1 })
  })
})

describe('values over a range', () => {
  test('start goes down and end up to multiples of the step; empty points are absent', async () => {
    const store = prepared()
    const result = await store.queryRange({
      query: 'sum by (host) (count_over_time({job="x"}[2s]))',
      startNs: BASE + SECOND,
      endNs: BASE + 5n * SECOND,
      stepNs: 2n * SECOND,
    })
    if (result.kind !== 'matrix') throw new Error(result.kind)
    expect(result.grid).toEqual({ startNs: BASE, stepNs: 2n * SECOND, steps: 4 })
    const points = result.series.map(({ labels, values, present }) => [
      labels.map.get('host'),
      [...values].map((value, step) => (present[step] === 1 ? value : null)),
    ])
    expect(points).toEqual([
      ['fw1', [null, 2, 1, null]],
      ['fw2', [null, null, 1, 1]],
    ])
  })

  test('each step of a range is what an instant query gives there', async () => {
    const operations = [
      'count_over_time',
      'bytes_over_time',
      'sum_over_time',
      'max_over_time',
      'last_over_time',
      'quantile_over_time',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(200), fc.nat(9), fc.constantFrom('a', 'b')), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.constantFrom(...operations),
        fc.constantFrom(1n, 3n, 7n, 50n),
        fc.constantFrom(1, 5, 60),
        async (samples, operation, step, range) => {
          const store = openStore()
          for (const [offset, value, host] of samples) {
            const entry = { ns: BASE + BigInt(offset) * 100_000_000n, line: `v=${value} ${offset}` }
            store.push([{ labels: { job: 'x', host }, entries: [entry] }])
          }
          const isCounting = operation.startsWith('count') || operation.startsWith('bytes')
          const unwrap = isCounting ? '' : '| logfmt v | unwrap v '
          const first = operation.startsWith('quantile') ? '0.5, ' : ''
          const query = `sum(${operation}(${first}{job="x"} ${unwrap}[${range}s]))`
          const whole = await store.queryRange({
            query,
            startNs: BASE,
            endNs: BASE + 20n * SECOND,
            stepNs: step * SECOND,
          })
          if (whole.kind !== 'matrix') throw new Error(whole.kind)
          for (let i = 0; i < whole.grid.steps; i++) {
            const at = whole.grid.startNs + whole.grid.stepNs * BigInt(i)
            const [series] = whole.series
            const want = series?.present[i] === 1 ? { '': series.values[i] } : {}
            expect(await instant(store, query, at)).toEqual(want)
          }
          store.close()
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** `^` binds most and to the right, then `* / %`, then `+ -`. */
test('arithmetic has the precedence of a calculator, whatever the grammar says', async () => {
  const store = openStore()
  const number = fc.integer({ min: 1, max: 4 }).map(String)
  const operator = fc.constantFrom('+', '-', '*', '/', '%', '^')
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small' },
      number,
      fc.tuple(tie('expression'), operator, tie('expression')).map(([a, o, b]) => `${a} ${o} ${b}`),
      tie('expression').map((inner) => `(${inner})`),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(expression, async (query) => {
      // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- digits and operators only
      const want = new Function(`return ${query.replaceAll('^', '**')}`)() as number
      const result = await store.query({ query, timeNs: BASE })
      expect(result).toMatchObject({ kind: 'scalar' })
      if (result.kind === 'scalar' && Number.isFinite(want))
        expect(result.value).toBeCloseTo(want, 9)
    }),
    { numRuns: 300 },
  )
})
