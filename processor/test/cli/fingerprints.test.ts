import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Detection } from '../../src/core/index.ts'
import type { Report } from '../../src/core/report.ts'
import { syn } from '../core/fingerprint/syn-lines.ts'
import { picket } from './fake-io.ts'

/** nmap's SYN, to twenty ports. */
const LOG = Array.from({ length: 20 }, (_, i) =>
  syn({ port: i + 1, at: i, length: 44, ttl: 50, window: 1024, options: 'M1460' }),
).join('\n')

const PRINTS = 'what is this\n1024:64:0:44:M*:\tOwn:1.0:beta:my own\n1024:64:0:44:Q: Bad:::bad\n'
const POSF = 'OS A;\nLEN 60;\n'

function folder(files: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(join(tmpdir(), 'picket-prints-'))
  for (const [name, text] of Object.entries({ 'fw.log': LOG, ...files }))
    writeFileSync(join(cwd, name), text)
  return cwd
}

async function osOf(words: readonly string[], cwd = folder({})): Promise<string[] | undefined> {
  const { stdout, code } = await picket(['analyze', '--format', 'json', ...words, 'fw.log'], {
    cwd,
  })
  expect(code).toBe(0)
  return (JSON.parse(stdout) as Report).sources[0]?.os
}

const FILES = ['--set', 'fingerprints.files.0=own.os']

describe('analyze', () => {
  test('says which system a source has, also in text and in detections', async () => {
    expect(await osOf([])).toEqual(['Nmap SYN scan'])
    const cwd = folder({})
    const text = await picket(['analyze', 'fw.log'], { cwd })
    expect(text.stdout).toMatch(/^ {4}Source OS fingerprint\(s\):\n {8}Nmap SYN scan$/m)
    const events = await picket(['analyze', '--detections', 'fw.log'], { cwd })
    const systems = events.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Detection).os)
    expect(new Set(systems)).toEqual(new Set(['Nmap SYN scan']))
  })

  test('without the built-in table it knows nothing', async () => {
    expect(await osOf(['--set', 'fingerprints.builtin=false'])).toEqual([])
    expect(await osOf(['--profile', 'psad'])).toEqual([])
  })

  test("uses an operator's file, and says what is wrong in it", async () => {
    const cwd = folder({ 'own.os': PRINTS, 'own.posf': POSF })
    expect(await osOf(FILES, cwd)).toEqual(['Nmap SYN scan', 'Own 1.0 beta'])
    const words = [...FILES, '--set', 'fingerprints.posfFiles.0=own.posf']
    const { stderr } = await picket(['analyze', ...words, 'fw.log'], { cwd })
    expect(stderr.trimEnd().split('\n')).toEqual([
      'own.os:1:1 fingerprint left out: "what is this": expected window:ttl:df:length:options: genre:version:subtype:details',
      'own.os:3:14 fingerprint left out: option "Q": expected N, S, T, T0, Wn or Mn',
      'own.posf:1:1 fingerprint left out: OS "A" has no NUMPKTS, TOS, TTL, ID, WINDOW',
    ])
  })

  test('fails with a file that cannot be read', async () => {
    const { stderr, code } = await picket(['analyze', ...FILES, 'fw.log'], { cwd: folder({}) })
    expect(code).toBe(1)
    expect(stderr).toContain('fingerprint file')
    expect(stderr).toContain('own.os')
  })

  test('refuses a limit of hops that no TTL has', async () => {
    const words = ['--set', 'fingerprints.maxHops=0']
    const { stderr, code } = await picket(['analyze', ...words, 'fw.log'], { cwd: folder({}) })
    expect(code).toBe(2)
    expect(stderr).toContain('fingerprints.maxHops')
  })
})
