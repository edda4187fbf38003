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
    const path = file('raw.zst', frame('one\ntwo\nthree\n'))
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

  it.each([
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ['bzip2', [0x42, 0x5a, 0x68, 0x39]],
  ])('packed with %s is no log of garbage but an error that says so', async (name, magic) => {
    await expect(openLogFile(file(`log.${name}`, Buffer.from(magic)), 1)).rejects.toThrow(
      `it is packed with ${name}`,
    )
  })

  it('without a byte has no lines', async () => {
    expect(await all(await openLogFile(file('empty.log', ''), 1))).toEqual([])
    expect(await all(await openStream('stdin', Readable.from([]), 1))).toEqual([])
  })

  it('with a zstd frame that is to be skipped, and several to be read', async () => {
    const skipped = Buffer.from([0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
    const path = file('frames.zst', Buffer.concat([skipped, frame('one\ntw'), frame('o\nthree')]))
    expect(await all(await openLogFile(path, 1))).toEqual(['one', 'two', 'three'])
  })

  it('of gzip with padding behind it is read whole', async () => {
    const padded = Buffer.concat([zlib.gzipSync('one\ntwo\n'), Buffer.alloc(100)])
    expect(await all(await openLogFile(file('padded.gz', padded), 1))).toEqual(['one', 'two'])
  })

  it('says how far it has been read', async () => {
    const packed = zlib.gzipSync(text.join('\n'))
    const input = await openLogFile(file('progress.gz', packed), 1)
    expect([input.size, input.bytesRead()]).toEqual([packed.length, 0])
    await all(input)
    expect(input.bytesRead()).toBe(packed.length)
  })
})

/** A zstd frame of one raw block, written by hand: Node 20 has no compressor. */
function frame(text: string): Buffer {
  const content = Buffer.from(text)
  const block = Buffer.alloc(3)
  block.writeUIntLE((content.length << 3) | 1, 0, 3)
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, content.length]),
    block,
    content,
  ])
}

describe('a damaged file gives the whole lines before the damage, then an error with its name', () => {
  const packed = zlib.gzipSync(Buffer.from(text.join('\n')))
  const wrongAt = (at: number): Buffer => {
    const bytes = Buffer.from(packed)
    bytes[at] = (bytes[at] ?? 0) ^ 0xff
    return bytes
  }
  const short = zlib.gzipSync('one\ntwo\nthree\nfour')
  short[short.length - 6] = (short[short.length - 6] ?? 0) ^ 0xff

  const read = async (input: OfflineInput): Promise<{ lines: string[]; error: string }> => {
    const lines: string[] = []
    try {
      for (let batch = await input.next(); batch !== undefined; batch = await input.next())
        lines.push(...linesIn(batch))
    } catch (error) {
      return { lines, error: String(error) }
    } finally {
      await input.close()
    }
    return { lines, error: 'none' }
  }

  test.each([
    ['cut off', packed.subarray(0, packed.length - 2000), 15_000, 19_999],
    ['cut off at its checksum', packed.subarray(0, packed.length - 8), 19_999, 19_999],
    ['with a wrong checksum', wrongAt(packed.length - 6), 19_999, 19_999],
    ['with a wrong length', wrongAt(packed.length - 2), 19_999, 19_999],
    ['with a wrong byte in the middle', wrongAt(packed.length >> 1), 5000, Infinity],
  ])('gzip %s', async (name, bytes, least, most) => {
    const { lines, error } = await read(await openLogFile(file(`${name}.gz`, bytes), 1))
    expect(error).toMatch(/^SourceError: .*\.gz is damaged or cannot be read: /)
    expect(lines.length).toBeGreaterThanOrEqual(least)
    expect(lines.length).toBeLessThanOrEqual(most)
    // Up to the wrong byte all is as it was; behind it unpackers may make something up before they notice.
    expect(lines.slice(0, least)).toEqual(text.slice(0, least))
  })

  it('gzip of a few lines with a wrong checksum', async () => {
    const { lines, error } = await read(await openLogFile(file('short.gz', short), 1))
    expect({ lines, error }).toEqual({
      lines: ['one', 'two', 'three'],
      error: expect.stringContaining('incorrect data check') as string,
    })
  })

  it('zstd cut off', async () => {
    const bytes = Buffer.concat([frame('one\ntwo\nth'), frame('ree\n').subarray(0, 8)])
    const { lines, error } = await read(await openLogFile(file('cut.zst', bytes), 1))
    expect(lines).toEqual(['one', 'two'])
    expect(error).toMatch(/cut\.zst is damaged/)
  })

  it('gzip through a pipe, as far as one can read without going back', async () => {
    const pieces = [packed.subarray(0, 3), packed.subarray(3, packed.length - 2000)]
    const { lines, error } = await read(await openStream('stdin', Readable.from(pieces), 1))
    expect(lines.length).toBeGreaterThan(10_000)
    expect(error).toMatch(/stdin is damaged/)
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
