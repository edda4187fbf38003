import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LineBatch } from '../../../src/core/batch.ts'
import { LINES_PER_BATCH, LineChunker } from '../../../src/sources/lines/line-chunker.ts'

const textsOf = ({ bytes, at, count }: LineBatch): string[] =>
  Array.from({ length: count }, (_, i) =>
    Buffer.from(bytes.subarray(at[2 * i], at[2 * i + 1])).toString('latin1'),
  )

/** Feeds the pieces, and between any two lets another input use the chunker if asked to. */
function cut(
  chunker: LineChunker,
  pieces: readonly Buffer[],
  { isShared = false } = {},
): { lines: string[]; consumed: number[] } {
  const lines: string[] = []
  const consumed: number[] = []
  const take = (batch: LineBatch): void => {
    lines.push(...textsOf(batch))
    consumed.push(chunker.consumed)
  }
  for (const piece of pieces) {
    let left = piece
    while (left.length > 0) {
      const space = chunker.space()
      const length = left.copy(space, 0, 0, Math.min(space.length, left.length))
      chunker.filled(length)
      left = left.subarray(length)
      for (let batch = chunker.batch(); batch !== undefined; batch = chunker.batch()) take(batch)
    }
    if (!isShared) continue
    const at = chunker.consumed
    const line = chunker.suspend()
    chunker.resume(7, undefined)
    chunker.space().fill('z')
    chunker.filled(100)
    chunker.suspend()
    chunker.resume(at, line)
  }
  const last = chunker.last()
  if (last !== undefined) take(last)
  return { lines, consumed }
}

describe('lines', () => {
  it('are the same however the bytes come in, and whoever uses the chunker in between', () => {
    const line = fc
      .uint8Array({ maxLength: 30 })
      .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 0 : byte))))
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.boolean(),
        (lines, sizes, isShared) => {
          const content = Buffer.concat(lines.flatMap((one) => [one, Buffer.from('\n')]))
          const pieces: Buffer[] = []
          for (let at = 0, i = 0; at < content.length; i++) {
            const size = sizes[i % sizes.length] ?? 1
            pieces.push(content.subarray(at, at + size))
            at += size
          }
          const expected = lines.map((one) =>
            one.toString('latin1').replace(/\r$/, '').slice(0, 16),
          )
          const result = cut(new LineChunker({ reference: 1, maxLineBytes: 16 }), pieces, {
            isShared,
          })
          expect(result.lines).toEqual(expected)
          expect(result.consumed.at(-1) ?? 0).toBe(content.length)
        },
      ),
    )
  })

  it('have a writable byte behind each of them, the last one too', () => {
    const chunker = new LineChunker({ reference: 1 })
    chunker.filled(chunker.space().write('a\r\nb\nc'))
    let checked = 0
    for (const take of [() => chunker.batch(), () => chunker.last()]) {
      const batch = take()
      for (let i = 0; i < (batch?.count ?? 0); i++, checked++)
        expect(batch?.bytes[batch.at[2 * i + 1] ?? -1]).toBeLessThan(0x20)
    }
    expect(checked).toBe(3)
  })

  it('come in batches of at most 5,000, and empty ones count', () => {
    const chunker = new LineChunker({ reference: 1 })
    chunker.filled(chunker.space().write('\n'.repeat(LINES_PER_BATCH + 1)))
    expect(chunker.batch()?.count).toBe(LINES_PER_BATCH)
    expect(chunker.batch()?.count).toBe(1)
    expect(chunker.batch()).toBeUndefined()
    expect(chunker.last()).toBeUndefined()
  })

  it('of a gigabyte would need no more room than others: consumed waits for their end', () => {
    const chunker = new LineChunker({ reference: 1 })
    for (let i = 0; i < 40; i++) {
      chunker.filled(chunker.space().fill('x').length)
      expect(chunker.batch()).toBeUndefined()
      expect(chunker.consumed).toBe(0)
    }
    const { pending } = chunker
    expect(pending).toBeGreaterThan(30 * 1024 * 1024)
    chunker.filled(chunker.space().write('\nnext\n'))
    const batch = chunker.batch()
    expect(batch && textsOf(batch).map((line) => line.length)).toEqual([65_536, 4])
    expect(chunker.consumed).toBe(pending + 6)
  })
})
