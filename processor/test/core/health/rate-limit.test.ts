import { describe, expect, it, test } from 'vitest'
import { createSimulator } from '../../../src/simulator/index.ts'
import { Random } from '../../../src/simulator/random.ts'
import { batchOf, createEngine } from '../../../src/core/index.ts'
import type { Detection } from '../../../src/core/index.ts'
import type { Arrival, Judged } from './traffic.ts'
import {
  REFERENCE,
  anyAddress,
  found,
  judge,
  limited,
  linesOf,
  merged,
  regular,
  strangers,
} from './traffic.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** More by day than by night, between the two rates. */
const daily =
  (low: number, high: number) =>
  (at: number): number =>
    low + ((high - low) * (1 - Math.cos((2 * Math.PI * at) / DAY))) / 2

const flood = (from: number, until: number, every: number): Arrival[] =>
  regular(
    Math.floor((until - from) / every),
    every,
    (i) => ({ src: '203.0.113.9', dpt: 1 + (i % 60_000) }),
    from,
  )

const tellings = ({ detections }: Judged): Detection[] =>
  detections.filter(({ message }) => message?.startsWith('rate-limited'))

describe('a rate limit is found', () => {
  test.each<[name: string, arrivals: () => Iterable<Arrival>, detail: RegExp, decimals?: boolean]>([
    [
      '3/minute burst 10, pressed seven times over',
      () => limited(strangers(1, 6 * HOUR, 20 / MINUTE), 3 / MINUTE, 10),
      /^3 a minute/,
    ],
    [
      '3/minute burst 10, pressed hardly more than it lets through',
      () => limited(strangers(2, 40 * HOUR, 3.6 / MINUTE), 3 / MINUTE, 10),
      /^3 a minute/,
    ],
    [
      '3/minute burst 10, pressed by day and less at night',
      () =>
        limited(
          strangers(3, 2.5 * DAY, 40 / MINUTE, daily(4 / MINUTE, 40 / MINUTE)),
          3 / MINUTE,
          10,
        ),
      /^3 a minute/,
    ],
    [
      '3/minute burst 10 under a flood of one sender among others',
      () =>
        limited(
          merged(strangers(4, 8 * HOUR, 10 / MINUTE), flood(HOUR, 2 * HOUR, 0.2)),
          3 / MINUTE,
          10,
        ),
      /^3 a minute/,
    ],
    [
      '10/second burst 5, whole seconds',
      () => limited(strangers(5, 1800, 40), 10, 5),
      /^10 a second/,
    ],
    [
      '10/second burst 5, times with decimals',
      () => limited(strangers(6, 120, 40), 10, 5),
      /^10 a second/,
      true,
    ],
    [
      '10/hour burst 5',
      () => limited(strangers(7, 60 * HOUR, 40 / HOUR), 10 / HOUR, 5),
      /^10 an hour/,
    ],
    [
      '1/hour burst 5',
      () => limited(strangers(8, 600 * HOUR, 12 / HOUR), 1 / HOUR, 5),
      /^1 an hour/,
    ],
    [
      '200/second burst 100, times with decimals',
      () => limited(strangers(9, 60, 900), 200, 100),
      /^200 a second/,
      true,
    ],
  ])('%s', (_, arrivals, detail, decimals = false) => {
    const judged = judge(linesOf(arrivals(), { decimals }))
    expect(found(judged, 'rate-limited')['[UFW BLOCK]']).toMatch(detail)
    expect(tellings(judged)).toMatchObject([
      {
        dangerLevel: 0,
        previousLevel: 0,
        prefix: '[UFW BLOCK]',
        reasons: [expect.stringMatching(detail)],
      },
    ])
  })

  it('with its burst, where lines were quiet long enough to show it, and since when', () => {
    const quiet = (at: number): number => (at % (6 * HOUR) < 5 * HOUR ? 20 / MINUTE : 0)
    const judged = judge(linesOf(limited(strangers(10, DAY, 20 / MINUTE, quiet), 3 / MINUTE, 10)))
    const [one] = judged.health.filter(({ check }) => check === 'rate-limited')
    expect(one?.detail).toBe('3 a minute, bursts of 10 (INPUT)')
    const hours = (Date.parse(one?.since ?? '') - Date.parse('2026-03-01T00:00:00Z')) / 3_600_000
    expect(hours).toBeGreaterThanOrEqual(0)
    expect(hours).toBeLessThan(2)
  })

  it('of two rules with one prefix, each in its chain', () => {
    const both = [
      ...linesOf(limited(strangers(11, 6 * HOUR, 20 / MINUTE), 3 / MINUTE, 10)),
      ...linesOf(limited(strangers(12, 6 * HOUR, 20 / MINUTE), 3 / MINUTE, 10), { out: 'eth1' }),
    ].sort()
    expect(found(judge(both), 'rate-limited')).toEqual({
      '[UFW BLOCK]': '3 a minute (FORWARD, INPUT)',
    })
  })
})

/** Twelve hours with a limit, then without, and so on. */
function onAndOff(hours: readonly ('limited' | 'open')[]): string[] {
  return hours.flatMap((kind, i) => {
    const all = strangers(20 + i, 12 * HOUR, 12 / MINUTE)
    const packets = kind === 'limited' ? limited(all, 3 / MINUTE, 10) : all
    return linesOf(Array.from(packets, (one) => ({ ...one, at: one.at + i * 12 * HOUR })))
  })
}

