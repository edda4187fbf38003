import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noCrash } from '../../src/checkpoint/crash-points.ts'
import { decodeOutboxLine, encodeOutboxLine } from '../../src/checkpoint/outbox-line.ts'
import { Outbox } from '../../src/checkpoint/outbox.ts'
import type { EncodedDetection } from '../../src/core/detection.ts'
import { CheckpointError } from '../../src/errors.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'picket-outbox-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const BOUNDS = { events: 1000, bytes: 1 << 20 }

const openOutbox = (length = 0, needed = length, segmentBytes = 200) =>
  Outbox.open({ directory, crash: noCrash, segmentBytes }, { length, needed })

const detection = (i: number, text = ''): EncodedDetection => ({
  id: `id-${i}`,
  kind: 'scan',
  dangerLevel: 2,
  ns: '1700000000000000000',
  json: JSON.stringify({ i, text }),
  readableAt: 1000 + i,
})

async function readAll(
  outbox: Outbox,
  from: number,
  to: number,
  bounds = BOUNDS,
): Promise<EncodedDetection[]> {
  const all: EncodedDetection[] = []
  for (let at = from; ;) {
    const { events, next } = await outbox.read(at, to, bounds)
    if (next === at) return all
    all.push(...events)
    at = next
  }
}

describe('an outbox line', () => {
  test('is read back as it was written, whatever the texts are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.option(fc.nat(), { nil: undefined }),
        (text, readableAt) => {
          const { id, kind, dangerLevel, ns, json } = detection(1, text)
          const event = { id, kind, dangerLevel, ns, json }
          const full: EncodedDetection = readableAt === undefined ? event : { ...event, readableAt }
          const line = encodeOutboxLine(full).toString()
          expect(line.indexOf('\n')).toBe(line.length - 1)
          expect(decodeOutboxLine(line.slice(0, -1))).toEqual(full)
        },
      ),
    )
  })

  test.each(['', '1 id scan 2', '1 id nonsense 2 - {}', '1 id scan 9 - {}', 'x id scan 2 - {}'])(
    'is not read from %j',
    (line) => {
      expect(decodeOutboxLine(line)).toBeUndefined()
    },
  )
})

describe('an outbox', () => {
  test('gives back what was flushed, in order, over any number of segments and bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(300), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 10, max: 500 }),
        async (sizes, events, bytes) => {
          await rm(directory, { recursive: true, force: true })
          const outbox = await openOutbox()
          const written = sizes.map((size, i) => detection(i, 'x'.repeat(size)))
          for (const [i, event] of written.entries()) {
            outbox.append(event)
            if (i % 3 === 0) await outbox.flush()
          }
          await outbox.flush()
          expect(await readAll(outbox, 0, outbox.length, { events, bytes })).toEqual(written)
          await outbox.close()
        },
      ),
      { numRuns: 25 },
    )
  })

  test('gives nothing beyond the offset it is asked for', async () => {
    const outbox = await openOutbox()
    outbox.append(detection(0))
    const first = outbox.length
    outbox.append(detection(1))
    await outbox.flush()
    expect(await readAll(outbox, 0, first)).toEqual([detection(0)])
    await outbox.close()
  })

  test('forgets at start what lies behind the length of the checkpoint', async () => {
    const outbox = await openOutbox()
    outbox.append(detection(0))
    await outbox.flush()
    const length = outbox.length
    for (let i = 1; i < 20; i++) {
      outbox.append(detection(i))
      await outbox.flush()
    }
    await outbox.close()

    const again = await openOutbox(length, 0)
    again.append(detection(100))
    await again.flush()
    expect(await readAll(again, 0, again.length)).toEqual([detection(0), detection(100)])
    await again.close()
  })

  test('removes segments once everything in them is delivered, and keeps the rest', async () => {
    const outbox = await openOutbox()
    const ends: number[] = []
    for (let i = 0; i < 20; i++) {
      outbox.append(detection(i))
      await outbox.flush()
      ends.push(outbox.length)
    }
    const before = (await readdir(directory)).length
    await outbox.free(ends[9]!)
    expect((await readdir(directory)).length).toBeLessThan(before)
    expect(await readAll(outbox, ends[9]!, outbox.length)).toHaveLength(10)
    await outbox.free(outbox.length)
    expect((await readdir(directory)).length).toBeLessThanOrEqual(1)
    const length = outbox.length
    await outbox.close()
    // Offsets go on where they were.
    const again = await openOutbox(length)
    expect(again.length).toBe(length)
    again.append(detection(20))
    await again.flush()
    expect(await readAll(again, length, again.length)).toEqual([detection(20)])
    await again.close()
  })

  test('refuses to start when detections that a sink still needs are gone', async () => {
    const outbox = await openOutbox()
    for (let i = 0; i < 20; i++) {
      outbox.append(detection(i))
      await outbox.flush()
    }
    const { length } = outbox
    await outbox.close()
    const [first] = (await readdir(directory)).sort()
    await rm(join(directory, first!))
    await expect(openOutbox(length, 0)).rejects.toThrow(CheckpointError)
  })

  test('counts a damaged line and goes on behind it', async () => {
    const outbox = await openOutbox(0, 0, 1 << 20)
    for (let i = 0; i < 3; i++) outbox.append(detection(i))
    await outbox.flush()
    const { length } = outbox
    await outbox.close()
    const path = join(directory, '0000000000000000.jsonl')
    const { size } = await stat(path)
    const lines = [0, 1, 2].map((i) => encodeOutboxLine(detection(i)).toString())
    lines[1] = `${'?'.repeat(lines[1]!.length - 1)}\n`
    await writeFile(path, lines.join(''))
    expect((await stat(path)).size).toBe(size)
    const again = await openOutbox(length, 0, 1 << 20)
    const slice = await again.read(0, length, BOUNDS)
    expect(slice.events).toEqual([detection(0), detection(2)])
    expect(slice.damaged).toBe(1)
    expect(slice.next).toBe(length)
    await again.close()
  })
})
