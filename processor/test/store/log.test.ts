import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Logger } from '../../src/telemetry/logger.ts'
import { BASE, openStore, pushLines, read, readLines, temporaryDirectory } from './store-helpers.ts'

function logFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(dir, name))
}

/** Collects `level message`. */
function listLogger(lines: string[]): Logger {
  const logger: Logger = {
    error: (_facts, message) => lines.push(`error ${message}`),
    warn: (_facts, message) => lines.push(`warn ${message}`),
    info() {},
    debug() {},
    child: () => logger,
  }
  return logger
}

/** Two pushes in a directory, closed. */
function prepared(): string {
  const dir = temporaryDirectory()
  const store = openStore({ dir })
  pushLines(store, [
    [1, 'first'],
    [3, 'third'],
  ])
  pushLines(store, [[2, 'second \u0000 żółć 🔥\n']], { job: 'x', host: 'a"b\\c' })
  store.close()
  return dir
}
const ALL = [
  [1, 'first'],
  [2, 'second \u0000 żółć 🔥\n'],
  [3, 'third'],
]

describe('a store on disk', () => {
  test('has everything again after a restart, metadata and labels too', async () => {
    const dir = temporaryDirectory()
    const first = openStore({ dir })
    const entry = { ns: BASE, line: 'x', metadata: { sid: '1985' } }
    first.push([{ labels: { job: 'x', host: 'a"b\\c' }, entries: [entry] }])
    first.close()
    const again = openStore({ dir })
    const result = await again.queryRange({
      query: '{host="a\\"b\\\\c"}',
      startNs: BASE,
      endNs: BASE + 1n,
    })
    expect(result.kind === 'streams' ? result.entries : []).toEqual([
      {
        ns: BASE,
        line: 'x',
        stream: [
          ['host', 'a"b\\c'],
          ['job', 'x'],
          ['service_name', 'x'],
        ],
        metadata: [['sid', '1985']],
        parsed: [],
      },
    ])
  })

  test('drops copies of what it had before the restart', async () => {
    const dir = prepared()
    const store = openStore({ dir })
    pushLines(store, [
      [1, 'first'],
      [4, 'fourth'],
    ])
    store.close()
    expect(await read(openStore({ dir }))).toEqual([...ALL, [4, 'fourth']])
  })

  test('survives a log that ends at any byte, and goes on writing', async () => {
    const dir = prepared()
    const [file] = logFiles(dir)
    const whole = readFileSync(file!)
    const records = whole.filter((byte) => byte === 10).length
    expect(records).toBe(2)
    const firstEnd = whole.indexOf(10) + 1
    for (let size = 0; size < whole.length; size++) {
      const copy = temporaryDirectory()
      const copied = join(copy, '00000001.log')
      copyFileSync(file!, copied)
      truncateSync(copied, size)
      const store = openStore({ dir: copy })
      const kept = size < firstEnd ? [] : [ALL[0], ALL[2]]
      expect(await read(store)).toEqual(kept)
      pushLines(store, [[9, 'later']])
      store.close()
      const again = openStore({ dir: copy })
      expect(await read(again)).toEqual([...kept, [9, 'later']])
      again.close()
    }
  })

  test('skips a damaged record in the middle and says so', async () => {
    const dir = prepared()
    const [file] = logFiles(dir)
    const bytes = readFileSync(file!)
    bytes[20] = bytes[20]! ^ 1
    writeFileSync(file!, bytes)
    appendFileSync(join(dir, '00000002.log'), '')
    const lines: string[] = []
    const store = openStore({ dir, logger: listLogger(lines) })
    expect(await readLines(store)).toEqual([ALL[1]![1]])
    expect(lines).toEqual(['error Damaged records of the log skipped.'])
  })

  test('says that a torn end was cut off', () => {
    const dir = prepared()
    appendFileSync(logFiles(dir)[0]!, '0123abcd {"s":')
    const lines: string[] = []
    openStore({ dir, logger: listLogger(lines) })
    expect(lines).toEqual(['warn Torn end of the log cut off.'])
  })

  test('keeps a second process out', () => {
    const dir = prepared()
    // Process 1 lives always.
    writeFileSync(join(dir, 'lock'), '1')
    expect(() => openStore({ dir })).toThrow(/in use by process 1/)
  })

  test('takes over the lock of a process that is gone', async () => {
    const dir = prepared()
    writeFileSync(join(dir, 'lock'), '999999999')
    expect(await read(openStore({ dir }))).toEqual(ALL)
  })

  test('names a directory that cannot be used', () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    expect(() => openStore({ dir: join(file, 'store') })).toThrow(
      /store directory .* cannot be used/,
    )
  })

  test('names a file that cannot be read, and lets go of the directory', async () => {
    const dir = prepared()
    mkdirSync(join(dir, '00000002.log'))
    expect(() => openStore({ dir })).toThrow(/store directory .* cannot be read: EISDIR/)
    rmdirSync(join(dir, '00000002.log'))
    expect(readdirSync(dir)).not.toContain('lock')
    expect(await read(openStore({ dir }))).toEqual(ALL)
  })

  test('answers 500 and keeps nothing when the disk refuses', async () => {
    const dir = temporaryDirectory()
    const store = openStore({ dir, segmentBytes: 1 })
    pushLines(store, [[1, 'kept']])
    // The next segment cannot be created where a directory has its name.
    mkdirSync(join(dir, '00000002.log'))
    expect(() =>
      pushLines(store, [
        [2, 'lost'],
        [0, 'lost too'],
      ]),
    ).toThrow(/could not write to disk/)
    expect(await read(store)).toEqual([[1, 'kept']])
    expect(store.facts().entries).toBe(1)
    rmdirSync(join(dir, '00000002.log'))
    pushLines(store, [[2, 'sent again']])
    store.close()
    expect(await read(openStore({ dir }))).toEqual([
      [1, 'kept'],
      [2, 'sent again'],
    ])
  })
})
