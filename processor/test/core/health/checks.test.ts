import { describe, expect, it, test } from 'vitest'
import { batchOf, createEngine } from '../../../src/core/index.ts'
import type { Detection, EngineOptions } from '../../../src/core/index.ts'
import { BASE_SECONDS, tcp, udp } from '../../helpers/lines.ts'
import type { LineFacts } from '../../helpers/lines.ts'
import { REFERENCE, found, judge } from './traffic.ts'

const HOUR = 3600
const DAY = 86_400

const many = (count: number, make: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => make(i))

const syn = (facts: LineFacts, options?: string): string =>
  `${tcp({ len: 60, ...facts })}${options === undefined ? '' : `OPT (${options}) `}`

describe('TCP options that are not logged', () => {
  it('are found after 50 SYN packets that had some, since the first of them', () => {
    expect(found(judge(many(49, (at) => syn({ at }))), 'no-tcp-options')).toEqual({})
    const judged = judge(many(50, (at) => syn({ at })))
    expect(judged.health).toEqual([
      {
        check: 'no-tcp-options',
        prefix: 'DROP',
        detail: '50 SYN packets in a row had TCP options and show none',
        since: '2026-03-01T00:00:00.000Z',
      },
    ])
    expect(judged.detections).toMatchObject([
      { time: '2026-03-01T00:00:49.000Z', host: 'fw1', prefix: 'DROP', dangerLevel: 0 },
    ])
    expect(judged.detections[0]?.message).toContain('--log-tcp-options')
    expect(judged.detections[0]).not.toHaveProperty('source')
  })

  test.each<[name: string, line: (at: number) => string]>([
    ['SYN packets of bare headers, which have none', (at) => syn({ at, len: 40 })],
    ['the same over IPv6', (at) => syn({ at, len: 40, src: '2001:db8::1', dst: '2001:db8::2' })],
    ['SYN packets whose options are there', (at) => syn({ at }, '020405B4')],
    [
      'a rule that logs them, hit by a masscan among others',
      (at) => syn({ at, len: 40 + 20 * (at % 2) }, at % 2 === 0 ? undefined : '020405B4'),
    ],
    ['answers', (at) => syn({ at, flags: 'ACK SYN' })],
    ['data', (at) => syn({ at, flags: 'ACK PSH' })],
    ['UDP', (at) => udp({ at })],
    ['a SYN with data of odd length', (at) => syn({ at, len: 71 })],
  ])('are not missed in %s', (_, line) => {
    expect(found(judge(many(300, line)), 'no-tcp-options')).toEqual({})
  })

  it('are told of by prefix, and no more once they appear', () => {
    const lines = many(120, (at) => syn({ at, prefix: at % 2 === 0 ? 'A' : 'B' }))
    expect(Object.keys(found(judge(lines), 'no-tcp-options'))).toEqual(['A', 'B'])
    const after = judge([...lines, syn({ at: 121, prefix: 'B' }, '020405B4')])
    expect(Object.keys(found(after, 'no-tcp-options'))).toEqual(['A'])
    expect(after.engine.stats().health).toEqual([
      { check: 'no-tcp-options', prefix: 'A', holds: true },
      { check: 'no-tcp-options', prefix: 'B', holds: false },
    ])
  })

  it('stay found while one of two chains does not log them', () => {
    const lines = many(120, (at) => syn({ at, out: at % 2 === 0 ? '' : 'eth1' }))
    const one = judge([...lines, syn({ at: 121 }, '020405B4')])
    expect(Object.keys(found(one, 'no-tcp-options'))).toEqual(['DROP'])
    const both = judge([...lines, syn({ at: 121 }, '0204'), syn({ at: 122, out: 'eth1' }, '0204')])
    expect(found(both, 'no-tcp-options')).toEqual({})
  })
})

describe('one chain alone', () => {
  const lines = (
    count: number,
    every: number,
    out: (i: number) => string,
    iface = 'eth0',
  ): string[] => many(count, (i) => udp({ at: i * every, out: out(i), iface }))

  it('is found after 1,000 packets and an hour, and names the other', () => {
    const input = judge(lines(1000, 4, () => ''))
    expect(found(input, 'one-chain')).toEqual({ '': 'nothing of FORWARD in 1000 packets' })
    expect(input.health[0]).toEqual({
      check: 'one-chain',
      detail: 'nothing of FORWARD in 1000 packets',
      since: '2026-03-01T00:00:00.000Z',
    })
    expect(found(judge(lines(1000, 4, () => 'eth1')), 'one-chain')).toEqual({
      '': 'nothing of INPUT in 1000 packets',
    })
  })

  it('is none sooner, in less time, or where the other shows itself', () => {
    expect(found(judge(lines(999, 4, () => '')), 'one-chain')).toEqual({})
    expect(found(judge(lines(3000, 1, () => '')), 'one-chain')).toEqual({})
    expect(found(judge(lines(3000, 4, (i) => (i === 500 ? 'eth1' : ''))), 'one-chain')).toEqual({})
    expect(found(judge(lines(3000, 4, (i) => (i === 2500 ? 'eth1' : ''))), 'one-chain')).toEqual({})
  })

  it('is not what a host sends itself', () => {
    expect(found(judge(lines(3000, 4, () => 'eth0', '')), 'one-chain')).toEqual({})
  })
})

