import { afterEach, describe, expect, test } from 'vitest'
import { createHttpClient } from '../../../src/clients/http.ts'
import {
  createLokiClient,
  LokiError,
  type LokiClient,
  type PushStream,
} from '../../../src/clients/loki/index.ts'
import { silentLogger } from '../../../src/telemetry/logger.ts'
import { FakeLoki, type FakeLokiOptions } from '../../helpers/fake-loki.ts'
import { recordings } from './recorded.ts'

const NS = 1_795_496_939_000_000_000n
const range = { from: NS, to: NS + 10n }
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function setUp(
  options: FakeLokiOptions = {},
): Promise<{ server: FakeLoki; loki: LokiClient }> {
  const server = await new FakeLoki(options).start()
  const sleep = (): Promise<void> => Promise.resolve()
  const loki = createLokiClient(
    createHttpClient({ baseUrl: server.url, connection: {}, logger: silentLogger, sleep }),
  )
  open.push(
    () => loki.close(),
    () => server.stop(),
  )
  return { server, loki }
}

function entries(count: number, line = 'x'): PushStream {
  return {
    labels: { job: 'picket' },
    entries: Array.from({ length: count }, (_, i) => ({
      ns: String(NS + BigInt(i)),
      line: `${line}${i}`,
      metadata: { a: '1' },
    })),
  }
}

const failure = async (promise: Promise<unknown>): Promise<LokiError> =>
  await promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as LokiError,
  )

describe('reading', () => {
  test('asks for all four bounds, nanoseconds and labels apart from metadata', async () => {
    const { server, loki } = await setUp({ gzip: true })
    server.push({ job: 'a' }, NS, 'one', { pid: '7' })
    const { page } = await loki.queryRange({ query: '{job="a"}', ...range, limit: 5 })
    expect(page).toMatchObject({
      count: 1,
      categorized: true,
      labels: [{ job: 'a', service_name: 'x' }],
    })
    const request = server.of('query_range')[0]
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      query: '{job="a"}',
      start: String(NS),
      end: String(NS + 10n),
      limit: '5',
      direction: 'forward',
    })
    expect(request?.headers['x-loki-response-encoding-flags']).toBe('categorize-labels')
  })

  test('sends a query that is too long for an address as a form', async () => {
    const { server, loki } = await setUp()
    server.push({ job: 'a' }, NS, 'one')
    const { page } = await loki.queryRange({
      query: `{job="a"} # ${'x'.repeat(5000)}`,
      ...range,
      limit: 5,
    })
    expect(page.count).toBe(1)
    expect(server.of('query_range')[0]?.method).toBe('POST')
  })

  test('takes a missing list for an empty one', async () => {
    const { server, loki } = await setUp()
    server.fault = () => ({ status: 200, body: '{"status":"success"}\n' })
    expect(await loki.labels(range)).toEqual([])
    expect(await loki.labelValues('job', range)).toEqual([])
    expect(await loki.series('{job="a"}', range)).toEqual([])
  })

  const refused = recordings().filter(
    ({ name, response }) =>
      name.startsWith('query-range-') && response !== null && response.status !== 200,
  )
  test.skipIf(refused.length === 0).each(refused)(
    '$name is told with its text, and again only if time helps',
    async ({ response }) => {
      const { server, loki } = await setUp()
      server.fault = () => ({ status: response?.status ?? 0, body: response?.body ?? '' })
      const error = await failure(loki.queryRange({ query: '{job="a"}', ...range, limit: 5 }))
      expect(error).toBeInstanceOf(LokiError)
      expect(error.status).toBe(response?.status)
      expect(error.retryable).toBe([429, 500, 504].includes(response?.status ?? 0))
      expect(error.message).toContain((response?.body ?? '').trim().slice(0, 40))
      expect(error.maxLimit).toBe(
        /\(\d+ > (\d+)\)$/.exec(response?.body ?? '')?.[1] === undefined
          ? undefined
          : Number(/> (\d+)\)$/.exec(response?.body ?? '')?.[1]),
      )
    },
  )
})

