import { afterEach, expect, test } from 'vitest'
import { keepTail } from '../../../src/clients/loki/index.ts'
import { REFUSED_WAIT_MS } from '../../../src/clients/loki/tail.ts'
import { silentLogger } from '../../../src/telemetry/logger.ts'
import { FakeLoki } from '../../helpers/fake-loki.ts'

let server: FakeLoki
const stop = { controller: new AbortController() }
afterEach(async () => {
  stop.controller.abort()
  stop.controller = new AbortController()
  await server.stop()
})

/** Starts a tail whose waits end at once but are noted; the sixth wait ends it. */
function start(connect: () => void = () => {}): {
  rings: () => number
  waits: number[]
  done: Promise<void>
} {
  let rings = 0
  const waits: number[] = []
  const done = keepTail(
    {
      connect: () => {
        connect()
        return Promise.resolve({
          url: `${server.url.replace('http', 'ws')}/loki/api/v1/tail?query=x`,
          headers: { 'x-scope-orgid': 'a' },
        })
      },
      onRing: () => {
        rings += 1
      },
      logger: silentLogger,
      sleep: (ms) => {
        waits.push(ms)
        if (waits.length >= 6) stop.controller.abort()
        return Promise.resolve()
      },
    },
    stop.controller.signal,
  )
  return { rings: () => rings, waits, done }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

test('a message rings, with the tenant sent along', async () => {
  server = await new FakeLoki().start()
  const { rings } = start()
  await until(() => server.tails.size === 1)
  expect(server.of('tail')[0]?.headers['x-scope-orgid']).toBe('a')
  server.push({ job: 'a' }, 1n, 'x')
  await until(() => rings() === 1)
})

test('a tail that worked is opened again at once, whatever it ended with', async () => {
  server = await new FakeLoki().start()
  const { waits } = start()
  await until(() => server.tails.size === 1)
  const [tail] = server.tails
  server.push({ job: 'a' }, 1n, 'x')
  tail?.close(1011, 'reached tail max duration limit')
  await until(() => server.of('tail').length === 2 && server.tails.size === 1)
  expect(waits).toEqual([1000])
})

test.each([400, 401, 403])(
  'a refusal with %i before the upgrade is left alone for minutes',
  async (status) => {
    server = await new FakeLoki().start()
    server.fault = () => ({ status, body: 'no' })
    const { waits, done } = start()
    await done
    expect(waits[0]).toBe(REFUSED_WAIT_MS)
  },
)

test('no connection is tried again, each time later', async () => {
  server = await new FakeLoki().start()
  server.fault = () => ({ status: 503, body: 'no' })
  const { waits, done } = start()
  await done
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000])
})

test('options that cannot be made do not end it', async () => {
  server = await new FakeLoki().start()
  const { waits, done } = start(() => {
    throw new Error('tokenFile cannot be read')
  })
  await done
  expect(waits).toHaveLength(6)
})