describe('accepted traffic', () => {
  const mixed = (count: number, accepted: number, prefix = '[UFW ALLOW]'): string[] =>
    many(count, (i) => udp({ at: i, prefix: i % 10 < accepted ? prefix : '[UFW BLOCK]' }))

  test.each([
    [3, '[UFW ALLOW]', {}],
    [4, '[UFW ALLOW]', {}],
    [6, '[UFW ALLOW]', { '[UFW ALLOW]': '60 % of 1000 packets were accepted' }],
    [10, '[UFW AUDIT]', { '[UFW AUDIT]': '100 % of 1000 packets were accepted' }],
    [10, 'mystery', {}],
  ])('that is %i of 10 packets with prefix %s', (accepted, prefix, expected) => {
    expect(found(judge(mixed(1000, accepted, prefix)), 'accepted-traffic')).toEqual(expected)
  })

  it('ends below 30 %, not before', () => {
    const held = judge([...mixed(1000, 8), ...mixed(1000, 4)])
    expect(Object.keys(found(held, 'accepted-traffic'))).toEqual(['[UFW ALLOW]'])
    const over = judge([...mixed(1000, 8), ...mixed(1000, 2)])
    expect(found(over, 'accepted-traffic')).toEqual({})
  })
})

describe('a clock', () => {
  const at = (...seconds: readonly number[]): string[] =>
    seconds.map((second) => udp({ at: second }))

  test.each<[name: string, lines: string[], detail: string | undefined]>([
    ['in order', at(0, 60, 7200, 7201, 400_000), undefined],
    ['a few minutes out of order', at(0, 600, 10, 601, 5), undefined],
    ['an hour back, as in autumn', at(0, 3600, 7200, 3600, 3700), 'lines of fw1 went back by 1 h'],
    ['ahead and back again', at(0, 60, 4_000_000, 61), 'lines of fw1 went back by 46 days'],
    [
      'of each of two hosts, in order',
      many(40, (i) => udp({ at: i * 10 + (i % 2) * 50_000, host: `fw${i % 2}` })),
      undefined,
    ],
  ])('%s', (_, lines, detail) => {
    expect(found(judge(lines), 'clock-jump')).toEqual(detail === undefined ? {} : { '': detail })
  })

  it('is right again after a day in order', () => {
    const jump = [50_000, 1000]
    expect(found(judge(at(...jump, 1000 + DAY - 1)), 'clock-jump')).not.toEqual({})
    const over = judge(at(...jump, 1000 + DAY))
    expect(found(over, 'clock-jump')).toEqual({})
    expect(over.detections).toHaveLength(1)
  })

  it('is not blamed for a year that the line does not name', () => {
    const body = udp().replace(/^\S+ /, '')
    const lines = [
      `Dec 31 23:59:58 ${body}`,
      `Jan  1 00:00:02 ${body}`,
      `Feb 20 00:00:00 ${body}`,
      `Jan 30 00:00:00 ${body}`,
    ]
    const yearEnd = judge(lines.slice(0, 2))
    expect(yearEnd.health).toEqual([])
    expect(found(judge(lines.slice(2)), 'clock-jump')).toEqual({
      '': 'lines of fw1 went back by 21 days',
    })
  })
})

/** Lines as a store has them: `ahead` is how much later the line is dated than its entry. */
function received(
  count: number,
  every: number,
  ahead: (i: number) => number,
  options: Partial<EngineOptions> = {},
): { health: Record<string, string>; detections: Detection[] } {
  const engine = createEngine(options)
  const detections: Detection[] = []
  const lines = many(count, (i) => udp({ at: i * every + ahead(i) }))
  const ns = many(count, String).map((_, i) => BigInt(BASE_SECONDS + i * every) * 1_000_000_000n)
  engine.feed(
    batchOf(lines, { reference: REFERENCE, ns, time: 'entry' }),
    (detection) => detections.push(detection),
    { selector: '{job="fw"}' },
  )
  const health = engine.report().loggingHealth.map(({ check, detail }) => [check, detail] as const)
  return { health: Object.fromEntries(health), detections }
}

