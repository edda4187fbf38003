import fc from 'fast-check'
import { expect, test } from 'vitest'
import { treemap } from '../../src/data/treemap'

test('areas are in the proportion of the values and fill the box', () => {
  const boxes = treemap([6, 6, 4, 3, 2, 2, 1], 600, 400)
  expect(boxes.map(({ width, height }) => Math.round(width * height))).toEqual(
    [6, 6, 4, 3, 2, 2, 1].map((value) => value * 10_000),
  )
  // The example of Bruls, Huizing and van Wijk: two boxes of 300 x 200 at the left.
  expect(boxes[0]).toEqual({ x: 0, y: 0, width: 300, height: 200 })
  expect(boxes[1]).toEqual({ x: 0, y: 200, width: 300, height: 200 })
})

test.each([
  [[], 100, 100],
  [[0, NaN, -1], 100, 100],
  [[1, 2], 0, 100],
])('%j in %i x %i shows nothing', (values, width, height) => {
  for (const box of treemap(values, width, height)) expect(box.width * box.height).toBe(0)
})

test('no box leaves the area and none lies over another', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1e6 }), { maxLength: 25 })
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 900 }),
      (list, w, h) => {
        const boxes = treemap(
          list.toSorted((a, b) => b - a),
          w,
          h,
        ).filter((b) => b.width * b.height > 0)
        for (const box of boxes) {
          expect(box.x).toBeGreaterThanOrEqual(0)
          expect(box.x + box.width).toBeLessThanOrEqual(w + 1e-6)
          expect(box.y + box.height).toBeLessThanOrEqual(h + 1e-6)
        }
        boxes.forEach((a, i) => {
          for (const b of boxes.slice(i + 1)) {
            const apart =
              a.x + a.width <= b.x + 1e-6 ||
              b.x + b.width <= a.x + 1e-6 ||
              a.y + a.height <= b.y + 1e-6 ||
              b.y + b.height <= a.y + 1e-6
            expect(apart).toBe(true)
          }
        })
      },
    ),
  )
})
