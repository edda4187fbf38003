import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { overviewLayout, type Box } from '../../src/data/layout'

const parts = (width: number, height: number) => overviewLayout(width, height).map((b) => b.part)

describe('the layout of the overview', () => {
  test.each([
    [100, 60, ['highest']],
    [200, 20, ['highest']],
    [200, 150, ['tiles']],
    [184, 102, ['tiles']],
    [400, 300, ['tiles', 'attackers']],
    [400, 190, ['tiles', 'attackers']],
    [800, 400, ['tiles', 'attackers', 'ports']],
    [300, 400, ['tiles', 'attackers', 'ports']],
    [884, 452, ['tiles', 'timeline', 'attackers', 'ports']],
    [900, 500, ['tiles', 'timeline', 'attackers', 'ports', 'signatures']],
    [1200, 300, ['tiles', 'attackers', 'ports', 'signatures']],
    [1600, 900, ['tiles', 'timeline', 'attackers', 'ports', 'signatures']],
    [500, 900, ['tiles', 'timeline', 'attackers', 'ports', 'signatures']],
  ])('%s × %s shows %j', (width, height, expected) => {
    expect(parts(width, height)).toEqual(expected)
  })

  const size = {
    width: fc.integer({ min: 1, max: 2000 }),
    height: fc.integer({ min: 1, max: 1200 }),
  }

  test('nothing overlaps and nothing sticks out', () => {
    const apart = (a: Box, b: Box) =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
    fc.assert(
      fc.property(size.width, size.height, (width, height) => {
        const boxes = overviewLayout(width, height)
        for (const [i, box] of boxes.entries()) {
          expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0)
          expect(box.x + box.width).toBeLessThanOrEqual(width)
          expect(box.y + box.height).toBeLessThanOrEqual(height)
          for (const other of boxes.slice(i + 1)) expect(apart(box, other)).toBe(true)
        }
      }),
    )
  })

  test('each part is large enough to be read', () => {
    fc.assert(
      fc.property(size.width, size.height, (width, height) => {
        for (const { part, width: w, height: h } of overviewLayout(width, height)) {
          if (part === 'highest') continue
          expect(w).toBeGreaterThanOrEqual(170)
          expect(h).toBeGreaterThanOrEqual(part === 'tiles' ? 44 : 120)
        }
      }),
    )
  })

  test('a larger panel shows all that a smaller one does', () => {
    fc.assert(
      fc.property(size.width, size.height, fc.nat(400), fc.nat(400), (width, height, dx, dy) => {
        const smaller = parts(width, height).filter((part) => part !== 'highest')
        expect(parts(width + dx, height + dy)).toEqual(expect.arrayContaining(smaller))
      }),
      { numRuns: 2000 },
    )
  })
})