describe('lines against the time they were received', () => {
  test.each<[name: string, ahead: (i: number) => number, detail: string | undefined]>([
    ['at once', () => 0, undefined],
    ['a little late', (i) => -(i % 50), undefined],
    ['from a buffer of hours, read at once', (i) => -20_000 + i * 57, undefined],
    [
      'in a zone two hours ahead',
      () => 7200,
      'lines of fw1 are dated 2 h after they were received',
    ],
    [
      'in a zone five and a half hours behind',
      (i) => -19_800 - (i % 20),
      'lines of fw1 are dated 5 h 30 min before they were received',
    ],
    [
      'from the future',
      (i) => 100_000 + i * 7,
      'lines of fw1 are dated 27 h 58 min after they were received',
    ],
    ['in a zone, now and then', (i) => (i % 50 === 0 ? 7200 : 0), undefined],
  ])('%s', (_, ahead, detail) => {
    expect(received(300, 10, ahead).health['clock-jump']).toBe(detail)
  })

  it('are right again after a hundred that are', () => {
    expect(received(500, 10, (i) => (i < 300 ? 7200 : 0)).health).toEqual({})
    expect(received(390, 10, (i) => (i < 300 ? 7200 : 0)).health['clock-jump']).toBeDefined()
  })

  it('are not judged by their order, which is the order of the entries', () => {
    expect(received(300, 10, (i) => (i % 2 === 0 ? -1500 : 0)).health).toEqual({})
  })

  it('show the lines behind a finding', () => {
    const engine = createEngine()
    const detections: Detection[] = []
    const lines = many(60, (at) => syn({ at, prefix: '[UFW BLOCK]' }))
    engine.feed(batchOf(lines), (one) => detections.push(one), { selector: '{job="fw"}' })
    expect(detections.find(({ kind }) => kind === 'logging-health')?.evidence).toEqual({
      query: '{job="fw"} |= "[UFW BLOCK]"',
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-01T00:00:50.000Z',
    })
  })
})

describe('lines without any time', () => {
  const bare = (): string => udp().replace(/^\S+ \S+ /, '')

  it('are found after a hundred in a row, until a hundred have one', () => {
    expect(found(judge(many(99, bare)), 'no-time')).toEqual({})
    expect(found(judge(many(100, bare)), 'no-time')).toEqual({ '': 'the lines have no time' })
    const dated = many(100, (at) => udp({ at }))
    expect(found(judge([...many(100, bare), ...dated.slice(1)]), 'no-time')).not.toEqual({})
    expect(found(judge([...many(100, bare), ...dated]), 'no-time')).toEqual({})
  })

  it('are no plateau and no clock', () => {
    expect(judge(many(3000, bare)).health.map(({ check }) => check)).toEqual(['no-time'])
  })
})

describe('logging health', () => {
  const lines = [
    ...many(60, (at) => syn({ at: at * HOUR })),
    ...many(1000, (at) => udp({ at: 60 * HOUR + at, prefix: '[UFW ALLOW]' })),
    udp({ at: 0 }),
  ]

  it('is sorted by check and prefix', () => {
    const { health } = judge(lines)
    expect(health.map(({ check }) => check)).toEqual([
      'accepted-traffic',
      'clock-jump',
      'no-tcp-options',
      'one-chain',
    ])
  })

  it('can be switched off', () => {
    const off = judge(lines, { health: false })
    expect([off.health, off.detections, off.engine.stats().health]).toEqual([[], [], []])
  })

  test.each(['picket', 'psad'] as const)('changes nothing else of the report of %s', (profile) => {
    const [on, off] = [true, false].map((health) => {
      const engine = createEngine({ profile, health, retain: true })
      engine.feed(batchOf(lines, { reference: REFERENCE }), undefined)
      const { loggingHealth, totals, ...rest } = engine.report({ all: true })
      return { rest, totals: { ...totals, detections: totals.detections - loggingHealth.length } }
    })
    expect(on).toEqual(off)
  })

  it('has the same ids whatever was logged before, and without anyone to tell', () => {
    const ids = (before: readonly string[]): (string | undefined)[] =>
      judge([...before, ...lines]).detections.map(({ id }) => id)
    const first = ids([])
    expect(first.length).toBeGreaterThan(2)
    // Other prefixes before shift every number inside.
    const before = many(5, (i) => udp({ at: i - 600, prefix: `X${i}` }))
    expect(ids(before)[0]).toBe(first[0])
    const silent = createEngine()
    silent.feed(batchOf(lines, { reference: REFERENCE }), undefined)
    const told = createEngine()
    let count = 0
    told.feed(batchOf(lines, { reference: REFERENCE }), () => count++)
    expect(silent.report().totals.detections).toBe(count)
    expect(told.report().totals.detections).toBe(count)
  })

  it('stays within its bounds, and judges what is beyond them together', () => {
    const { engine, health } = judge(
      many(90_000, (i) => syn({ at: i, prefix: `P${i % 900}`, host: `h${i % 7}` })),
    )
    const { streams, clocks, findings } = engine.state.health
    expect(streams.rows.live).toBe(512)
    expect(clocks.rows.live).toBeLessThanOrEqual(256)
    expect(findings.rows.live).toBeLessThanOrEqual(512)
    expect(health.map(({ prefix }) => prefix)).toContain('other')
  })
})
