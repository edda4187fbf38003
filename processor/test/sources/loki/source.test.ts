import { afterEach, describe, expect, test } from 'vitest'
import { SourceError } from '../../../src/errors.ts'
import type { Position, Source } from '../../../src/pipeline/types.ts'
import { lokiSource } from '../../../src/sources/loki/index.ts'
import type { Logger } from '../../../src/telemetry/logger.ts'
import { FakeLoki, type FakeLokiOptions } from '../../helpers/fake-loki.ts'
import { VirtualClock } from '../../helpers/virtual-clock.ts'
import { lokiInput, readLines, type ReadLine } from './harness.ts'

const START_MS = Date.UTC(2026, 0, 2, 3, 20)
const NS = BigInt(START_MS) * 1_000_000n
const SECOND = 1_000_000_000n
const START = new Date(START_MS).toISOString()
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

class Messages implements Logger {
  readonly all: string[] = []
  error = (_: object, message: string): void => void this.all.push(`error ${message}`)
  warn = (_: object, message: string): void => void this.all.push(`warn ${message}`)
  info = (_: object, message: string): void => void this.all.push(`info ${message}`)
  debug = (): void => {}
  child = (): Logger => this
}

async function setUp(
  config: Readonly<Record<string, unknown>> = {},
  options: FakeLokiOptions = {},
): Promise<{ server: FakeLoki; clock: VirtualClock; source: Source; log: Messages }> {
  const server = await new FakeLoki(options).start()
  const clock = new VirtualClock(START_MS)
  const log = new Messages()
  const source = lokiInput({
    url: server.url,
    clock,
    logger: log,
    config: { start: START, ...config },
  })
  open.push(
    async () => source.close?.(),
    () => server.stop(),
  )
  return { server, clock, source, log }
}

function fill(
  server: FakeLoki,
  count: number,
  at: (i: number) => bigint,
  labels = { job: 'firewall' },
): void {
  for (let i = 0; i < count; i++) server.push(labels, at(i), `line ${i}`)
}

