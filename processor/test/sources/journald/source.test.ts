import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_TIME } from '../../../src/core/batch.ts'
import type { Position, Source } from '../../../src/pipeline/types.ts'
import { journalEntry } from '../../../src/sources/journald/entry.ts'
import { journaldSource } from '../../../src/sources/journald/index.ts'
import { buildContext, readLines } from '../../helpers/sources.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-journal-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let scripts = 0
/** A journalctl of our own. */
function journalctl(script: string): string {
  const path = join(folder, `journalctl-${scripts++}`)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
const source = (command: string, options: object = {}): Source =>
  journaldSource.create(
    journaldSource.schema.parse({ type: 'journald', command, ...options }),
    buildContext(folder),
  )

const ENTRIES = [
  { __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1772323200123456', _HOSTNAME: 'fw', MESSAGE: 'one' },
  {
    __CURSOR: 's=2',
    __REALTIME_TIMESTAMP: '1772323201000000',
    _HOSTNAME: 'fw',
    MESSAGE: [116, 119, 111],
  },
  { __CURSOR: 's=3', __REALTIME_TIMESTAMP: '1772323202000000', MESSAGE: null },
  { __CURSOR: 's=4', __REALTIME_TIMESTAMP: '1772323203000000', MESSAGE: 'four' },
].map((entry) => JSON.stringify(entry))

describe('the journal', () => {
  it('is read from its cursor on', async () => {
    const command = journalctl(
      `case "$*" in *"--after-cursor s=2"*) printf '%s\\n' '${ENTRIES[2]}' '${ENTRIES[3]}';; *) printf '%s\\n' '${ENTRIES[0]}' 'no json' '${ENTRIES[1]}';; esac; exec sleep 20`,
    )
    const first = await readLines(source(command), undefined, 3)
    expect(first).toEqual({
      lines: ['one', 'no json', 'two'],
      next: { kind: 'journald', cursor: 's=2' },
    })
    // A message too long for journalctl is an empty line: counted, and no packet.
    expect((await readLines(source(command), first.next, 2)).lines).toEqual(['', 'four'])
  })

  it('is asked for with the matches, all of each message, and no tail', async () => {
    const command = journalctl(`printf '%s\\n' "$*"; exec sleep 20`)
    const matches = ['_TRANSPORT=kernel', '_HOSTNAME=fw 1']
    const { lines } = await readLines(
      source(command, { matches }),
      { kind: 'journald', cursor: 's=1;i=2' } as Position,
      1,
    )
    expect(lines).toEqual([
      '-o json --all --no-pager -f --no-tail --after-cursor s=1;i=2 _TRANSPORT=kernel _HOSTNAME=fw 1',
    ])
  })

  it('begins now, and a restart before the first entry begins there too', async () => {
    const silent = journalctl('exec sleep 20')
    const stop = new AbortController()
    let next: Position | undefined
    for await (const batch of source(silent).read(undefined, stop.signal)) {
      expect(batch.lines.count).toBe(0)
      next = batch.next
      stop.abort()
    }
    expect(next).toMatchObject({ kind: 'journald', since: expect.any(Number) as number })
    const command = journalctl(`printf '%s\\n' "$*"; exec sleep  20`)
    const { lines } = await readLines(
      source(command),
      { kind: 'journald', since: 77 } as Position,
      1,
    )
    expect(lines[0]).toContain('-f --no-tail --since @77 ')
  })

  it('that ends is an error that says what journalctl said', async () => {
    const command = journalctl('echo "No journal files were found." >&2; exit 1')
    await expect(readLines(source(command), undefined, 1)).rejects.toThrow(
      /ended with code 1: No journal files/,
    )
    await expect(source(command).check(AbortSignal.timeout(5000))).rejects.toThrow(/code 1/)
  })

  it('without journalctl is an error that names it', async () => {
    const command = join(folder, 'none')
    await expect(source(command).check(AbortSignal.timeout(5000))).rejects.toThrow(
      /none cannot be run: there is no such program/,
    )
    await expect(readLines(source(command), undefined, 1)).rejects.toThrow(/none cannot be run/)
  })

  it('stops although journalctl does not listen', async () => {
    const command = journalctl(
      `trap '' TERM; printf '%s\\n' '${ENTRIES[0]}'; while :; do sleep 1; done`,
    )
    const stop = new AbortController()
    const read = async (): Promise<number> => {
      let count = 0
      for await (const { lines } of source(command).read(undefined, stop.signal)) {
        count += lines.count
        if (lines.count > 0) stop.abort()
      }
      return count
    }
    expect(await read()).toBe(1)
  })

  it('takes no options for matches', () => {
    expect(
      journaldSource.schema.safeParse({ type: 'journald', matches: ['--vacuum-size=1'] }).success,
    ).toBe(false)
  })
})

describe('an entry', () => {
  const entry = (value: object): ReturnType<typeof journalEntry> =>
    journalEntry(Buffer.from(JSON.stringify(value)))

  it.each([
    ['text', 'a\nb', [97, 32, 98]],
    ['bytes that are no UTF-8', [255, 10, 0], [255, 32, 0]],
    ['several texts', ['one', 'two'], [111, 110, 101]],
    ['several, the first as bytes', [[120], 'two'], [120]],
    ['nothing', null, []],
    ['no message at all', undefined, []],
  ])('with %s as its message', (_, message, bytes) => {
    expect([...entry({ MESSAGE: message }).bytes]).toEqual(bytes)
  })

  it('has the time, cursor and host of the journal', () => {
    expect(
      entry({ __REALTIME_TIMESTAMP: '1772323200123456', __CURSOR: 'c', _HOSTNAME: 'fw' }),
    ).toMatchObject({ seconds: 1_772_323_200, nanos: 123_456_000, cursor: 'c', host: 'fw' })
    expect(entry({ __REALTIME_TIMESTAMP: 'x' }).seconds).toBe(NO_TIME)
  })
})
