import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { SourceBatch } from '../../../src/pipeline/types.ts'
import { readStream } from '../../../src/sources/stdin/index.ts'
import { linesOf } from '../../helpers/sources.ts'

const never = new AbortController().signal

async function all(batches: AsyncIterable<SourceBatch>): Promise<string[]> {
  const lines: string[] = []
  for await (const batch of batches) lines.push(...linesOf(batch))
  return lines
}

describe('standard input', () => {
  it('is read to its end, the last line too, whatever the pieces', async () => {
    const pieces = ['on', 'e\r\ntwo\nth', 'ree'].map((text) => Buffer.from(text))
    expect(await all(readStream(Readable.from(pieces), 7, never))).toEqual(['one', 'two', 'three'])
  })

  it('gives a line as soon as it is there', async () => {
    const stream = new PassThrough()
    const batches = readStream(stream, 7, never)
    stream.write('one\ntw')
    const first = await batches.next()
    expect(first.done === true ? [] : linesOf(first.value)).toEqual(['one'])
    stream.end('o\n')
    expect(await all(batches)).toEqual(['two'])
  })

  it('ends quietly when it is told to stop', async () => {
    const stream = new PassThrough()
    const stop = new AbortController()
    stream.write('one\nunfinished')
    const lines: string[] = []
    for await (const batch of readStream(stream, 7, stop.signal)) {
      lines.push(...linesOf(batch))
      stop.abort()
    }
    expect(lines).toEqual(['one'])
  })

  it('that breaks is an error in plain words', async () => {
    const stream = new PassThrough()
    stream.destroy(new Error('EIO: i/o error'))
    await expect(all(readStream(stream, 7, never))).rejects.toThrow(
      'standard input cannot be read: EIO: i/o error',
    )
  })
})
