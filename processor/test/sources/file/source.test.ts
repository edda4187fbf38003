import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Position, Source } from '../../../src/pipeline/types.ts'
import { fileSource } from '../../../src/sources/file/index.ts'
import { buildContext, readLines } from '../../helpers/sources.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-file-'))
  path = join(folder, 'fw.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const source = (options: object = {}): Source =>
  fileSource.create(
    fileSource.schema.parse({
      type: 'file',
      paths: [path],
      from: 'beginning',
      poll: '10ms',
      ...options,
    }),
    buildContext(folder),
  )
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('')
const numbers = (from: number, to: number): string[] => lines(from, to).trimEnd().split('\n')

describe('a followed file', () => {
  it('begins at the end, unless told otherwise, and gives what is appended', async () => {
    writeFileSync(path, lines(0, 5))
    let appended = false
    const { lines: got } = await readLines(source({ from: 'end' }), undefined, 3, () => {
      if (!appended) appendFileSync(path, lines(5, 8))
      appended = true
    })
    expect(got).toEqual(numbers(5, 8))
  })

  it('gives a line only when its end is there', async () => {
    writeFileSync(path, 'one\ntwo')
    let first: readonly string[] = []
    const { lines: got } = await readLines(source(), undefined, 2, (sofar) => {
      if (first.length === 0) {
        first = [...sofar]
        appendFileSync(path, ' and a half\n')
      }
    })
    expect(first).toEqual(['one'])
    expect(got).toEqual(['one', 'two and a half'])
  })

  it('is read to its end when it is renamed, then the new one from its beginning', async () => {
    writeFileSync(path, lines(0, 3))
    let rotated = false
    const { lines: got } = await readLines(source(), undefined, 8, () => {
      if (rotated) return
      rotated = true
      appendFileSync(path, `${lines(3, 5)}no line break`)
      renameSync(path, `${path}.1`)
      writeFileSync(path, lines(5, 7))
    })
    expect(got).toEqual([...numbers(0, 5), 'no line break', ...numbers(5, 7)])
  })

  it('starts over when it was copied and cut', async () => {
    writeFileSync(path, lines(0, 30))
    let cut = false
    const { lines: got } = await readLines(source(), undefined, 32, () => {
      if (cut) return
      cut = true
      copyFileSync(path, `${path}.1`)
      truncateSync(path, 0)
      appendFileSync(path, 'new 1\nnew 2\n')
    })
    expect(got).toEqual([...numbers(0, 30), 'new 1', 'new 2'])
  })

  it('that appears later is read whole', async () => {
    const run = readLines(source({ from: 'end' }), undefined, 3, () =>
      writeFileSync(path, lines(0, 3)),
    )
    expect((await run).lines).toEqual(numbers(0, 3))
  })

  it('is found by pattern', async () => {
    writeFileSync(path, lines(0, 2))
    writeFileSync(join(folder, 'other.txt'), 'no\n')
    expect(
      (await readLines(source({ paths: [join(folder, '*.log')] }), undefined, 2)).lines,
    ).toEqual(numbers(0, 2))
  })

  it('names itself in the error when it cannot be read', async () => {
    await expect(source({ paths: [folder] }).check(AbortSignal.timeout(1000))).rejects.toThrow(
      folder,
    )
  })
})

describe('after a restart', () => {
  const upTo = async (count: number): Promise<Position | undefined> =>
    (await readLines(source(), undefined, count)).next

  it('nothing is missing and nothing comes twice', async () => {
    writeFileSync(path, lines(0, 4))
    const position = await upTo(4)
    appendFileSync(path, lines(4, 9))
    expect((await readLines(source(), position, 5)).lines).toEqual(numbers(4, 9))
  })

  it('the rest of a file that was rotated meanwhile comes first', async () => {
    writeFileSync(path, lines(0, 4))
    const position = await upTo(4)
    appendFileSync(path, lines(4, 6))
    renameSync(path, join(folder, 'fw.log.1'))
    writeFileSync(path, lines(6, 8))
    expect((await readLines(source(), position, 4)).lines).toEqual(numbers(4, 8))
  })

  it('a file that only has the inode of the old one is read whole', async () => {
    writeFileSync(path, lines(0, 40))
    const position = await upTo(40)
    truncateSync(path, 0)
    writeFileSync(path, `other ${lines(0, 60)}`)
    expect((await readLines(source(), position, 60)).lines[0]).toBe('other line 0')
  })
})
