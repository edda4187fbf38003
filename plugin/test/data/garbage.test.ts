import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Model } from '../../src/data/model'
import { prepareModel } from '../../src/data/prepare'
import { DEFAULT_OPTIONS } from '../../src/options'
import { event, eventsFrame, field, frame, logsFrame } from '../helpers/frames'

const timeRange = { from: 0, to: Date.UTC(2026, 0, 10) }
const prepare = (frames: readonly unknown[], targets: readonly unknown[] = []) =>
  prepareModel({ frames, targets, options: DEFAULT_OPTIONS, timeRange })

/** What views take for granted. */
function expectSound(model: Model): void {
  const { attackers, ports, activity, moments } = model
  attackers.forEach((attacker, i) => {
    expect(attacker.index).toBe(i)
    expect([0, 1, 2, 3, 4, 5]).toContain(attacker.level)
    for (const number of [attacker.packets, attacker.destinationCount, attacker.detections])
      expect(number).toSatisfy((n: number) => Number.isFinite(n) && n >= 0)
    expect(attacker.source.length).toBeLessThanOrEqual(1000)
    const before = attackers[i - 1]
    if (before === undefined) return
    expect(before.level).toBeGreaterThanOrEqual(attacker.level)
    if (before.level === attacker.level)
      expect(before.packets).toBeGreaterThanOrEqual(attacker.packets)
  })
  expect(new Set(attackers.map(({ source }) => source)).size).toBe(attackers.length)
  for (const { port, packets, sources } of ports) {
    expect(port).toSatisfy((n: number) => Number.isInteger(n) && n >= 0 && n <= 65_535)
    expect(Number.isFinite(packets) && Number.isFinite(sources)).toBe(true)
  }
  for (let i = 0; i < activity.length; i++) {
    expect(Number.isFinite(activity.time[i])).toBe(true)
    expect(Number.isFinite(activity.packets[i])).toBe(true)
    expect(activity.source[i]).toBeLessThan(attackers.length)
    if (i > 0) expect(activity.time[i]).toBeGreaterThanOrEqual(activity.time[i - 1] ?? 0)
  }
  moments.forEach(({ time, source }, i) => {
    expect(Number.isFinite(time)).toBe(true)
    expect(source).toBeLessThan(attackers.length)
    if (i > 0) expect(time).toBeGreaterThanOrEqual(moments[i - 1]?.time ?? 0)
  })
  expect(model.problems.length).toBeLessThanOrEqual(50)
  expect(model.levels).toHaveLength(6)
}

const names = fc.constantFrom(
  ...['Time', 'Line', 'labels', 'tsNs', 'id', 'source', 'danger_level', 'dangerLevel', 'packets'],
  ...['ports', 'Value', 'Value #A', '__name__', 'port', 'protocol', 'sid', '__proto__', 'reasons'],
)
const cell = fc.oneof(
  fc.anything(),
  fc.constantFrom(
    null,
    undefined,
    Number.NaN,
    Infinity,
    -1,
    1e9,
    1e300,
    '',
    '__proto__',
    '203.0.113.5',
  ),
  fc.constantFrom(
    '{',
    '{"dangerLevel":',
    '{"dangerLevel":7,"source":[]}',
    '{"dangerLevel":3,"source":"a"}',
  ),
  fc.constantFrom('SRC=1.2.3.4 DST=5.6.7.8 PROTO=TCP', 'x'.repeat(5000)),
  fc.integer({ min: 0, max: 2e12 }),
)
const anyField = fc.record({
  name: fc.oneof(names, fc.anything()),
  type: fc.constantFrom('string', 'number', 'time', 'other', '', 7),
  values: fc.oneof(fc.array(cell, { maxLength: 6 }), fc.anything()),
  labels: fc.oneof(
    fc.anything(),
    fc.dictionary(fc.constantFrom('source', 'port', '__name__', 'danger_level'), fc.anything()),
  ),
  config: fc.anything(),
})
const anyFrame = fc.oneof(
  fc.record({
    refId: fc.constantFrom('A', 'B', 3, undefined),
    fields: fc.array(anyField, { maxLength: 6 }),
    meta: fc.anything(),
  }),
  fc.anything(),
)

describe('whatever the frames hold', () => {
  test('there is a sound model', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 4 }),
        fc.array(fc.anything()),
        (frames, targets) => {
          expectSound(prepare(frames, targets))
        },
      ),
      { numRuns: 400 },
    )
  })

  test('an event with any values in its fields makes a sound model beside a good one', () => {
    const wrong = fc.dictionary(
      fc.constantFrom(
        'source',
        'time',
        'dangerLevel',
        'packets',
        'ports',
        'reasons',
        'evidence',
        'firstSeen',
        'id',
        'sid',
      ),
      fc.oneof(fc.jsonValue(), fc.constantFrom(1e9, 1e300, -5, 'x'.repeat(3000))),
    )
    fc.assert(
      fc.property(fc.array(wrong, { maxLength: 5 }), (list) => {
        const model = prepare([eventsFrame([event({ source: '192.0.2.77' }), ...list.map(event)])])
        expectSound(model)
        expect(model.attackers.map(({ source }) => source)).toContain('192.0.2.77')
      }),
      { numRuns: 200 },
    )
  })
})

test('what is wrong is named with how often', () => {
  const good = JSON.stringify(event({ packets: 'many' }))
  const rows = [good, '{"dangerLevel":', '{"dangerLevel":']
  const model = prepare([logsFrame(rows.map((line) => ({ line, time: 1 })))])
  expect(model.problems).toEqual([
    { code: 'bad-event', where: 'A', detail: 'no JSON', count: 2 },
    { code: 'wrong-type', where: 'A', detail: 'packets', count: 1 },
  ])
})

test('fields of unequal lengths are named, and the rows that are there count', () => {
  const model = prepare([
    frame('A', [
      field('Time', 'time', [1]),
      field('Line', 'string', [JSON.stringify(event()), JSON.stringify(event())]),
    ]),
  ])
  expect(model.attackers).toHaveLength(1)
  expect(model.problems).toEqual([
    { code: 'unequal-lengths', where: 'A', detail: 'Time', count: 1 },
  ])
})

test('data of others is said not to be understood', () => {
  const model = prepare([frame('B', [field('Time', 'time', [1]), field('cpu', 'number', [0.5])])])
  expect(model.inputs).toEqual([])
  expect(model.problems).toEqual([
    { code: 'not-understood', where: 'B', detail: 'Time, cpu', count: 1 },
  ])
})
