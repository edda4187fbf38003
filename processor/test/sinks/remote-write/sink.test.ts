import { Gauge, Histogram, Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { SinkError } from '../../../src/errors.ts'
import { systemClock } from '../../../src/pipeline/types.ts'
import {
  isRemoteWriteSink,
  remoteWriteConfig,
  remoteWriteSink,
  type RemoteWriteSink,
} from '../../../src/sinks/remote-write/index.ts'
import { silentLogger } from '../../../src/telemetry/logger.ts'
import { encoded, never } from '../detections.ts'
import { startFakeReceiver, type FakeReceiver } from './fake-receiver.ts'

const T0 = 1_767_225_600_000

function sinkTo(url: string, change: object = {}): RemoteWriteSink {
  const config = remoteWriteConfig.parse({
    type: 'remote-write',
    name: 'rw',
    url,
    instance: 'host:9744',
    ...change,
  })
  const sink = remoteWriteSink.create(config, {
    name: 'rw',
    stateDir: '',
    logger: silentLogger,
    clock: systemClock,
    reference: 0,
  })
  expect(isRemoteWriteSink(sink)).toBe(true)
  return sink
}

async function thrown(doing: Promise<unknown>): Promise<SinkError> {
  const error = await doing.then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(SinkError)
  return error as SinkError
}

describe('remote write', () => {
  let receiver: FakeReceiver
  let sink: RemoteWriteSink
  let registry: Registry
  let gauge: Gauge
  beforeEach(async () => {
    receiver = await startFakeReceiver()
    sink = sinkTo(receiver.url)
    registry = new Registry()
    gauge = new Gauge({ name: 'top', help: 'Top.', labelNames: ['source'], registers: [registry] })
    gauge.set({ source: 'a' }, 7)
  })
  afterEach(async () => {
    await sink.close()
    await receiver.close()
  })

  it('sends every series with job, instance and time, as remote write 1.0 has it', async () => {
    expect(await sink.pushMetrics(registry, T0, never)).toBe('sent')
    expect(receiver.requests).toMatchObject([
      {
        path: '/api/v1/write',
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
        },
        samples: [
          {
            labels: { __name__: 'top', source: 'a', job: 'picket', instance: 'host:9744' },
            value: 7,
            timestampMs: T0,
          },
        ],
      },
    ])
  })

  it('sends histograms as their series', async () => {
    const histogram = new Histogram({
      name: 'h',
      help: 'H.',
      buckets: [0.5, 10],
      registers: [registry],
    })
    histogram.observe(1)
    await sink.pushMetrics(registry, T0, never)
    const series = receiver.requests[0]!.samples.filter(({ labels }) =>
      labels.__name__!.startsWith('h'),
    )
    expect(series.map(({ labels, value }) => [labels.__name__, labels.le, value])).toEqual([
      ['h_bucket', '0.5', 0],
      ['h_bucket', '10', 1],
      ['h_bucket', '+Inf', 1],
      ['h_sum', undefined, 1],
      ['h_count', undefined, 1],
    ])
  })

  it('ends a series that is gone, once', async () => {
    await sink.pushMetrics(registry, T0, never)
    gauge.reset()
    gauge.set({ source: 'b' }, 1)
    await sink.pushMetrics(registry, T0 + 15_000, never)
    await sink.pushMetrics(registry, T0 + 30_000, never)
    const ended = receiver.requests.map(({ samples }) =>
      samples.filter(({ isStale }) => isStale).map(({ labels }) => labels.source),
    )
    expect(ended).toEqual([[], ['a'], []])
  })

  it('never goes back in time when the clock does', async () => {
    for (const now of [T0, T0 - 3_600_000, T0 - 3_500_000, T0 + 1000])
      await sink.pushMetrics(registry, now, never)
    const times = receiver.requests.map(({ samples }) => samples[0]!.timestampMs)
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    expect(times.at(-1)).toBe(T0 + 1000)
  })

  test.each([500, 429])(
    'keeps samples through answers %i and sends them in order afterwards',
    async (status) => {
      receiver.status = status
      expect(await thrown(sink.pushMetrics(registry, T0, never))).toMatchObject({
        retryable: true,
        status,
      })
      receiver.status = 204
      gauge.set({ source: 'a' }, 8)
      // The backoff after the first failure is an interval, so this call only collects.
      expect(await sink.pushMetrics(registry, T0 + 14_000, never)).toBe('waiting')
      expect(receiver.requests).toEqual([])
      expect(await sink.pushMetrics(registry, T0 + 16_000, never)).toBe('sent')
      expect(
        receiver.requests.map(({ samples }) => [samples[0]!.timestampMs, samples[0]!.value]),
      ).toEqual([
        [T0, 7],
        [T0 + 14_000, 8],
        [T0 + 16_000, 8],
      ])
    },
  )

  it('drops the oldest samples at a bound, and counts them', async () => {
    receiver.status = 500
    for (let i = 0; i < 60; i++)
      await sink.pushMetrics(registry, T0 + i * 15_000, never).catch(() => {})
    receiver.status = 204
    await sink.pushMetrics(registry, T0 + 60 * 15_000, never, { now: true })
    expect(receiver.requests).toHaveLength(40)
    expect(sink.droppedSnapshots).toBe(21)
    expect(receiver.requests.at(-1)!.samples[0]!.timestampMs).toBe(T0 + 60 * 15_000)
  })

  it('gives up samples that are refused, and goes on with the next', async () => {
    receiver.status = 400
    const error = await thrown(sink.pushMetrics(registry, T0, never))
    expect(error).toMatchObject({ retryable: false, status: 400 })
    expect(error.message).toContain('as the test wants')
    receiver.status = 204
    await sink.pushMetrics(registry, T0 + 15_000, never)
    expect(receiver.requests.map(({ samples }) => samples[0]!.timestampMs)).toEqual([T0 + 15_000])
  })

  it('cuts many series into requests of 2,000', async () => {
    for (let i = 0; i < 4500; i++) gauge.set({ source: String(i) }, i)
    await sink.pushMetrics(registry, T0, never)
    expect(receiver.requests.map(({ samples }) => samples.length)).toEqual([2000, 2000, 501])
  })

  it('says before it is needed that the far side takes no remote write', async () => {
    await sink.check(never)
    receiver.status = 404
    expect((await thrown(sink.check(never))).message).toContain(
      '--web.enable-remote-write-receiver',
    )
  })

  it('stops waiting for an answer when told to', async () => {
    receiver.hanging = true
    const stopping = new AbortController()
    const pushing = thrown(sink.pushMetrics(registry, T0, stopping.signal))
    setImmediate(() => stopping.abort())
    expect((await pushing).retryable).toBe(true)
  })

  it('takes detections, which are no metrics, without doing anything', async () => {
    await sink.write([encoded()], never)
    expect(receiver.requests).toEqual([])
  })

  it('uses the path of the address if it has one', async () => {
    const other = sinkTo(`${receiver.url}/receive/write?tenant=a`)
    await other.pushMetrics(registry, T0, never)
    await other.close()
    expect(receiver.requests[0]!.path).toBe('/receive/write?tenant=a')
  })
})