describe('a finding', () => {
  it('ends when more is logged than the limit would let through', () => {
    const judged = judge(onAndOff(['limited', 'open']))
    expect(tellings(judged)).toHaveLength(1)
    expect(found(judged, 'rate-limited')).toEqual({})
    expect(judged.engine.stats().health).toContainEqual({
      check: 'rate-limited',
      prefix: '[UFW BLOCK]',
      holds: false,
    })
  })

  it('that comes back is told of again with another id, once a day at most', () => {
    const soon = judge(onAndOff(['limited', 'open', 'limited']))
    expect(found(soon, 'rate-limited')).not.toEqual({})
    const later = judge(onAndOff(['limited', 'open', 'open', 'limited', 'open', 'limited']))
    expect(found(later, 'rate-limited')).not.toEqual({})
    const rates = tellings(later)
    // Found in the first half day, the fourth, and the sixth, which is within a day of the fourth or just beyond it.
    expect(rates.length).toBeGreaterThanOrEqual(2)
    expect(new Set(rates.map(({ id }) => id)).size).toBe(rates.length)
    const times = rates.map(({ time }) => Date.parse(time))
    times.slice(1).forEach((time, i) => expect(time - times[i]!).toBeGreaterThanOrEqual(DAY * 1000))
  })

  it('holds through nights in which the limit is not reached', () => {
    const nightly = (at: number): number => (at % DAY < DAY / 2 ? 30 / MINUTE : 1 / MINUTE)
    const lines = linesOf(limited(strangers(30, 4 * DAY, 30 / MINUTE, nightly), 3 / MINUTE, 10))
    expect(tellings(judge(lines))).toHaveLength(1)
  })
})

describe('no rate limit is', () => {
  const random = new Random(99)
  const office = Array.from({ length: 60 }, (_, i) => `192.0.2.${i + 1}`)
  test.each<[name: string, arrivals: () => Iterable<Arrival>, decimals?: boolean]>([
    ['steady traffic, 3 a minute', () => strangers(40, 90 * HOUR, 3 / MINUTE)],
    ['steady traffic, 10 a second, in whole seconds', () => strangers(41, 3000, 10)],
    ['steady traffic, 300 a second, in whole seconds', () => strangers(42, 100, 300)],
    ['steady traffic, 300 a second', () => strangers(43, 100, 300), true],
    [
      'steady traffic by day and night',
      () => strangers(44, 4 * DAY, 6 / MINUTE, daily(0.5 / MINUTE, 6 / MINUTE)),
    ],
    [
      'traffic in bursts',
      () =>
        Array.from({ length: 1500 }, (_, i) => i).flatMap((i) => {
          const src = anyAddress(random)
          return regular(1 + random.below(12), 0.3, (n) => ({ src, dpt: 20 + n }), i * 30)
        }),
    ],
    [
      'a job of cron: one packet a minute',
      () => regular(3000, MINUTE, () => ({ src: '192.0.2.1', dpt: 123 })),
    ],
    [
      'a reconnect each minute from a new port to another service',
      () => regular(3000, MINUTE, (i) => ({ src: '192.0.2.1', dpt: 1 + (i % 1000) })),
    ],
    [
      'an office whose machines broadcast each half minute',
      () =>
        merged(
          ...office.map((src, i) => regular(200, 30, () => ({ src, dpt: 1900 }), (i * 7) % 30)),
        ),
    ],
    [
      'a polite scan: a port every 15 s',
      () => regular(4000, 15, (i) => ({ src: '203.0.113.5', dpt: 1 + i })),
    ],
    [
      'a UDP scan that begins fast and is slowed down to one a second',
      () => [
        ...regular(30, 0.05, (i) => ({ src: '203.0.113.5', dpt: 1 + i })),
        ...regular(3000, 1, (i) => ({ src: '203.0.113.5', dpt: 31 + i }), 2),
      ],
    ],
    [
      'a sweep at a fixed pace',
      () => regular(20_000, 0.01, (i) => ({ src: '203.0.113.5', dpt: 1 + (i % 60_000) })),
      true,
    ],
  ])('%s', (_, arrivals, decimals = false) => {
    const judged = judge(linesOf(arrivals(), { decimals }))
    expect(found(judged, 'rate-limited')).toEqual({})
    expect(judged.detections.filter(({ message }) => message?.startsWith('rate-limited'))).toEqual(
      [],
    )
  })

  it('fewer than 256 packets, however regular', () => {
    const packets = [...limited(strangers(50, 6 * HOUR, 20 / MINUTE), 3 / MINUTE, 10)].slice(0, 250)
    expect(found(judge(linesOf(packets)), 'rate-limited')).toEqual({})
  })

  it('the traffic of the demo', () => {
    const simulator = createSimulator({ seed: 7, rate: 200, start: 1_772_323_200_000 })
    const lines = simulator.next(1_772_323_200_000 + 300_000)
    const engine = createEngine()
    const told: Detection[] = []
    const batch = batchOf(
      lines.map(({ line }) => line),
      { reference: REFERENCE, ns: lines.map(({ ns }) => ns), time: 'entry' },
    )
    engine.feed(batch, (detection) => told.push(detection))
    expect(engine.report().lines.packets).toBeGreaterThan(50_000)
    expect(told.filter(({ kind }) => kind === 'logging-health')).toEqual([])
  })
})