describe('pushing', () => {
  test('stores one stream, in pieces below a megabyte, in order', async () => {
    const { server, loki } = await setUp()
    const stream = entries(30, 'y'.repeat(100_000))
    await loki.push(stream)
    expect(server.entries.map(({ line }) => line)).toEqual(stream.entries.map(({ line }) => line))
    expect(server.entries[0]?.metadata).toEqual({ a: '1' })
    const pushes = server.of('push')
    expect(pushes.length).toBeGreaterThan(3)
    for (const { body } of pushes) {
      expect(body.length).toBeLessThan(1024 * 1024)
      expect((JSON.parse(body) as { streams: unknown[] }).streams).toHaveLength(1)
    }
  })

  test.each([200, 260, 202])('status %i is no success', async (status) => {
    const { server, loki } = await setUp()
    server.fault = () => ({ status, body: 'ingestion blocked' })
    expect(await failure(loki.push(entries(1)))).toMatchObject({ status, retryable: true })
  })

  test('halves what Loki’s parts cannot hand on, until it fits', async () => {
    const { server, loki } = await setUp()
    server.fault = ({ body }) =>
      body.split('"x').length > 4
        ? { status: 500, body: 'rpc error: code = ResourceExhausted desc = …' }
        : undefined
    await loki.push(entries(20))
    expect(server.entries.map(({ line }) => line)).toEqual(
      entries(20).entries.map(({ line }) => line),
    )
  })

  test('gives up on a single entry that is too large, and only on that', async () => {
    const { server, loki } = await setUp()
    server.fault = () => ({ status: 500, body: 'rpc error: code = ResourceExhausted desc = …' })
    expect(await failure(loki.push(entries(1)))).toMatchObject({ status: 500, retryable: false })
    server.fault = () => ({ status: 500, body: 'empty ring\n' })
    expect(await failure(loki.push(entries(4)))).toMatchObject({ status: 500, retryable: true })
  })

  test('halves once on 429, lest it be above the burst size for ever', async () => {
    const { server, loki } = await setUp()
    server.fault = ({ body }) =>
      body.split('"x').length > 6 ? { status: 429, body: 'rate limit' } : undefined
    await loki.push(entries(10))
    expect(server.entries).toHaveLength(10)
    server.fault = () => ({ status: 429, body: 'rate limit' })
    server.requests.length = 0
    expect(await failure(loki.push(entries(10)))).toMatchObject({ status: 429, retryable: true })
    expect(server.of('push')).toHaveLength(2)
  })

  test('pushes again after a lost answer, which Loki recognises', async () => {
    const { server, loki } = await setUp()
    let lost = false
    server.fault = () => {
      if (lost) return undefined
      lost = true
      return 'reset'
    }
    await loki.push(entries(2))
    await loki.push(entries(2))
    expect(server.entries).toHaveLength(2)
  })

  test('never sends half a surrogate pair', async () => {
    const { server, loki } = await setUp()
    await loki.push({
      labels: { a: 'x\ud800' },
      entries: [{ ns: '1', line: 'y\ud800', metadata: { m: '\udfff' } }],
    })
    expect(server.of('push')[0]?.body).not.toMatch(/\\ud/)
  })

  const refused = recordings().filter(
    ({ name, response }) =>
      name.startsWith('push-') && response !== null && ![204, 260].includes(response.status),
  )
  test.skipIf(refused.length === 0).each(refused)(
    '$name is final unless time helps',
    async ({ response }) => {
      const { server, loki } = await setUp()
      const { status = 0, body = '' } = response ?? {}
      server.fault = () => ({ status, body })
      const isFinal = status < 429 || body.includes('ResourceExhausted')
      expect(await failure(loki.push(entries(1)))).toMatchObject({ status, retryable: !isFinal })
    },
  )
})
