import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BuildContext, Position, Source, SourceBatch } from '../../../src/pipeline/types.ts'
import { fileSource } from '../../../src/sources/file/index.ts'
import { buildContext, linesOf } from '../../helpers/sources.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-rotation-'))
  path = join(folder, 'fw.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const source = (options: object = {}, context: Partial<BuildContext> = {}): Source =>
  fileSource.create(
    fileSource.schema.parse({ type: 'file', paths: [path], from: 'beginning', ...options }),
    { ...buildContext(folder), ...context },
  )

/** One round of looking at the files a step: `steps[i]` is done before round i, and the clock goes on by `roundMs`. */
async function follow(
  options: object,
  from: Position | undefined,
  steps: readonly (() => void)[],
  { roundMs = 1000, batches = Infinity } = {},
): Promise<{ lines: string[]; next: Position | undefined; seen: SourceBatch[] }> {
  const stop = new AbortController()
  let now = Date.now()
  let round = 0
  const clock = {
    now: () => now,
    async sleep() {
      now += roundMs
      round++
      if (round >= steps.length) stop.abort()
      else steps[round]?.()
      await setImmediate()
    },
  }
  const lines: string[] = []
  const seen: SourceBatch[] = []
  let next = from
  steps[0]?.()
  let left = batches
  for await (const batch of source(options, { clock }).read(from, stop.signal)) {
    lines.push(...linesOf(batch))
    next = JSON.parse(JSON.stringify(batch.next)) as Position
    seen.push({ ...batch, lines: { ...batch.lines } })
    if (--left === 0) break
  }
  return { lines, next, seen }
}
const nothing = (): void => undefined
const write =
  (text: string, to = path) =>
  (): void =>
    appendFileSync(to, text)
const rotate = (): void => {
  renameSync(path, `${path}.1`)
}

describe('a file that is begun at its end', () => {
  it('gives the line that is being written just now as a whole', async () => {
    writeFileSync(path, 'old\nbeing wri')
    const { lines } = await follow({ from: 'end' }, undefined, [nothing, write('tten\nnext\n')])
    expect(lines).toEqual(['being written', 'next'])
  })

  it('says where it begins before there are lines', async () => {
    writeFileSync(path, 'old\n')
    const { lines, next } = await follow({ from: 'end' }, undefined, [nothing])
    expect(lines).toEqual([])
    expect((await follow({ from: 'end' }, next, [write('while away\n')])).lines).toEqual([
      'while away',
    ])
  })

  it('is begun there too when its path is new in the configuration', async () => {
    writeFileSync(path, 'a\n')
    const other = join(folder, 'other.log')
    writeFileSync(other, 'long ago\n')
    const { next } = await follow({ from: 'end' }, undefined, [nothing])
    const paths = [path, other]
    const second = await follow({ from: 'end', paths }, next, [nothing, write('now\n', other)])
    expect(second.lines).toEqual(['now'])
  })

  it('but not if it appears later, though it was looked for before', async () => {
    const one = source({ from: 'end' })
    await one.check(AbortSignal.timeout(1000))
    const { lines } = await follow({ from: 'end' }, undefined, [nothing, write('first\n')])
    expect(lines).toEqual(['first'])
  })
})

describe('the reference for lines without a year', () => {
  it('follows the file, and is not before the second of its last write', async () => {
    writeFileSync(path, 'a\n')
    utimesSync(path, 1_000_000, 1_000_000)
    const { seen } = await follow({}, undefined, [
      nothing,
      () => {
        appendFileSync(path, 'b\n')
        utimesSync(path, 2_000_000, 2_000_000.25)
      },
    ])
    expect(seen.filter(({ lines }) => lines.count > 0).map(({ lines }) => lines.reference)).toEqual(
      [1_000_000, 2_000_001],
    )
  })
})

describe('rotation by renaming', () => {
  it('waits for a writer that has not moved on yet', async () => {
    const { lines } = await follow({}, undefined, [
      write('1\n'),
      () => {
        rotate()
        writeFileSync(path, '')
      },
      write('2 in', `${path}.1`),
      write(' two parts\n', `${path}.1`),
      () => {
        appendFileSync(`${path}.1`, '3\n4 without end')
        appendFileSync(path, '5\n')
      },
      write('6\n'),
    ])
    expect(lines).toEqual(['1', '2 in two parts', '3', '4 without end', '5', '6'])
  })

  it('reads what stragglers write for a minute, and then lets go', async () => {
    const { lines, next } = await follow(
      {},
      undefined,
      [
        write('1\n'),
        () => {
          rotate()
          writeFileSync(path, '2\n')
        },
        write('3\n', `${path}.1`),
        nothing,
        nothing,
        nothing,
        write('too late\n', `${path}.1`),
        write('4\n'),
      ],
      { roundMs: 25_000 },
    )
    expect(lines).toEqual(['1', '2', '3', '4'])
    expect(next).toMatchObject({ rotated: [] })
  })

  it('is gone through file by file after a restart, however often it happened', async () => {
    const { next } = await follow({}, undefined, [write('1\n2\n')])
    appendFileSync(path, '3\n')
    renameSync(path, `${path}.3`)
    utimesSync(`${path}.3`, 1000, 1000)
    writeFileSync(`${path}.2`, '4\n')
    utimesSync(`${path}.2`, 2000, 2000)
    writeFileSync(`${path}.1`, '5\nno end')
    utimesSync(`${path}.1`, 3000, 3000)
    writeFileSync(`${path}.9`, 'older than all\n')
    utimesSync(`${path}.9`, 10, 10)
    writeFileSync(`${path}.bak`, 'by hand\n')
    writeFileSync(path, '6\n')
    expect((await follow({}, next, [nothing, nothing])).lines).toEqual([
      '3',
      '4',
      '5',
      'no end',
      '6',
    ])
  })

  it('is followed further after a restart in the midst of it', async () => {
    const { next } = await follow({}, undefined, [
      write('1\n'),
      () => {
        rotate()
        writeFileSync(path, '2\n')
      },
    ])
    appendFileSync(`${path}.1`, '3\n')
    appendFileSync(path, '4\n')
    expect((await follow({}, next, [nothing])).lines).toEqual(['3', '4'])
  })

  it('repeats nothing where the pattern takes in the rotated files', async () => {
    const shift = (): void => {
      for (let i = 3; i >= 1; i--)
        if (statSync(`${path}.${i}`, { throwIfNoEntry: false }))
          renameSync(`${path}.${i}`, `${path}.${i + 1}`)
      rotate()
    }
    const paths = [join(folder, 'fw.log*')]
    const steps = [1, 2, 3, 4].map((n) => () => {
      if (n > 1) shift()
      writeFileSync(path, `${n}\n`)
    })
    const first = await follow({ paths }, undefined, [...steps, nothing, nothing])
    expect(first.lines).toEqual(['1', '2', '3', '4'])
    shift()
    writeFileSync(path, '5\n')
    writeFileSync(`${path}.7.gz`, gzipSync('packed\n'))
    expect((await follow({ paths }, first.next, [nothing, nothing])).lines).toEqual(['5'])
  })

  it('does not lose the last lines of a file that goes and never comes back', async () => {
    const { lines, next } = await follow(
      { paths: [join(folder, '*.log')] },
      undefined,
      [
        write('1\n'),
        () => {
          appendFileSync(path, '2\n3 without end')
          renameSync(path, join(folder, 'moved'))
        },
        ...Array.from({ length: 8 }, () => nothing),
      ],
      { roundMs: 25_000 },
    )
    expect(lines).toEqual(['1', '2', '3 without end'])
    expect(next).toMatchObject({ files: {} })
  })
})

describe('rotation by copying and cutting', () => {
  const long = Array.from({ length: 10 }, (_, i) => `line ${i} ${'x'.repeat(30)}`)

  it('while nobody looked loses nothing: the rest is in the copy', async () => {
    const { next } = await follow({}, undefined, [write(`${long.join('\n')}\n`)])
    appendFileSync(path, 'unread\n')
    copyFileSync(path, `${path}.1`)
    truncateSync(path, 0)
    appendFileSync(path, 'new\n')
    expect((await follow({}, next, [nothing])).lines).toEqual(['unread', 'new'])
  })

  it('repeats nothing where the pattern takes in the copy', async () => {
    const { lines } = await follow({ paths: [join(folder, 'fw*')] }, undefined, [
      write(`${long.join('\n')}\n`),
      () => copyFileSync(path, `${path}.1`),
      () => {
        truncateSync(path, 0)
        appendFileSync(path, 'new\n')
      },
      nothing,
    ])
    expect(lines).toEqual([...long, 'new'])
  })

  it('is noticed when the new content is longer than the old', async () => {
    const { lines } = await follow({}, undefined, [
      write('short\n'),
      () => writeFileSync(path, 'another beginning\nand more\n'),
    ])
    expect(lines).toEqual(['short', 'another beginning', 'and more'])
  })
})

describe('several files', () => {
  it('keep their unfinished lines apart', async () => {
    const other = join(folder, 'other.log')
    const { lines } = await follow({ paths: [path, other] }, undefined, [
      () => {
        writeFileSync(path, 'a')
        writeFileSync(other, 'b')
      },
      () => {
        appendFileSync(path, 'A\n')
        appendFileSync(other, 'B\n')
      },
    ])
    expect(lines).toEqual(['aA', 'bB'])
  })

  it('are read although one of them cannot be, which is an error that names it', async () => {
    const bad = join(folder, 'a-folder')
    mkdirSync(bad)
    writeFileSync(path, 'line\n')
    const lines: string[] = []
    const read = async (): Promise<void> => {
      for await (const batch of source({ paths: [bad, path] }).read(
        undefined,
        AbortSignal.timeout(5000),
      ))
        lines.push(...linesOf(batch))
    }
    await expect(read()).rejects.toThrow(/a-folder cannot be read: it is a directory/)
    expect(lines).toEqual(['line'])
  })
})

describe('a run that is cut off behind any batch', () => {
  it('and gone on with gives what one run gives, also with lines of megabytes', async () => {
    const size = fc.oneof(
      { weight: 8, arbitrary: fc.nat(300) },
      { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536, 65_537, 1_048_576, 2_500_000) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (sizes, crlf) => {
          rmSync(path, { force: true })
          const texts = sizes.map((length, i) => `${i}`.repeat(length + 1).slice(0, length))
          writeFileSync(path, texts.map((text) => `${text}${crlf ? '\r\n' : '\n'}`).join(''))
          const lines: string[] = []
          let next: Position | undefined
          for (let runs = 0; runs < 60; runs++) {
            const run = await follow({}, next, [nothing], { batches: 1 })
            next = run.next
            if (run.lines.length === 0) break
            lines.push(...run.lines)
          }
          expect(lines.map((line) => [line[0], line.length])).toEqual(
            texts.map((text) => [text[0], Math.min(text.length, 65_536)]),
          )
        },
      ),
      { numRuns: 25 },
    )
  })
})
