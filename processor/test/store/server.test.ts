import { createServer } from 'node:net'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startStoreServer } from '../../src/store/index.ts'
import { parseListen } from '../../src/store/http/listen.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { BASE, get, openStore, pushLines, SECOND, serve } from './store-helpers.ts'

const RANGE = '/loki/api/v1/query_range'
const all = { start: BASE, end: BASE + SECOND }

interface Body {
  status: string
  data?: unknown
}
const body = (text: string): Body => JSON.parse(text) as Body

describe('the answers', () => {
  test.each<[string, string, Record<string, string | bigint | number>, number, RegExp]>([
    ['ready', '/ready', {}, 200, /^ready\n$/],
    ['an unknown path', '/loki/api/v1/nope', {}, 404, /^404 page not found\n$/],
    ['an address with two slashes', '//ready', {}, 200, /^ready\n$/],
    ['a broken escape', '/loki/api/v1/label/%zz/values', {}, 400, /^invalid URL escape/],
    ['GET on push', '/loki/api/v1/push', {}, 404, /^404/],
    ['no query', RANGE, {}, 400, /^parse error : syntax error: unexpected \$end$/],
    [
      'no time',
      RANGE,
      { query: '{job="x"}', start: 'yesterday' },
      400,
      /^could not parse 'start' parameter: strconv.ParseInt: parsing "yesterday"/,
    ],
    [
      'end before start',
      RANGE,
      { query: '{job="x"}', start: 2n * SECOND, end: 1n * SECOND + 100n },
      400,
      /^end timestamp must not be before/,
    ],
    ['no limit', RANGE, { query: '{job="x"}', limit: 0 }, 400, /^limit must be a positive value$/],
    [
      'a limit of words',
      RANGE,
      { query: '{job="x"}', limit: 'many' },
      400,
      /^strconv.Atoi: parsing "many"/,
    ],
    ['a limit too high', RANGE, { query: '{job="x"}', limit: 5001 }, 400, /\(5001 > 5000\)$/],
    [
      'a direction',
      RANGE,
      { query: '{job="x"}', direction: 'sideways' },
      400,
      /^invalid direction 'sideways'$/,
    ],
    ['no step', RANGE, { query: '{job="x"}', step: 0 }, 400, /^zero or negative query resolution/],
    ['too small a step', RANGE, { query: '{job="x"}', step: '1ms' }, 400, /11,000 points/],
    [
      'too long a range',
      RANGE,
      { query: '{job="x"}', start: 1_795_496_939_000, end: BASE },
      400,
      /time range exceeds the limit \(query length: .*, limit: 30d1h\)$/,
    ],
    ['since', RANGE, { query: '{job="x"}', since: 'soon' }, 400, /^could not parse 'since'/],
    [
      'a filter in series',
      '/loki/api/v1/series',
      { 'match[]': '{job="x"} |= "y"' },
      400,
      /^only label matchers are supported$/,
    ],
    [
      'tail without an upgrade',
      '/loki/api/v1/tail',
      { query: '{job="x"}' },
      400,
      /^Bad Request\n$/,
    ],
    [
      'a label that is not there',
      '/loki/api/v1/label/nope/values',
      {},
      200,
      /^{"status":"success"}\n$/,
    ],
    ['buildinfo', '/loki/api/v1/status/buildinfo', {}, 200, /^{"version":"3.4.4-picket"/],
  ])('%s', async (_name, path, params, status, text) => {
    const url = await serve(openStore())
    const answer = await get(url, path, params)
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(text)
    if (status >= 400) expect(answer.type).toBe('text/plain; charset=utf-8')
  })

  test('a scalar carries milliseconds, a vector seconds', async () => {
    const url = await serve(openStore())
    const time = BASE + 500_000_000n
    const scalar = await get(url, '/loki/api/v1/query', { query: '1+1', time })
    const ms = Number(time / 1_000_000n)
    expect(body(scalar.text).data).toMatchObject({ resultType: 'scalar', result: [ms, '2'] })
    const vector = await get(url, '/loki/api/v1/query', { query: 'vector(2)', time })
    const result = [{ metric: {}, value: [ms / 1000, '2'] }]
    expect(body(vector.text).data).toMatchObject({ resultType: 'vector', result })
  })

  test('a literal over a range is a matrix', async () => {
    const url = await serve(openStore())
    const { text } = await get(url, RANGE, {
      query: '1+1',
      start: BASE,
      end: BASE + SECOND,
      step: 1,
    })
    const seconds = Number(BASE / SECOND)
    expect(body(text).data).toMatchObject({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [seconds, '2'],
            [seconds + 1, '2'],
          ],
        },
      ],
    })
  })

  test('interval gives one line in that time, over all streams', async () => {
    const store = openStore()
    const url = await serve(store)
    for (const host of ['a', 'b']) {
      pushLines(
        store,
        [0, 4, 8, 12].map((i) => [i, `${host}${i}`]),
        { job: 'x', host },
      )
    }
    const { text } = await get(url, RANGE, {
      query: '{job="x"}',
      ...all,
      interval: '10ns',
      direction: 'forward',
    })
    expect(text.match(/"[ab]\d+"/g)).toEqual(['"a0"', '"a12"'])
  })

  test('index/volume adds up bytes by the labels of the selector, index/stats all there is', async () => {
    const store = openStore()
    const url = await serve(store)
    pushLines(
      store,
      [
        [1, 'four'],
        [2, 'five5'],
      ],
      { job: 'x', host: 'a' },
    )
    pushLines(store, [[1, 'three']], { job: 'x', host: 'b' })
    const params = { query: '{job="x"}', ...all }
    const volume = body((await get(url, '/loki/api/v1/index/volume', params)).text)
    expect(volume.data).toMatchObject({
      result: [{ metric: { job: 'x' }, value: [expect.any(Number), '14'] }],
    })
    const byHost = await get(url, '/loki/api/v1/index/volume', { ...params, targetLabels: 'host' })
    expect(body(byHost.text).data).toMatchObject({
      result: [
        { metric: { host: 'a' }, value: [expect.any(Number), '9'] },
        { metric: { host: 'b' }, value: [expect.any(Number), '5'] },
      ],
    })
    const stats = await get(url, '/loki/api/v1/index/stats', params)
    expect(JSON.parse(stats.text)).toEqual({ streams: 2, chunks: 2, entries: 3, bytes: 14 })
  })

  test('with no match[] all streams come', async () => {
    const store = openStore()
    const url = await serve(store)
    pushLines(store, [[1, 'a']], { job: 'x' })
    pushLines(store, [[1, 'a']], { app: 'y' })
    const { text } = await get(url, '/loki/api/v1/series', all)
    expect(body(text).data).toEqual([
      { job: 'x', service_name: 'x' },
      { app: 'y', service_name: 'y' },
    ])
  })
})

