import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { createAnnotationClient } from '../../../src/clients/grafana/annotations.ts'
import { createHttpClient } from '../../../src/clients/http.ts'
import type { Sink } from '../../../src/pipeline/types.ts'
import { createGrafanaSink, grafanaConfig } from '../../../src/sinks/grafana/index.ts'
import { join, scanOf } from '../../../src/sinks/grafana/scan.ts'
import { silentLogger } from '../../../src/telemetry/logger.ts'
import { failure, sinkContract } from '../contract.ts'
import { at, detection, encoded, MADE_AT, never } from '../detections.ts'
import { startFakeGrafana, type FakeGrafana } from './fake-grafana.ts'

function sinkTo(grafana: FakeGrafana, options: { config?: object; memory?: number } = {}): Sink {
  const config = grafanaConfig.parse({
    type: 'grafana',
    name: 'g',
    url: grafana.url,
    ...options.config,
  })
  const http = createHttpClient({
    baseUrl: config.url,
    connection: config,
    logger: silentLogger,
    sleep: () => Promise.resolve(),
  })
  return createGrafanaSink(config, {
    client: createAnnotationClient(http, silentLogger),
    ...(options.memory !== undefined && { memory: options.memory }),
  })
}

sinkContract(
  'grafana',
  async () => {
    const grafana = await startFakeGrafana()
    return {
      sink: sinkTo(grafana),
      delivered: async () =>
        grafana.annotations.map(({ data }) => (data.picket as { detection: string }).detection),
      answerWith(status) {
        grafana.failWith = status === undefined ? undefined : { status }
      },
      hang() {
        grafana.hanging = true
      },
      stop: () => grafana.close(),
    }
  },
  { overHttp: true },
)

