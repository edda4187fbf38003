import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketLevels, bucketOf, bucketStart, timeGrid } from '../../src/data/buckets'
import { EMPTY_MODEL, type Level, type Moment } from '../../src/data/model'
import { modelOf } from '../helpers/activity'
import { fakeModel, END, START } from '../helpers/models'

const HOUR = 3_600_000
const moment = (time: number, source: number, level: Level, previousLevel: Level = 0): Moment => ({
  time,
  source,
  level,
  previousLevel,
  kind: 'scan',
})

describe('time in buckets', () => {
  test('six hours in at most 80 buckets are steps of five minutes', () => {
    expect(timeGrid(START, END, 80)).toEqual({ start: START, step: 300_000, count: 72 })
  })

  test('buckets begin at round times, also where the range does not', () => {
    const grid = timeGrid(61_000, 3_600_000 + 61_000, 61)
    expect(grid).toEqual({ start: 60_000, step: 60_000, count: 61 })
  })

  test('no more than wanted, and every time of the range has one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 1, max: 4e11 }),
        fc.integer({ min: 2, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, length, most, place) => {
          const grid = timeGrid(from, from + length, most)
          expect(grid.count).toBeLessThanOrEqual(most)
          expect(grid.count).toBeGreaterThan(0)
          const time = from + Math.floor(length * place * 0.999)
          expect(bucketOf(grid, time)).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })

  test.each([
    [5, 5],
    [5, 1],
    [NaN, 5],
    [5, Infinity],
  ])('a range from %d to %d is one bucket', (from, to) => {
    expect(timeGrid(from, to, 100).count).toBe(1)
  })
})

describe('buckets of days', () => {
  const DAY = 24 * HOUR
  // Central Europe: an hour ahead of UTC, two from the last Sunday of March, 2026-03-29, 01:00 UTC on.
  const CHANGE = Date.UTC(2026, 2, 29, 1)
  const europe = (time: number) => (time < CHANGE ? HOUR : 2 * HOUR)

  test('begin at midnight of the time zone, before and after the clocks change', () => {
    const from = Date.UTC(2026, 2, 27, 12)
    const grid = timeGrid(from, from + 4 * DAY, 6, europe)
    expect(grid.step).toBe(DAY)
    const starts = Array.from({ length: grid.count + 1 }, (_, i) => bucketStart(grid, i))
    expect(starts.map((time) => new Date(time).toISOString())).toEqual([
      '2026-03-26T23:00:00.000Z',
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
    ])
  })

  test('half a day begins at midnight and noon', () => {
    const from = Date.UTC(2026, 0, 10, 13)
    const grid = timeGrid(from, from + 10 * DAY, 30, europe)
    expect(grid).toEqual({ start: Date.UTC(2026, 0, 10, 11), step: 12 * HOUR, count: 21 })
  })

  test('hold every time of the range once, wherever the clocks change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -40, max: 0 }),
        fc.integer({ min: 1, max: 200 * 24 }),
        fc.integer({ min: 2, max: 50 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (before, hours, most, place) => {
          const from = CHANGE + before * 7 * HOUR
          const grid = timeGrid(from, from + hours * HOUR, most, europe)
          expect(grid.count).toBeLessThanOrEqual(most)
          const time = from + Math.floor(hours * HOUR * place)
          const bucket = bucketOf(grid, time)
          expect(bucket).toBeGreaterThanOrEqual(0)
          expect(bucketStart(grid, bucket)).toBeLessThanOrEqual(time)
          expect(bucketStart(grid, bucket + 1)).toBeGreaterThan(time)
        },
      ),
    )
  })
})

describe('levels over time', () => {
  test('a source counts once a bucket, at the highest level that it had there', () => {
    const model = modelOf(
      [3],
      [0, 1, 2, 3].map((i) => ({ time: i * 100 })),
      { moments: [moment(50, 0, 1), moment(250, 0, 3, 1)] },
    )
    const { counts, count } = bucketLevels(model, timeGrid(0, 2_000, 2), 'sources')
    expect(count).toBe(2)
    expect(counts.map((row) => [...row])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
      [0, 0],
      [0, 0],
    ])
  })

  test('what a source did before its first level is not shown', () => {
    const model = modelOf([2], [{ time: 0 }, { time: 1_500 }], { moments: [moment(1_400, 0, 2)] })
    const { counts, totals } = bucketLevels(model, timeGrid(0, 2_000, 2), 'sources')
    expect([...(counts[2] ?? [])]).toEqual([0, 1])
    expect([...totals]).toEqual([0, 1])
  })

  test('a source without moments has the level of its row', () => {
    const model = modelOf([4, 1], [{ time: 0 }, { time: 1_500, source: 1 }])
    const { counts } = bucketLevels(model, timeGrid(0, 2_000, 2), 'sources')
    expect([...(counts[4] ?? [])]).toEqual([1, 0])
    expect([...(counts[1] ?? [])]).toEqual([0, 1])
  })

  test('detections are counted by their own level', () => {
    const model = modelOf([3], [], {
      moments: [moment(10, 0, 1), moment(20, 0, 3), moment(30, 0, 3)],
    })
    const { counts } = bucketLevels(model, timeGrid(0, 1_000, 1), 'detections')
    expect(counts.map((row) => row[0])).toEqual([0, 1, 0, 2, 0, 0])
  })

  test('times outside the range and sources that are none are left out', () => {
    const model = modelOf(
      [3],
      [{ time: -5 }, { time: 10, source: -1 }, { time: 5_000 }, { time: NaN }],
    )
    expect([...bucketLevels(model, timeGrid(0, 1_000, 1), 'sources').totals]).toEqual([0])
  })

  test('an empty model has empty buckets', () => {
    expect(Math.max(...bucketLevels(EMPTY_MODEL, timeGrid(0, HOUR, 60), 'sources').totals)).toBe(0)
  })

  test('no bucket counts more sources than there are, and the sum is that of a slow count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer(), (n, seed) => {
        const model = fakeModel(n, seed)
        const grid = bucketLevels(model, timeGrid(START, END, 50), 'sources')
        const slow = Array.from({ length: grid.count }, () => new Set<number>())
        for (const { time, source } of model.moments) slow[bucketOf(grid, time)]?.add(source)
        for (let i = 0; i < model.activity.length; i++) {
          const time = model.activity.time[i] ?? NaN
          const source = model.activity.source[i] ?? -1
          const first = model.moments.find((m) => m.source === source)
          if (first !== undefined && first.time <= time) slow[bucketOf(grid, time)]?.add(source)
        }
        expect([...grid.totals]).toEqual(slow.map((set) => set.size))
      }),
      { numRuns: 30 },
    )
  })
})
