import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Source } from '../../../src/pipeline/types.ts'
import { journaldSource } from '../../../src/sources/journald/index.ts'
import { buildContext, readLines } from '../../helpers/sources.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-journal-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A journalctl that prints the entries behind the cursor it is given, then its arguments, and waits. */
function journalctl(script: string): string {
  const path = join(folder, `journalctl-${Math.abs(script.length)}`)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
const source = (command: string): Source =>
  journaldSource.create(
    journaldSource.schema.parse({ type: 'journald', command }),
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
  it('is read from its cursor on, with the time of each entry', async () => {
    const command = journalctl(
      `case "$*" in *"--after-cursor s=2"*) printf '%s\\n' '${ENTRIES[2]}' '${ENTRIES[3]}';; *) printf '%s\\n' '${ENTRIES[0]}' 'no json' '${ENTRIES[1]}';; esac; exec sleep 20`,
    )
    const first = await readLines(source(command), undefined, 2)
    expect(first).toEqual({ lines: ['one', 'two'], next: { kind: 'journald', cursor: 's=2' } })
    expect((await readLines(source(command), first.next, 1)).lines).toEqual(['four'])
  })

  it('that ends is an error that says what journalctl said', async () => {
    const command = journalctl('echo "No journal files were found." >&2; exit 1')
    await expect(readLines(source(command), undefined, 1)).rejects.toThrow(
      /ended with code 1: No journal files/,
    )
  })

  it('without journalctl is an error that names it', async () => {
    await expect(source(join(folder, 'none')).check(AbortSignal.timeout(5000))).rejects.toThrow(
      /none cannot be run/,
    )
  })
})
