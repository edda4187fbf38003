import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boxOf, cellAt, moveBy } from '../../../src/components/canvas/grid'
import { timeTicks } from '../../../src/components/canvas/timeTicks'

const grid = {
  plot: { left: 100, top: 10, width: 200, height: 80 },
  rows: 4,
  edges: [0, 50, 120, 200],
}

test('the middle of a cell is that cell', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -1, max: 2 }), (row, column) => {
      const { left, top, width, height } = boxOf(grid, { row, column })
      const x = column < 0 ? 20 : left + width / 2
      expect(cellAt(grid, x, top + height / 2)).toEqual({ row, column })
    }),
  )
})

test('above and below the rows a point is its column, elsewhere nothing', () => {
  expect(cellAt(grid, 160, 95)).toEqual({ row: -1, column: 1 })
  expect(cellAt(grid, 160, 5)).toEqual({ row: -1, column: 1 })
  expect(cellAt(grid, 50, 95)).toBeUndefined()
})

test.each([
  ['ArrowDown', { row: 2, column: 1 }],
  ['ArrowUp', { row: 0, column: 1 }],
  ['ArrowLeft', { row: 1, column: 0 }],
  ['ArrowRight', { row: 1, column: 2 }],
  ['Home', { row: 1, column: -1 }],
  ['End', { row: 1, column: 2 }],
  ['PageDown', { row: 3, column: 1 }],
  ['a', undefined],
])('%s leads to its place and never out of the grid', (key, cell) => {
  expect(moveBy(grid, { row: 1, column: 1 }, key, false)).toEqual(cell)
})

test('ticks of time are at round hours of the time zone', () => {
  const from = Date.UTC(2026, 0, 10, 6)
  const ticks = timeTicks(from, from + 12 * 3_600_000, 5, 'Asia/Kolkata')
  expect(ticks.map(({ text }) => text)).toEqual(['12:00', '15:00', '18:00', '21:00'])
  expect(timeTicks(from, from, 5, 'utc')).toEqual([])
})