describe('annotations of a scan', () => {
  let grafana: FakeGrafana
  let sink: Sink
  beforeEach(async () => {
    grafana = await startFakeGrafana()
    sink = sinkTo(grafana)
  })
  afterEach(async () => {
    await sink.close()
    await grafana.close()
  })

  const grown = {
    id: 'd2'.padEnd(32, '0'),
    lastSeen: at(60),
    packets: 1500,
    dangerLevel: 4,
    kind: 'level',
  } as const

  it('are one region from the first packet to the last, tagged and explained', async () => {
    await sink.write([encoded({ lastSeen: at(30), destinations: 3 })], never)
    expect(grafana.annotations).toEqual([
      {
        id: 1,
        time: Date.parse(MADE_AT),
        timeEnd: Date.parse(at(30)),
        tags: ['picket', 'kind:scan', 'danger:3', 'source:203.0.113.9'],
        text: 'Danger level 3: 203.0.113.9, syn scan, 150 packets to 3 destinations\nPorts: tcp 1-150\n150 packets reach level 3',
        data: {
          picket: expect.objectContaining({
            scan: `203.0.113.9 ${MADE_AT}`,
            detection: 'd1'.padEnd(32, '0'),
          }) as unknown,
        },
      },
    ])
  })

  it('grow with the scan', async () => {
    await sink.write([encoded()], never)
    await sink.write([encoded({ ...grown, scan: undefined })], never)
    expect(grafana.annotations).toMatchObject([
      {
        timeEnd: Date.parse(at(60)),
        tags: ['picket', 'kind:level', 'kind:scan', 'danger:4', 'source:203.0.113.9'],
        text: expect.stringContaining(
          'Danger level 4: 203.0.113.9, syn scan, 1500 packets',
        ) as unknown,
      },
    ])
  })

  it('are found again after a restart, by tags and time', async () => {
    await sink.write([encoded()], never)
    const restarted = sinkTo(grafana)
    await restarted.write([encoded(grown)], never)
    await restarted.close()
    expect(grafana.annotations).toMatchObject([{ id: 1, timeEnd: Date.parse(at(60)) }])
  })

  it('are not touched by a repeat, with memory or after a restart', async () => {
    await sink.write([encoded(), encoded(grown)], never)
    const restarted = sinkTo(grafana)
    grafana.requests.length = 0
    await sink.write([encoded()], never)
    expect(grafana.requests).toEqual([])
    await restarted.write([encoded(), encoded(grown)], never)
    await restarted.write([encoded()], never)
    await restarted.close()
    expect(grafana.requests).toEqual(['GET /api/annotations'])
  })

  it('take many events of one batch in one call', async () => {
    const batch = Array.from({ length: 50 }, (_, i) =>
      encoded({ id: String(i).padStart(32, 'b'), packets: 150 + i, lastSeen: at(i) }),
    )
    await sink.write(batch, never)
    expect(grafana.requests).toEqual(['GET /api/annotations', 'POST /api/annotations'])
    expect(grafana.annotations).toMatchObject([{ timeEnd: Date.parse(at(49)) }])
  })

  it('are not made below the level, but tell of the beginning once it is reached', async () => {
    await sink.write([encoded({ dangerLevel: 2, packets: 20 })], never)
    expect(grafana.requests).toEqual([])
    await sink.write([encoded({ ...grown, scan: undefined })], never)
    expect(grafana.annotations).toMatchObject([
      {
        time: Date.parse(MADE_AT),
        tags: expect.arrayContaining(['kind:scan', 'kind:level']) as unknown,
      },
    ])
  })

  it('tell two scans of one source apart, and IPv6 sources that Grafana gives one tag', async () => {
    const sources = ['2001:db8::1', '2001:db8::2']
    for (const source of sources) await sink.write([encoded({ source })], never)
    const restarted = sinkTo(grafana)
    for (const source of sources) await restarted.write([encoded({ source, ...grown })], never)
    await restarted.write([encoded({ source: sources[0]!, firstSeen: at(30) })], never)
    await restarted.close()
    expect(grafana.annotations.map(({ data }) => (data.picket as { scan: string }).scan)).toEqual([
      `2001:db8::1 ${MADE_AT}`,
      `2001:db8::2 ${MADE_AT}`,
      `2001:db8::1 ${at(30)}`,
    ])
  })

  it('are found behind more than a page of others', async () => {
    await sink.write([encoded({ source: '2001:db8::1' })], never)
    for (let i = 0; i < 450; i++) {
      grafana.annotations.push({
        ...grafana.annotations[0]!,
        id: 1000 + i,
        timeEnd: Date.parse(at(500)),
        data: { picket: 'of somebody else' },
      })
    }
    const restarted = sinkTo(grafana)
    await restarted.write([encoded({ source: '2001:db8::1', ...grown })], never)
    await restarted.close()
    expect(grafana.annotations).toHaveLength(451)
    expect(grafana.annotations[0]).toMatchObject({ id: 1, timeEnd: Date.parse(at(60)) })
  })

  it('are made anew if somebody deleted them', async () => {
    await sink.write([encoded()], never)
    grafana.annotations.length = 0
    await sink.write([encoded(grown)], never)
    expect(grafana.annotations).toMatchObject([{ id: 2, timeEnd: Date.parse(at(60)) }])
  })

  it('are made anew if access control calls a deleted one forbidden', async () => {
    await sink.write([encoded()], never)
    grafana.annotations.length = 0
    grafana.failWith = { status: 403, method: 'PATCH' }
    await sink.write([encoded(grown)], never)
    expect(grafana.annotations).toMatchObject([{ id: 2 }])
  })

  it('are not made twice when the answer to the first was lost', async () => {
    grafana.losesAnswers = true
    expect((await failure(sink.write([encoded()], never))).retryable).toBe(true)
    grafana.losesAnswers = false
    await sink.write([encoded()], never)
    expect(grafana.annotations).toHaveLength(1)
  })

  it('are found again when memory is too small to know them', async () => {
    const small = sinkTo(grafana, { memory: 1 })
    const other = { source: '198.51.100.7' }
    await small.write([encoded(), encoded(other)], never)
    await small.write([encoded(grown)], never)
    await small.write([encoded({ ...other, ...grown })], never)
    await small.close()
    expect(grafana.annotations).toHaveLength(2)
    expect(new Set(grafana.annotations.map(({ timeEnd }) => timeEnd))).toEqual(
      new Set([Date.parse(at(60))]),
    )
  })

  it('show nothing of an attacker as HTML', async () => {
    await sink.write([encoded({ reasons: [`<img src=x onerror="alert('1')">&`] })], never)
    expect(grafana.annotations[0]?.text).toContain(
      '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;',
    )
  })

  it('stay short for a scan of everything', async () => {
    const ports = { tcp: Array.from({ length: 90 }, (_, i) => String(2 * i)), udp: ['53'] }
    await sink.write(
      [encoded({ ports, reasons: Array.from({ length: 40 }, () => 'why '.repeat(200)) })],
      never,
    )
    expect(grafana.annotations[0]?.text).toContain('Ports: tcp 0, 2, ')
    expect(grafana.annotations[0]?.text).toContain(', …\n')
    expect(grafana.annotations[0]?.text.length).toBeLessThan(1500)
  })

  it('go to the dashboard and panel that are configured, with the operator’s tags', async () => {
    const own = sinkTo(grafana, {
      config: { dashboardUid: 'abc', panelId: 4, tags: ['site:berlin'] },
    })
    await own.write([encoded()], never)
    await own.close()
    expect(grafana.annotations).toMatchObject([
      { dashboardUID: 'abc', panelId: 4, tags: expect.arrayContaining(['site:berlin']) as unknown },
    ])
  })

  it('are not made for what is no part of a scan', async () => {
    await sink.write([encoded({ kind: 'logging-health' }), encoded({ kind: 'block' })], never)
    expect(grafana.requests).toEqual([])
  })

  test.each([
    { status: 401, says: 'does not know this token' },
    { status: 403, says: 'role Editor' },
    { status: 404, says: 'check url' },
  ])(
    'are kept for later when Grafana answers $status, which a person can mend',
    async ({ status, says }) => {
      grafana.failWith = { status, method: 'GET' }
      const error = await failure(sink.check(never))
      expect(error.message).toContain(says)
      expect(error.message).toContain('as the test wants')
      expect(error).toMatchObject({ retryable: true, status })
    },
  )

  it('are kept for later when something else answers in place of Grafana', async () => {
    grafana.failWith = { status: 200, body: '<html>Login</html>', method: 'GET' }
    const error = await failure(sink.write([encoded()], never))
    expect(error.message).toContain('is url the address of Grafana?')
    expect(error.retryable).toBe(true)
  })
})

