import { describe, expect, it, test } from 'vitest'
import { DetectionRing } from '../../src/telemetry/detection-ring.ts'

function filled(count: number, capacity = 5): DetectionRing {
  const ring = new DetectionRing(capacity)
  ring.push(...Array.from({ length: count }, (_, i) => one(i)))
  return ring
}

/** Number i, a second after the one before. */
function one(i: number): { id: string; ns: string; json: string } {
  return { id: `d${i}`, ns: `${1_767_225_600 + i}000000000`, json: `{"id":"d${i}"}` }
}

const ids = (ring: DetectionRing, since: string | undefined, limit: number): string[] =>
  ring.page(since, limit).detections.map(({ id }) => id)

describe('recent detections', () => {
  test.each([
    { why: 'the newest without since', since: undefined, limit: 2, expected: ['d6', 'd7'] },
    {
      why: 'all that is kept',
      since: undefined,
      limit: 100,
      expected: ['d3', 'd4', 'd5', 'd6', 'd7'],
    },
    { why: 'what follows an id', since: 'd5', limit: 100, expected: ['d6', 'd7'] },
    { why: 'nothing behind the newest', since: 'd7', limit: 100, expected: [] },
    { why: 'a page from an id', since: 'd4', limit: 1, expected: ['d5'] },
    {
      why: 'everything kept for an id that is gone',
      since: 'd0',
      limit: 100,
      expected: ['d3', 'd4', 'd5', 'd6', 'd7'],
    },
    {
      why: 'what happened from a time on',
      since: '2026-01-01T00:00:06Z',
      limit: 100,
      expected: ['d6', 'd7'],
    },
    { why: 'nothing from a time to come', since: '2027-01-01', limit: 100, expected: [] },
  ])('are $why', ({ since, limit, expected }) => {
    expect(ids(filled(8), since, limit)).toEqual(expected)
  })

  it('can be read page by page without a gap or a repeat', () => {
    const ring = filled(5)
    const read: string[] = []
    for (let since = ''; ;) {
      const { detections, next } = ring.page(since, 2)
      if (detections.length === 0) break
      read.push(...detections.map(({ id }) => id))
      since = next
    }
    expect(read).toEqual(['d0', 'd1', 'd2', 'd3', 'd4'])
  })

  it('are each there once, and wake readers only when one is new', () => {
    const ring = filled(3)
    let woken = 0
    const unsubscribe = ring.subscribe(() => woken++)
    ring.push(one(1), one(2))
    expect(woken).toBe(0)
    ring.push(one(2), one(3))
    expect([woken, ids(ring, undefined, 10)]).toEqual([1, ['d0', 'd1', 'd2', 'd3']])
    unsubscribe()
    ring.push(one(4))
    expect(woken).toBe(1)
  })
})
