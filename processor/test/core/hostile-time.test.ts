import { describe, expect, it } from 'vitest'
import { batchOf, createEngine } from '../../src/core/index.ts'
import type { Detection } from '../../src/core/index.ts'
import { tcp } from '../helpers/lines.ts'

const run = (
  lines: readonly string[],
): { detections: Detection[]; engine: ReturnType<typeof createEngine> } => {
  const engine = createEngine()
  const detections: Detection[] = []
  engine.feed(batchOf(lines, { reference: 1_800_000_000 }), (detection) =>
    detections.push(detection),
  )
  return { detections, engine }
}

describe('a clock that jumps', () => {
  it('back: the packets count towards the scan alive, which does not end for it', () => {
    const { detections } = run([0, 100, 50, -90_000, 101].map((at, i) => tcp({ at, dpt: 80 + i })))
    expect(detections.filter(({ kind }) => kind !== 'logging-health')).toMatchObject([
      { kind: 'scan', packets: 5, lastSeen: '2026-03-01T00:01:41.000Z' },
    ])
  })

  it('ahead: the scan ends, and a new one begins there', () => {
    const { detections } = run(
      [0, 1, 2, 3, 40_000_000, 40_000_001].map((at, i) => tcp({ at, dpt: 80 + i })),
    )
    expect(detections).toEqual([])
  })

  it('to the ends of time: counted, survived, and dated by the reference', () => {
    const line = tcp()
    const { engine } = run([
      line.replace(/^\S+/, '0001-01-01T00:00:00Z'),
      line.replace(/^\S+/, '9999-12-31T23:59:59Z'),
      line.replace(/^\S+/, '2026-13-45T99:99:99Z'),
      line,
    ])
    expect(engine.report({ all: true }).lines.read).toBe(4)
    expect(engine.report().window).toEqual({
      from: '2026-03-01T00:00:00.000Z',
      to: '2027-01-15T08:00:00.000Z',
    })
    expect(() => engine.stats()).not.toThrow()
  })
})
