import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matrix } from '../../src/data/matrix'
import { EMPTY_MODEL, type Level } from '../../src/data/model'
import { shapeOf, shapeOfColumn } from '../../src/data/shapes'
import { attacker } from '../helpers/attackers'
import { modelOf, type Packet } from '../helpers/activity'
import { END, fakeModel, START } from '../helpers/models'

describe('shapes', () => {
  test.each([
    [60, 1, 'vertical'],
    [60, 15, 'vertical'],
    [9, 1, undefined],
    [1, 8, 'sweep'],
    [2, 30, 'sweep'],
    [1, 7, undefined],
    [20, 20, 'block'],
    [3, 3, undefined],
  ])('%i ports of %i destinations: %s', (ports, destinations, shape) => {
    expect(shapeOf(ports, destinations)).toBe(shape)
  })

  test('many sources at once are a distributed scan, as many all the time are not', () => {
    expect(shapeOfColumn([0, 1, 20, 0, 0, 1])).toBe('distributed')
    expect(shapeOfColumn([20, 21, 20, 19])).toBeUndefined()
    expect(shapeOfColumn([0, 0, 7, 0])).toBeUndefined()
    expect(shapeOfColumn([])).toBeUndefined()
  })
})

describe('source by port', () => {
  test('a vertical scan is a bar, ports nobody asked for are left out and marked', () => {
    const packets: Packet[] = [{ time: 1, low: 22, source: 1 }]
    for (let low = 1_000; low < 1_020; low++) packets.push({ time: 2, low })
    const { columns, cells } = matrix(modelOf([3, 1], packets), 'port', 0, 10, 10, 100)
    expect(columns).toHaveLength(21)
    expect(columns[0]).toMatchObject({ low: 22, high: 22, gap: false, sources: 1 })
    expect(columns[1]).toMatchObject({ low: 1_000, gap: true })
    expect(columns[2]).toMatchObject({ low: 1_001, gap: false })
    expect([...cells.slice(0, 21)]).toEqual([0, ...Array.from({ length: 20 }, () => 1)])
    expect([...cells.slice(21, 23)]).toEqual([1, 0])
  })

  test('a range of all ports leaves room for others', () => {
    const model = modelOf(
      [3, 1],
      [
        { time: 1, low: 0, high: 65_535, packets: 1_000 },
        { time: 1, low: 22, source: 1 },
      ],
    )
    const { columns, cells } = matrix(model, 'port', 0, 10, 10, 40)
    const own = columns.findIndex(({ low, high }) => low <= 22 && high >= 22)
    expect(cells[columns.length + own]).toBe(1)
    expect([...cells.slice(0, columns.length)].every((n) => n > 0)).toBe(true)
  })

  test('a source without activity is drawn from its ports', () => {
    const model = {
      ...modelOf([3], []),
      attackers: [attacker({ ports: [{ protocol: 'tcp', low: 20, high: 23 }], packets: 8 })],
    }
    const { cells } = matrix(model, 'port', 0, 10, 10, 40)
    expect(cells.reduce((sum, n) => sum + n, 0)).toBe(8)
  })
})

describe('source by destination', () => {
  test('destinations stand in the order of their numbers', () => {
    const model = modelOf(
      [1],
      [
        { time: 1, destination: 0 },
        { time: 1, destination: 1 },
        { time: 1, destination: 2, packets: 5 },
      ],
    )
    const { columns, destinations, cells } = matrix(model, 'destination', 0, 10, 10, 40)
    expect(columns.map(({ low }) => destinations[low])).toEqual([
      '192.0.2.1',
      '192.0.2.9',
      '192.0.2.10',
    ])
    expect([...cells]).toEqual([1, 5, 1])
  })

  test('many sources at one destination in the same minutes are a distributed scan', () => {
    const levels = Array.from({ length: 20 }, () => 1 as Level)
    const packets = levels.map((_, source) => ({ time: 3_600_000 + source, source }))
    const { columns } = matrix(modelOf(levels, packets), 'destination', 0, 7_200_000, 30, 40)
    expect(columns[0]).toMatchObject({ shape: 'distributed', sources: 20 })
  })
})

test('rows that do not fit are counted', () => {
  const { rows, more } = matrix(fakeModel(30), 'port', START, END, 12, 100)
  expect(rows).toHaveLength(12)
  expect(more).toBe(18)
})

test('an empty model has no rows', () => {
  expect(matrix(EMPTY_MODEL, 'port', 0, 0, 10, 10)).toMatchObject({ rows: [], columns: [], max: 0 })
})

test('no packet is lost and no column too many, whatever the ranges', () => {
  const port = fc.integer({ min: 0, max: 65_535 })
  const rows = fc.array(fc.tuple(port, port, fc.integer({ min: 0, max: 2 })), {
    minLength: 1,
    maxLength: 40,
  })
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 60 }), (list, width) => {
      const packets = list.map(([a, b, source]) => ({
        time: 1,
        low: Math.min(a, b),
        high: Math.max(a, b),
        source,
      }))
      const { columns, cells } = matrix(modelOf([3, 2, 1], packets), 'port', 0, 10, 10, width)
      expect(columns.length).toBeLessThanOrEqual(width)
      expect(cells.reduce((sum, n) => sum + n, 0)).toBeCloseTo(list.length, 6)
      columns.forEach(({ low, high }, i) => {
        expect(high).toBeGreaterThanOrEqual(low)
        if (i > 0) expect(low).toBeGreaterThan(columns[i - 1]?.high ?? Infinity)
      })
    }),
  )
})
