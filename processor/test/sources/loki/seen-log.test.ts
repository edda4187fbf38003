import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeenLog } from '../../../src/sources/loki/seen-log.ts'

test('what was added is found, and nothing else, also after growing and forgetting', () => {
  const entry = fc.tuple(
    fc.integer({ min: 0, max: 50 }),
    fc.integer({ min: -9, max: 9 }),
    fc.integer({ min: 0, max: 3 }),
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300, size: 'max' }), (entries) => {
      const log = new SeenLog(1_000_000)
      const added = new Set<string>()
      for (const [seconds, low, high] of entries) {
        expect(log.has(seconds, low, high)).toBe(added.has(`${seconds} ${low} ${high}`))
        log.add(seconds, low, high)
        added.add(`${seconds} ${low} ${high}`)
      }
      for (const [seconds, low, high] of entries) expect(log.has(seconds, low, high)).toBe(true)
    }),
    { seed: 5 },
  )
})

test('a mark leaves out what was added later', () => {
  const log = new SeenLog(100_000)
  for (let i = 0; i < 10_000; i++) log.add(1, i, i)
  const mark = log.mark()
  for (let i = 10_000; i < 20_000; i++) log.add(1, i, i)

  const other = new SeenLog(100_000)
  other.restore(log.encode(mark))
  expect(other.size).toBe(10_000)
  expect(other.has(1, 9999, 9999)).toBe(true)
  expect(other.has(1, 10_000, 10_000)).toBe(false)
})

test('the oldest go beyond the bound, and it is said from when on the log is complete', () => {
  const log = new SeenLog(10_000)
  const complete: number[] = []
  for (let i = 0; i < 40_000; i++) {
    const from = log.add(i >> 3, i, 0)
    if (from !== undefined) complete.push(from)
    expect(log.size).toBeLessThanOrEqual(10_000)
  }
  const from = complete.at(-1) ?? 0
  expect(complete).toEqual([...complete].sort((a, b) => a - b))
  for (let i = 0; i < 40_000; i++) if (i >> 3 >= from) expect(log.has(i >> 3, i, 0)).toBe(true)
  expect(log.has(0, 0, 0)).toBe(false)
})

test('expired chunks are forgotten, marks made before still hold', () => {
  const log = new SeenLog(1_000_000)
  for (let i = 0; i < 20_000; i++) log.add(i, i, 0)
  const mark = log.mark()
  log.expire(15_000)
  expect(log.size).toBeLessThan(10_000)
  const other = new SeenLog(1_000_000)
  other.restore(log.encode(mark))
  expect(other.has(19_999, 19_999, 0)).toBe(true)
  expect(other.has(15_000, 15_000, 0)).toBe(true)
})

test('text that is cut off is refused', () => {
  expect(() => new SeenLog(10).restore('AAAA')).toThrow(RangeError)
})
