import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MOST_ANNOTATIONS, readAnnotations } from '../../src/data/annotations'
import { field, frame } from '../helpers/frames'

const annotations = (columns: Record<string, unknown>) =>
  frame(
    'Anno',
    Object.entries(columns).map(([name, values]) => field(name, 'other', values as unknown[])),
  )
const read = (columns: Record<string, unknown>, from = 0, to = 1_000) =>
  readAnnotations([annotations(columns)], from, to)

describe('annotations', () => {
  test('come with all that is known of them', () => {
    expect(
      read({
        time: [100],
        timeEnd: [300],
        isRegion: [true],
        title: ['Firewall updated'],
        text: ['new rules'],
        tags: [['deploy', 'fw']],
        color: ['blue'],
      }),
    ).toEqual([
      {
        time: 100,
        end: 300,
        title: 'Firewall updated',
        text: 'new rules',
        tags: ['deploy', 'fw'],
        color: 'blue',
      },
    ])
  })

  test('need a time only', () => {
    expect(read({ time: [5] })).toEqual([
      { time: 5, end: 5, title: '', text: '', tags: [], color: undefined },
    ])
    expect(read({ text: ['without a time'] })).toEqual([])
  })

  test.each([
    ['an end', { timeEnd: [200] }, 200],
    ['an end, and the word of the source', { timeEnd: [200], isRegion: [true] }, 200],
    ['an end that is none', { timeEnd: [200], isRegion: [false] }, 100],
    ['the same time twice', { timeEnd: [100], isRegion: [true] }, 100],
    ['an end before its start', { timeEnd: [50], isRegion: [true] }, 100],
    ['no end', { timeEnd: [null], isRegion: [true] }, 100],
  ])('that have %s end where they should', (_, columns, end) => {
    expect(read({ time: [100], ...columns })[0]?.end).toBe(end)
  })

  test('out of the range are left out, those that reach into it are not', () => {
    const columns = { time: [-10, -10, 500, 1_001], timeEnd: [-1, 0, 500, 2_000] }
    expect(read(columns).map(({ end }) => end)).toEqual([0, 500])
  })

  test('of several queries stand in the order of time; of too many the newest are kept', () => {
    const times = Array.from({ length: 400 }, (_, i) => i)
    const found = readAnnotations(
      [annotations({ time: times.map((i) => i + 400) }), annotations({ time: times })],
      0,
      1_000,
    )
    expect(found).toHaveLength(MOST_ANNOTATIONS)
    expect(found[0]?.time).toBe(800 - MOST_ANNOTATIONS)
    expect(found.at(-1)?.time).toBe(799)
  })

  test('tags may be a text with commas', () => {
    expect(read({ time: [1], tags: ['deploy, fw'] })[0]?.tags).toEqual(['deploy', 'fw'])
  })

  test('never throw, and never grow without bound, whatever they hold', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.constant('x'.repeat(100_000)),
      fc.array(fc.anything()),
      fc.array(fc.integer({ min: -10, max: 1_010 })),
    )
    const columns = fc.record(
      {
        time: fc.oneof(anything, fc.array(fc.integer({ min: 0, max: 1_000 }))),
        timeEnd: anything,
        isRegion: anything,
        title: anything,
        text: anything,
        tags: anything,
        color: anything,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(columns, (columns) => {
        for (const { time, end, title, text, tags, color } of read(columns)) {
          expect(time).toBeLessThanOrEqual(end)
          expect(title.length + text.length + (color?.length ?? 0)).toBeLessThan(2_200)
          expect(tags.every((tag) => tag.length <= 100)).toBe(true)
        }
      }),
    )
  })
})
