import { afterEach, describe, expect, test } from 'vitest'
import type { EncodedDetection } from '../../../src/core/detection.ts'
import { SinkError } from '../../../src/errors.ts'
import { systemClock, type Sink } from '../../../src/pipeline/types.ts'
import { lokiSink } from '../../../src/sinks/loki/index.ts'
import { silentLogger, type Logger } from '../../../src/telemetry/logger.ts'
import { FakeLoki } from '../../helpers/fake-loki.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})
const { signal } = new AbortController()

async function setUp(
  config: object = {},
): Promise<{ server: FakeLoki; sink: Sink; warnings: string[] }> {
  const server = await new FakeLoki().start()
  const warnings: string[] = []
  const logger: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) }
  const sink = lokiSink.create(
    lokiSink.schema.parse({ type: 'loki', url: server.url, ...config }),
    {
      name: 'out',
      stateDir: '/nowhere',
      logger,
      clock: systemClock,
      reference: 0,
    },
  )
  open.push(
    () => sink.close(),
    () => server.stop(),
  )
  return { server, sink, warnings }
}

function detection(
  n: number,
  more: Partial<EncodedDetection> & { event?: object } = {},
): EncodedDetection {
  const { event, ...rest } = more
  const id = String(n).padStart(32, '0')
  return {
    id,
    kind: 'scan',
    dangerLevel: 3,
    ns: `17954969390000000${String(n).padStart(2, '0')}`,
    json: JSON.stringify({ v: 1, id, source: '192.0.2.5', packets: 7, ...event }),
    ...rest,
  }
}

describe('an event', () => {
  test('goes out with the contract’s labels and metadata, its line unchanged', async () => {
    const { server, sink } = await setUp({ labels: { site: 'home' }, origin: 'backfill' })
    const event = {
      destination: '198.51.100.1',
      scan: 'syn',
      sid: 2001,
      country: 'DE',
      asn: 'AS64500',
      message: 'not metadata',
    }
    const given = detection(1, { dangerLevel: 4, event })
    await sink.write([given], signal)
    expect(server.entries).toEqual([
      {
        labels: {
          job: 'picket',
          kind: 'scan',
          danger_level: '4',
          origin: 'backfill',
          site: 'home',
        },
        ns: BigInt(given.ns),
        line: given.json,
        metadata: {
          detection_id: given.id,
          source: '192.0.2.5',
          destination: '198.51.100.1',
          scan: 'syn',
          sid: '2001',
          packets: '7',
          country: 'DE',
          asn: 'AS64500',
          level: 'error',
        },
      },
    ])
  })

  test.each([
    [0, 'info'],
    [1, 'info'],
    [2, 'warning'],
    [3, 'warning'],
    [4, 'error'],
    [5, 'critical'],
  ] as const)('of danger level %i is shown as %s', async (dangerLevel, level) => {
    const { server, sink } = await setUp()
    await sink.write([detection(1, { dangerLevel })], signal)
    expect(server.entries[0]?.metadata?.['level']).toBe(level)
  })

  test('twice is once', async () => {
    const { server, sink } = await setUp()
    await sink.write([detection(1)], signal)
    await sink.write([detection(1), detection(2)], signal)
    expect(server.entries).toHaveLength(2)
  })
})

test('each push has one stream, and a stream keeps the order', async () => {
  const { server, sink } = await setUp()
  await sink.write(
    [detection(1), detection(2, { kind: 'level' }), detection(3), detection(4, { kind: 'level' })],
    signal,
  )
  const bodies = server
    .of('push')
    .map(({ body }) => JSON.parse(body) as { streams: { values: unknown[] }[] })
  expect(bodies.map(({ streams }) => streams.length)).toEqual([1, 1])
  expect(server.entries.map(({ ns }) => Number(ns % 100n))).toEqual([1, 3, 2, 4])
})

test.each([
  [400, 'entry too far behind', false],
  [422, 'at least one valid stream', false],
  [401, 'no org id', true],
  [403, 'forbidden', true],
  [404, '404 page not found', true],
  [429, 'Ingestion rate limit exceeded', true],
  [500, 'empty ring', true],
  [503, '', true],
  [260, 'ingestion blocked', true],
  [200, '', true],
])('status %i with %j, retryable %s', async (status, body, retryable) => {
  const { server, sink } = await setUp()
  server.fault = () => ({ status, body })
  const error = await sink.write([detection(1)], signal).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(SinkError)
  expect(error).toMatchObject({ sink: 'out', status, retryable })
  expect((error as Error).message).toContain(body)
})

test('no answer is retryable', async () => {
  const { server, sink } = await setUp()
  server.fault = () => 'reset'
  await expect(sink.write([detection(1)], signal)).rejects.toMatchObject({
    retryable: true,
    code: 'PICKET_SINK',
  })
})

test('refused metadata is left out from then on, and that is said once', async () => {
  const { server, sink, warnings } = await setUp()
  server.fault = ({ body }) =>
    body.includes('detection_id')
      ? {
          status: 400,
          body: "stream '{}' includes structured metadata, but this feature is disallowed.",
        }
      : undefined
  await sink.write([detection(1)], signal)
  await sink.write([detection(2)], signal)
  expect(server.entries.map(({ metadata }) => metadata)).toEqual([undefined, undefined])
  expect(warnings).toHaveLength(1)
  expect(server.of('push')).toHaveLength(3)
})

test('metadata that is too large for one event is left out of that push alone', async () => {
  const { server, sink, warnings } = await setUp()
  server.fault = ({ body }) =>
    body.includes('DE') && body.includes('detection_id')
      ? { status: 400, body: 'has structured metadata too large' }
      : undefined
  await sink.write([detection(1, { event: { country: 'DE' } })], signal)
  await sink.write([detection(2)], signal)
  expect(server.entries.map(({ metadata }) => metadata === undefined)).toEqual([true, false])
  expect(warnings).toHaveLength(0)
})

test('check asks for one of its own events', async () => {
  const { server, sink } = await setUp()
  await sink.check(signal)
  expect(server.of('query_range')[0]?.query.get('limit')).toBe('1')
  server.fault = () => ({ status: 401, body: 'no org id' })
  await expect(sink.check(signal)).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('tenant') as string,
  })
})

test.each([
  [{ labels: { job: 'x' } }, 'job is set by Picket'],
  [{ labels: { 'a-b': 'x' } }, 'label name'],
  [{ url: 'loki:3100' }, 'no address'],
  [{ nonsense: 1 }, 'nonsense'],
])('%j is refused', (config, message) => {
  const result = lokiSink.schema.safeParse({ type: 'loki', url: 'http://l', ...config })
  expect(JSON.stringify(result.error?.issues)).toContain(message)
})

test('it is required unless told otherwise', async () => {
  expect((await setUp()).sink.required).toBe(true)
  expect((await setUp({ required: false })).sink.required).toBe(false)
})
