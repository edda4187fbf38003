import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NO_ACTIVITY, type Activity } from '../../src/data/model'
import { sparkPath, sparks } from '../../src/data/spark'

const activity = (rows: readonly [time: number, source: number, packets: number][]): Activity => ({
  ...NO_ACTIVITY,
  length: rows.length,
  time: Float64Array.from(rows, ([time]) => time),
  source: Int32Array.from(rows, ([, source]) => source),
  packets: Float64Array.from(rows, ([, , packets]) => packets),
})

describe('sparklines', () => {
  test('packets fall into the step of their time', () => {
    const made = sparks(
      activity([
        [0, 0, 1],
        [9, 0, 2],
        [10, 1, 4],
        [39, 1, 8],
      ]),
      2,
      0,
      40,
      4,
    )
    expect([...made.values]).toEqual([3, 0, 0, 0, 0, 4, 0, 8])
    expect([...made.peaks]).toEqual([3, 8])
  })

  test('what is outside of the range, of nobody or no number is left out', () => {
    const odd = activity([
      [-1, 0, 1],
      [40, 0, 1],
      [NaN, 0, 1],
      [5, -1, 1],
      [5, 7, 1],
      [5, 0, NaN],
      [5, 0, -3],
    ])
    expect([...sparks(odd, 1, 0, 40, 4).values]).toEqual([0, 0, 0, 0])
  })

  test.each([
    [10, 10],
    [10, 5],
    [NaN, 10],
    [0, Infinity],
  ])('a range from %s to %s is empty, not an error', (from, to) => {
    expect([...sparks(activity([[10, 0, 1]]), 1, from, to, 2).values]).toEqual([0, 0])
  })

  test('no packet within the range is lost', () => {
    const row = fc.tuple(fc.nat(99), fc.nat(3), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(fc.array(row), fc.integer({ min: 1, max: 50 }), (rows, bins) => {
        const { values } = sparks(activity(rows), 4, 0, 100, bins)
        const sum = values.reduce((a, b) => a + b, 0)
        expect(sum).toBe(rows.reduce((a, [, , packets]) => a + packets, 0))
      }),
    )
  })

  test('the picture stays in its box', () => {
    const made = sparks(activity([[1, 0, 100], [99, 0, 1]] as const as never), 1, 0, 100, 10) // prettier-ignore
    const path = sparkPath(made, 0, 50, 20)
    expect(path).toBe('M0.0 20v-20.0h4.0V20zM45.0 20v-2.0h4.0V20z')
    expect(sparkPath(made, 5, 50, 20)).toBe('')
  })
})
