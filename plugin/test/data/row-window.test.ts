import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeAt, rowWindow, scrollFor, topOf, type RowHeights } from '../../src/data/row-window'

const rows: fc.Arbitrary<RowHeights> = fc
  .record({
    count: fc.integer({ min: 1, max: 200 }),
    height: fc.integer({ min: 1, max: 40 }),
    open: fc.dictionary(fc.nat(199).map(String), fc.nat(300)),
  })
  .map(({ count, height, open }) => ({
    count,
    height,
    extra: Object.entries(open)
      .map(([place, height]) => ({ place: Number(place), height }))
      .filter(({ place }) => place < count)
      .sort((a, b) => a.place - b.place),
  }))

describe('the window of rows', () => {
  test('a row is found at each of its pixels', () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.nat(), (rows, n, m) => {
        const place = n % rows.count
        const [top, bottom] = [topOf(rows, place), topOf(rows, place + 1)]
        expect(placeAt(rows, top + (m % (bottom - top)))).toBe(place)
      }),
    )
  })

  test('covers all that is seen and little more', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: -50, max: 20_000 }),
        fc.integer({ min: 1, max: 900 }),
        (rows, scrollTop, viewport) => {
          const { start, end } = rowWindow(rows, scrollTop, viewport, 0)
          const total = topOf(rows, rows.count)
          expect(end).toBeGreaterThan(start)
          if (scrollTop < 0 || scrollTop >= total) return
          expect(topOf(rows, start)).toBeLessThanOrEqual(scrollTop)
          expect(topOf(rows, end)).toBeGreaterThanOrEqual(Math.min(total, scrollTop + viewport))
          expect(end - start).toBeLessThanOrEqual(viewport / rows.height + 2)
        },
      ),
    )
  })

  test('is empty without rows', () => {
    expect(rowWindow({ count: 0, height: 32, extra: [] }, 100, 300, 5)).toEqual({
      start: 0,
      end: 0,
    })
  })

  test('scrolls only as far as a row needs', () => {
    const plain = { count: 100, height: 30, extra: [] }
    expect(scrollFor(plain, 5, 100, 300)).toBe(100)
    expect(scrollFor(plain, 2, 100, 300)).toBe(60)
    expect(scrollFor(plain, 20, 100, 300)).toBe(330)
  })
})
