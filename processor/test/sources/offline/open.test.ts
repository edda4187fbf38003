import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { LineBatch } from '../../../src/core/batch.ts'
import { openLogFile, openStream } from '../../../src/sources/offline/index.ts'
import type { OfflineInput } from '../../../src/sources/offline/index.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-offline-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function linesIn(batch: LineBatch): string[] {
  return Array.from({ length: batch.count }, (_, i) =>
    Buffer.from(batch.bytes.subarray(batch.at[2 * i], batch.at[2 * i + 1])).toString('latin1'),
  )
}

async function all(input: OfflineInput): Promise<string[]> {
  const lines: string[] = []
  for (let batch = await input.next(); batch !== undefined; batch = await input.next())
    lines.push(...linesIn(batch))
  await input.close()
  return lines
}

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const text = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${'x'.repeat(i % 90)}`)

describe('a log file', () => {
  test.each([
    ['plain', (bytes: Buffer) => bytes],
    ['gzip, whatever its name', (bytes: Buffer) => zlib.gzipSync(bytes)],
    [
      'two gzip members',
      (bytes: Buffer) =>
        Buffer.concat([
          zlib.gzipSync(bytes.subarray(0, 1000)),
          zlib.gzipSync(bytes.subarray(1000)),
        ]),
    ],
  ])('is read whole: %s', async (name, pack) => {
    const path = file(`${name}.log`, pack(Buffer.from(text.join('\n'))))
    expect(await all(await openLogFile(path, 1))).toEqual(text)
  })

  it('is read whole as zstd', async () => {
    // A frame of raw blocks, written by hand: Node 20 has no compressor.
    const content = Buffer.from('one\ntwo\nthree\n')
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, content.length])
    const block = Buffer.alloc(3)
    block.writeUIntLE((content.length << 3) | 1, 0, 3)
    const path = file('raw.zst', Buffer.concat([header, block, content]))
    expect(await all(await openLogFile(path, 1))).toEqual(['one', 'two', 'three'])
  })

  it('dates lines by its own time unless told otherwise', async () => {
    const path = file('old.log', 'x\n')
    utimesSync(path, 1_000_000, 1_000_000)
    for (const [now, reference] of [
      [undefined, 1_000_000],
      [77, 77],
    ]) {
      const input = await openLogFile(path, now)
      expect((await input.next())?.reference).toBe(reference)
      await input.close()
    }
  })

  it('that does not exist is an error with its name', async () => {
    await expect(openLogFile(join(folder, 'none.log'), 1)).rejects.toThrow(
      /none\.log cannot be opened: ENOENT/,
    )
    await expect(openLogFile(folder, 1)).rejects.toThrow(/cannot be read: it is a directory/)
  })

  it('that is damaged gives what could be read, then an error with its name', async () => {
    const packed = zlib.gzipSync(Buffer.from(text.join('\n')))
    const input = await openLogFile(file('cut.gz', packed.subarray(0, packed.length - 2000)), 1)
    const lines: string[] = []
    await expect(
      (async () => {
        for (let batch = await input.next(); batch !== undefined; batch = await input.next())
          lines.push(...linesIn(batch))
      })(),
    ).rejects.toThrow(/cut\.gz is damaged/)
    await input.close()
    expect(lines.length).toBeGreaterThan(1000)
    expect(text.slice(0, lines.length)).toEqual(lines)
  })
})

describe('lines', () => {
  const read = async (content: Buffer, sizes: readonly number[]): Promise<string[]> => {
    async function* pieces(): AsyncGenerator<Buffer> {
      let at = 0
      for (let i = 0; at < content.length; i++) {
        const size = Math.max(1, sizes[i % sizes.length] ?? 1)
        yield content.subarray(at, at + size)
        at += size
      }
    }
    return all(await openStream('stdin', Readable.from(pieces()), 1))
  }

  it('are the same however the bytes arrive, with NUL and broken UTF-8 in them', async () => {
    const line = fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => Buffer.from(bytes.map((b) => (b === 10 || b === 13 ? 0 : b))))
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }),
        async (lines, sizes) => {
          const content = Buffer.concat(
            lines.flatMap((one) => [Buffer.from('>'), one, Buffer.from('\n')]),
          )
          expect(await read(content, sizes)).toEqual(
            lines.map((one) => `>${one.toString('latin1')}`),
          )
        },
      ),
      { numRuns: 100 },
    )
  })

  it('end with CR LF or LF, the last one with nothing', async () => {
    expect(await read(Buffer.from('a\r\n\r\nb\nc'), [3])).toEqual(['a', '', 'b', 'c'])
  })

  it('of megabytes are cut, count as one each, and harm no other', async () => {
    const content = Buffer.from(`first\n${'y'.repeat(3_500_000)}\n${'z'.repeat(100_000)}\nlast\n`)
    const lines = await read(content, [1 << 16])
    expect(lines.map((line) => [line.slice(0, 5), line.length])).toEqual([
      ['first', 5],
      ['yyyyy', 65_536],
      ['zzzzz', 65_536],
      ['last', 4],
    ])
  })
})