test('other requests are answered while a long query runs', async () => {
  const store = openStore()
  const url = await serve(store)
  for (let i = 0; i < 20; i++) {
    pushLines(
      store,
      Array.from({ length: 5000 }, (_, k) => [i * 5000 + k, `${i} ${k} `.padEnd(200, 'ab ')]),
    )
  }
  const done: string[] = []
  const query = '{job="x"} | regexp "(?P<x>(a|b| )+c)" | x!=""'
  const long = get(url, RANGE, { query, ...all }).then(({ status }) => done.push(`query ${status}`))
  await new Promise((resolve) => setTimeout(resolve, 20))
  await get(url, '/ready').then(() => done.push('ready'))
  await long
  expect(done).toEqual(['ready', 'query 200'])
})

test('more queries at once than allowed are told to wait', async () => {
  const store = openStore({ limits: { maxQueries: 1 } })
  const url = await serve(store)
  for (let i = 0; i < 40; i++) {
    pushLines(
      store,
      Array.from({ length: 5000 }, (_, k) => [i * 5000 + k, `${i} ${k} `.padEnd(200, 'ab ')]),
    )
  }
  const params = { query: '{job="x"} |~ "(a|b| )+c"', ...all }
  const answers = await Promise.all(Array.from({ length: 40 }, () => get(url, RANGE, params)))
  const statuses = answers.map(({ status }) => status)
  expect(statuses).toContain(200)
  expect(statuses).toContain(429)
  expect((await get(url, RANGE, params)).status).toBe(200)
})

describe('where it listens', () => {
  test.each([
    ['127.0.0.1:3100', { host: '127.0.0.1', port: 3100 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    [':3100', { host: '0.0.0.0', port: 3100 }],
    ['localhost:1', { host: 'localhost', port: 1 }],
  ])('%s', (text, want) => expect(parseListen(text)).toEqual(want))

  test.each(['', '3100', 'localhost', '::1:3100', '127.0.0.1:99999', 'http://x:1', 'x:-1'])(
    '"%s" is refused with what was expected',
    (text) =>
      expect(() => parseListen(text)).toThrow(/is no address to listen on: expected host:port/),
  )

  test('a port that is taken is named', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const start = startStoreServer(openStore(), {
      listen: `127.0.0.1:${port}`,
      logger: silentLogger,
    })
    await expect(start).rejects.toMatchObject({
      code: 'PICKET_LISTEN',
      message: `The store cannot listen on 127.0.0.1:${port}: something else does already. Choose another port or stop it.`,
    })
  })
})