describe('what is known of a scan', () => {
  const events = fc
    .record({
      kind: fc.constantFrom('scan', 'sweep', 'signature', 'level'),
      packets: fc.integer({ min: 1, max: 9 }),
      dangerLevel: fc.constantFrom(0, 1, 2, 3, 4, 5),
      lastSeen: fc.integer({ min: 0, max: 9 }).map(at),
      scan: fc.constantFrom('syn', 'fin', 'udp'),
      destinations: fc.integer({ min: 1, max: 5 }),
    })
    // The id names the event, as the engine's do.
    .map((change) => detection({ ...change, id: JSON.stringify(change) }))

  it('is the same in whatever order and number its events come', () => {
    fc.assert(
      fc.property(
        fc.array(events, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (list, picks) => {
          const states = list.map(scanOf)
          const inOrder = states.reduce(join)
          const shuffled = [...states, ...states]
            .map((state) => ({ state, place: picks.next().value as number }))
            .sort((a, b) => a.place - b.place)
            .map(({ state }) => state)
            .reduce(join)
          expect(shuffled).toEqual(inOrder)
        },
      ),
    )
  })

  it('never shrinks', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const joined = join(scanOf(a), scanOf(b))
        expect(joined.endMs).toBe(Math.max(Date.parse(a.lastSeen), Date.parse(b.lastSeen)))
        expect(joined.dangerLevel).toBe(Math.max(a.dangerLevel, b.dangerLevel))
        expect(joined.packets).toBe(Math.max(a.packets, b.packets))
      }),
    )
  })
})

describe('the configuration of a grafana sink', () => {
  const valid = { type: 'grafana', name: 'g', url: 'http://grafana:3000/' }

  it('begins at level 3 and does not hold up readiness', () => {
    expect(grafanaConfig.parse(valid)).toMatchObject({
      minDangerLevel: 3,
      required: false,
      url: 'http://grafana:3000',
    })
  })

  test.each([
    { why: 'a panel without its dashboard', change: { panelId: 2 }, path: 'panelId' },
    { why: 'a level beyond 5', change: { minDangerLevel: 6 }, path: 'minDangerLevel' },
    { why: 'tags that Grafana would refuse', change: { tags: ['x'.repeat(400)] }, path: 'tags' },
    { why: 'no web address', change: { url: 'grafana:3000' }, path: 'url' },
  ])('refuses $why', ({ change, path }) => {
    const result = grafanaConfig.safeParse({ ...valid, ...change })
    expect(result.error?.issues.map((issue) => issue.path[0])).toEqual([path])
  })
})
