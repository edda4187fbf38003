import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchOf, createEngine } from '../../../src/core/index.ts'
import type { Detection, Engine } from '../../../src/core/index.ts'
import { tcp, udp } from '../../helpers/lines.ts'
import { REFERENCE, limited, linesOf, strangers } from './traffic.ts'

const HOUR = 3600

/** Every check raised and ended, most of them twice. */
function everything(): string[] {
  const day = (from: number): string[] => {
    const packets = limited(strangers(from, 5 * HOUR, 20 / 60), 3 / 60, 10)
    const open = strangers(from + 1, HOUR, 20 / 60)
    const options = (at: number): string => `${tcp({ at, len: 44, out: 'eth1' })}OPT (020405B4) `
    return [
      ...linesOf(
        Array.from(packets, (one) => ({ ...one, at: from + one.at })),
        { len: 44 },
      ),
      ...linesOf(
        Array.from(open, (one) => ({ ...one, at: from + 5 * HOUR + one.at })),
        { len: 44 },
      ),
      ...Array.from({ length: 700 }, (_, i) =>
        udp({ at: from + 6 * HOUR + i, prefix: 'ACCEPT', host: 'fw2' }),
      ),
      ...Array.from({ length: 120 }, () => udp().replace(/^\S+ \S+ /, '')),
      ...Array.from({ length: 700 }, (_, i) => options(from + 7 * HOUR + i)),
      udp({ at: from + 2 * HOUR }),
    ]
  }
  return [...day(0), ...day(2 * 86_400), ...day(2.5 * 86_400), ...day(5 * 86_400)]
}

const lines = everything()

function told(engine: Engine, part: readonly string[], into: Detection[]): void {
  engine.feed(batchOf(part, { reference: REFERENCE }), (detection) => {
    if (detection.kind === 'logging-health') into.push(detection)
  })
}

const state = (engine: Engine): string =>
  JSON.stringify([engine.report().loggingHealth, engine.stats().health])

it('a processor that stops anywhere and goes on finds what one finds that never stopped', () => {
  const straight: Detection[] = []
  const whole = createEngine()
  told(whole, lines, straight)
  expect(new Set(straight.map(({ message }) => message?.split(':')[0])).size).toBe(6)
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ at: fc.nat(lines.length), restarts: fc.boolean(), full: fc.boolean() }),
        {
          maxLength: 12,
        },
      ),
      fc.nat(1000),
      (cuts, seed) => {
        const detections: Detection[] = []
        let engine = createEngine({ seed })
        let chunks: Uint8Array[] = []
        let from = 0
        for (const { at, restarts, full } of cuts.sort((a, b) => a.at - b.at)) {
          told(engine, lines.slice(from, at), detections)
          from = at
          if (!restarts) continue
          if (full || chunks.length === 0) chunks = [engine.full()]
          else {
            const changes = engine.changes()
            if (changes !== undefined) chunks.push(changes)
          }
          engine = createEngine({ seed })
          engine.restore(chunks)
        }
        told(engine, lines.slice(from), detections)
        expect(detections).toEqual(straight)
        expect(state(engine)).toBe(state(whole))
      },
    ),
    { numRuns: 15 },
  )
}, 60_000)