const texts = (lines: readonly ReadLine[]): string[] => lines.map(({ text }) => text)
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i}`)
const count =
  (n: number) =>
  (lines: readonly ReadLine[]): boolean =>
    lines.length >= n

async function failure(source: Source, from?: Position): Promise<SourceError> {
  return await readLines(source, from, () => false).then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as SourceError,
  )
}

describe('configuration', () => {
  const parse = (
    more: object,
  ): { success: boolean; error?: { issues: readonly { message: string }[] } } =>
    lokiSource.schema.safeParse({
      type: 'loki',
      url: 'http://l',
      query: '{a="b"}',
      ...more,
    })

  test('has the defaults of the contract, and none for the query', () => {
    expect(
      lokiSource.schema.parse({ type: 'loki', url: 'http://l/', query: '{a="b"}' }),
    ).toMatchObject({
      name: 'loki',
      url: 'http://l',
      start: 'now',
      settle: 5000,
      maxLateness: 600_000,
      poll: 2000,
      limit: 1000,
      tail: true,
      time: 'entry',
    })
    expect(parse({ query: undefined }).error?.issues[0]?.message).toContain('no default')
  })

  test.each([
    'now',
    'beginning',
    '6h',
    '2026-01-31T00:00:00Z',
    '2026-01-31',
    '2026-01-31T00:00:00.123456789+01:00',
  ])('start can be %s', (start) => expect(parse({ start }).success).toBe(true))

  test.each([
    [{ start: 'yesterday' }, '"yesterday" is no start'],
    [{ start: '2026-01-31T00:00:00' }, 'is no start'],
    [{ end: 'now' }, '"now" is no time'],
    [{ limit: 0 }, ''],
    [{ poll: '1ms' }, 'at least 100ms'],
    [{ qery: 'x' }, ''],
  ])('%j is refused', (more, message) => {
    const result = parse(more)
    expect(result.success).toBe(false)
    expect(result.error?.issues[0]?.message).toContain(message)
  })
})

describe('reading', () => {
  test('waits until lines have settled, and is then at the end', async () => {
    const { server, clock, source } = await setUp()
    server.push({ job: 'firewall' }, NS, 'line 0')
    const { lines } = await readLines(source, undefined, (_, { lagSeconds, readableAt }) => {
      if (readableAt === undefined) return false
      expect(readableAt).toBe(START_MS + 5000)
      expect(lagSeconds).toBeLessThan(3)
      return true
    })
    expect(texts(lines)).toEqual(['line 0'])
    expect(clock.now()).toBeGreaterThan(START_MS + 5000)
    expect(clock.now()).toBeLessThan(START_MS + 8000)
  })

  test('start: now begins with what settles from now on', async () => {
    const { server, source } = await setUp({ start: 'now' })
    server.push({ job: 'firewall' }, NS - 6n * SECOND, 'old')
    server.push({ job: 'firewall' }, NS - 4n * SECOND, 'line 0')
    expect(texts((await readLines(source, undefined, count(1))).lines)).toEqual(['line 0'])
  })

  test('start: beginning finds lines of long ago in few requests', async () => {
    const { server, source } = await setUp({ start: 'beginning' })
    server.push({ job: 'firewall' }, BigInt(Date.UTC(2004, 1, 25)) * 1_000_000n, 'line 0')
    expect(texts((await readLines(source, undefined, count(1))).lines)).toEqual(['line 0'])
    expect(server.of('query_range').length).toBeLessThan(100)
  })

  test('long ranges that a tenant may not ask for are cut', async () => {
    const { server, source } = await setUp(
      { start: new Date(START_MS - 40 * 3_600_000).toISOString() },
      { longestNs: 3n * 3600n * SECOND },
    )
    server.push({ job: 'firewall' }, NS - 60n * SECOND, 'line 0')
    expect(texts((await readLines(source, undefined, count(1))).lines)).toEqual(['line 0'])
  })

  test('with an end it reads up to there and ends', async () => {
    const { server, source } = await setUp({
      end: new Date(START_MS + 10_000).toISOString(),
      limit: 3,
    })
    fill(server, 20, (i) => NS + BigInt(i) * SECOND)
    expect(texts((await readLines(source, undefined, () => false)).lines)).toEqual(numbered(10))
  })

  test('Picket’s own streams are never read', async () => {
    const { server, source } = await setUp({ query: '{}' })
    server.push({ job: 'picket', kind: 'scan' }, NS, 'an event')
    server.push({ job: 'firewall' }, NS + 1n, 'line 0')
    expect(texts((await readLines(source, undefined, count(1))).lines)).toEqual(['line 0'])
  })

  test('labels come without those of the server, in one object a stream', async () => {
    const { server, source } = await setUp({ limit: 2 })
    fill(server, 4, (i) => NS + BigInt(i))
    const { lines } = await readLines(source, undefined, count(4))
    expect(lines[0]?.labels).toEqual({ job: 'firewall' })
    expect(lines[3]?.labels).toBe(lines[0]?.labels)
  })

  test('one stream that fills a nanosecond beyond the server’s maximum is said loudly and stepped over', async () => {
    const { server, source, log } = await setUp({ limit: 5 }, { maxLimit: 10 })
    fill(server, 30, () => NS)
    server.push({ job: 'firewall', host: 'b' }, NS, 'other')
    server.push({ job: 'firewall' }, NS + 1n, 'next')
    const { lines } = await readLines(source, undefined, (all) => all.at(-1)?.text === 'next')
    expect(texts(lines).sort()).toEqual([...numbered(10), 'next', 'other'].sort())
    expect(
      log.all.some((message) => message.startsWith('error More lines on one nanosecond')),
    ).toBe(true)
  })

  test('the maximum that a refusal names is learnt', async () => {
    const { server, source } = await setUp({ limit: 1000 }, { maxLimit: 7 })
    fill(server, 40, (i) => NS + BigInt(i))
    expect(texts((await readLines(source, undefined, count(40))).lines)).toEqual(numbered(40))
    expect(
      server.of('query_range').filter(({ query }) => query.get('limit') === '1000'),
    ).toHaveLength(1)
  })

  test('an answer that is too large to come is asked for in smaller pieces', async () => {
    const { server, source } = await setUp({ limit: 1000 }, { mostLines: 100 })
    fill(server, 400, (i) => NS + BigInt(i))
    let position: Position | undefined
    const all: string[] = []
    // As the pipeline does: again from the last position, whatever failed.
    for (let tries = 0; all.length < 400 && tries < 10; tries++) {
      try {
        const read = await readLines(source, position, (lines, batch) => {
          position = JSON.parse(JSON.stringify(batch.next)) as Position
          all.push(...texts(lines).slice(all.length))
          return all.length >= 400
        })
        expect(read.lines.length).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toMatchObject({ retryable: true, code: 'PICKET_SOURCE' })
      }
    }
    expect(all).toEqual(numbered(400))
  })

  test('a filter’s cached emptiness hides no late line', async () => {
    const { server, clock, source } = await setUp(
      { query: '{job="firewall"} |= "line"', maxLateness: '30m' },
      { cache: true },
    )
    clock.at(START_MS + 25 * 60_000, () => server.push({ job: 'firewall' }, NS + SECOND, 'line 0'))
    const { lines } = await readLines(source, undefined, count(1))
    expect(lines).toMatchObject([{ text: 'line 0', isLate: true }])
  })

  test('what arrived late while nobody was reading is found after the restart', async () => {
    const { server, clock, source } = await setUp()
    server.push({ job: 'firewall' }, NS + 20n * SECOND, 'line 0')
    const first = await readLines(source, undefined, count(1))
    server.push({ job: 'firewall' }, NS + 10n * SECOND, 'line 1')
    clock.set(clock.now() + 3_600_000)
    const second = await readLines(source, first.next, count(1))
    expect(second.lines).toMatchObject([{ text: 'line 1', isLate: true }])
  })

  test('a clock that is set back and forth neither loses nor repeats a line', async () => {
    const { server, clock, source } = await setUp()
    const seen: string[] = []
    fill(server, 3, (i) => NS + BigInt(i) * 10n * SECOND)
    const jumps = [-120_000, 40_000, -30_000, 200_000, 60_000]
    await readLines(source, undefined, (lines, batch) => {
      seen.splice(0, seen.length, ...texts(lines))
      if (batch.lines.count === 0) return clock.now() > START_MS + 400_000
      clock.set(clock.now() + (jumps.shift() ?? 0))
      return false
    })
    expect(seen).toEqual(numbered(3))
  })

  test.each(['now', START])(
    'a clock that is or goes far ahead of Loki’s does not run past lines to come (start %s)',
    async (start) => {
      const { server, clock, source, log } = await setUp({ maxLateness: 0, start })
      let aheadMs = start === 'now' ? 7_200_000 : 0
      clock.set(START_MS + aheadMs)
      const none = JSON.stringify({
        status: 'success',
        data: { resultType: 'streams', result: [] },
      })
      server.fault = () => ({
        status: 200,
        body: none,
        headers: { date: new Date(clock.now() - aheadMs).toUTCString() },
      })
      let batches = 0
      const { next } = await readLines(source, undefined, () => {
        batches += 1
        if (batches === 3 && aheadMs === 0) {
          aheadMs = 7_200_000
          clock.set(clock.now() + aheadMs)
        }
        return batches === 6
      })
      expect(log.all.some((message) => message.includes('ahead of Loki'))).toBe(true)
      expect(BigInt((next as unknown as { ns: string }).ns)).toBeLessThan(NS + 60n * SECOND)
    },
  )

  test('the tail wakes a poll as soon as the line has settled', async () => {
    const { server, source, clock } = await setUp({ tail: true, poll: '1h', settle: '1s' })
    // Virtual hours must not pass while the websocket connects: hold the clock until it has.
    const sleep = clock.sleep.bind(clock)
    clock.sleep = async (ms, signal) => {
      if (ms > 60_000 && signal?.aborted === false) {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      } else {
        await sleep(ms, signal)
      }
    }
    const pushed = (async () => {
      while (server.tails.size === 0) await new Promise((resolve) => setTimeout(resolve, 2))
      server.push({ job: 'firewall' }, BigInt(clock.now()) * 1_000_000n, 'line 0')
    })()
    const { lines } = await readLines(source, undefined, count(1))
    await pushed
    expect(texts(lines)).toEqual(['line 0'])
    expect(clock.now()).toBeLessThan(START_MS + 10_000)
  })

  test('an abort ends it without an error, also in the middle of a request', async () => {
    const { server, source } = await setUp()
    const stop = new AbortController()
    server.fault = () => {
      stop.abort()
      return 'hang'
    }
    for await (const batch of source.read(undefined, stop.signal)) expect(batch.lines.count).toBe(0)
    expect(stop.signal.aborted).toBe(true)
  })
})

describe('failures', () => {
  test.each([
    [
      400,
      'parse error at line 1, col 5: unexpected',
      false,
      'the query of this input is {job="firewall"}',
    ],
    [401, 'no org id', false, 'set tenant, or username and passwordFile, or tokenFile'],
    [403, 'forbidden', false, 'check tenant, username or token'],
    [404, '404 page not found', false, 'the part before /loki/api/v1'],
    [301, '', false, 'set url to the final address'],
    [429, 'too many outstanding requests', true, 'limits this tenant'],
    [500, 'empty ring', true, 'empty ring'],
    [504, 'gateway', true, 'in trouble'],
  ])('%i says what to do', async (status, body, retryable, advice) => {
    const { server, source } = await setUp()
    server.fault = () => ({ status, body })
    const error = await failure(source)
    expect(error).toBeInstanceOf(SourceError)
    expect(error).toMatchObject({ status, retryable, source: 'fw' })
    expect(error.message).toContain(advice)
    await expect(source.check(new AbortController().signal)).rejects.toMatchObject({
      status,
      retryable,
    })
  })

  test.each([
    ['<html>login</html>', 'no JSON'],
    ['{"status":"success","data":{"resultType":"matrix","result":[]}}', 'has to be a log query'],
    ['{}', 'none of Loki'],
  ])('the answer %s is told', async (body, message) => {
    const { server, source } = await setUp()
    server.fault = () => ({ status: 200, body })
    expect((await failure(source)).message).toContain(message)
  })

  test('a position that is none is told', async () => {
    const { source } = await setUp()
    expect(await failure(source, { kind: 'file' })).toMatchObject({ retryable: false })
    expect(
      await failure(source, {
        kind: 'loki',
        ns: '1',
        late: { from: '0', seen: 'AAAA' },
      } as Position),
    ).toMatchObject({
      retryable: false,
    })
  })

  test('check asks for one line and warns of a Loki that is empty', async () => {
    const { server, source, log } = await setUp()
    await source.check(new AbortController().signal)
    expect(server.of('query_range')[0]?.query.get('limit')).toBe('1')
    expect(log.all.some((message) => message.includes('knows no labels'))).toBe(true)
  })
})
