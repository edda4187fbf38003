import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/core/report.ts'
import { tcp } from '../helpers/lines.ts'
import { picket } from './fake-io.ts'

/** One source asks for 20 ports of one host: level 2. */
const SCAN = Array.from({ length: 20 }, (_, i) => tcp({ src: '192.0.2.9', dpt: 1000 + i, at: i }))
/** Another asks once: no attacker. */
const KNOCK = [tcp({ src: '198.51.100.77', dpt: 22, at: 30 })]
const LOG = [...SCAN, 'kernel: nothing of note', ...KNOCK].join('\n')

function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'picket-analyze-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

async function report(
  words: readonly string[],
  options: Parameters<typeof picket>[1],
): Promise<Report> {
  const { stdout, stderr, code } = await picket(['analyze', '--format', 'json', ...words], options)
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  return JSON.parse(stdout) as Report
}

const withoutTime = (full: Report): Report => ({ ...full, generatedAt: '' })

describe('analyze', () => {
  test('reports a file as text', async () => {
    const { stdout, stderr, code } = await picket(['analyze', 'fw.log'], {
      cwd: folderWith({ 'fw.log': LOG }),
    })
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout).toContain('[+] Found 21 iptables log messages out of 22 total lines.')
    expect(stdout).toContain('    Level 2: 1 IP addresses')
    expect(stdout).toContain('        Scanned ports: TCP 1000-1019, Pkts: 20')
    expect(stdout).not.toContain('\u001B')
  })

  test('reports a file as JSON: attackers, or all sources', async () => {
    const cwd = folderWith({ 'fw.log': LOG })
    const attackers = await report(['fw.log'], { cwd })
    expect(attackers.sources.map(({ source }) => source)).toEqual(['192.0.2.9'])
    expect(attackers.lines).toMatchObject({ read: 22, packets: 21, skipped: { 'not-a-packet': 1 } })
    expect(Number.isNaN(Date.parse(attackers.generatedAt))).toBe(false)
    const all = await report(['--all', 'fw.log'], { cwd })
    expect(all.sources.map(({ source }) => source)).toEqual(['192.0.2.9', '198.51.100.77'])
    expect((await report(['--all', '--top', '1', 'fw.log'], { cwd })).sources).toHaveLength(1)
  })

  test('reports a file as CSV', async () => {
    const { stdout } = await picket(['analyze', '--format', 'csv', 'fw.log'], {
      cwd: folderWith({ 'fw.log': LOG }),
    })
    const [header, row, ...more] = stdout.trimEnd().split('\n')
    expect(header).toMatch(/^source,dangerLevel,packets,/)
    expect(row).toMatch(/^192\.0\.2\.9,2,20,/)
    expect(more).toEqual([])
  })

  test.each([
    ['stdin without a word', ['analyze'], LOG],
    ['stdin as -', ['analyze', '-'], LOG],
    ['compressed stdin', ['analyze', '-'], gzipSync(LOG)],
  ])('reads %s', async (_, [, ...words], stdin) => {
    expect((await report(words, { stdin })).lines.packets).toBe(21)
  })

  test('gives the same for a file, a compressed file, stdin, and parts of it in any order', async () => {
    const lines = LOG.split('\n')
    const even = lines.filter((_, i) => i % 2 === 0).join('\n')
    const odd = lines.filter((_, i) => i % 2 === 1).join('\n')
    const cwd = folderWith({ all: LOG, 'all.gz': gzipSync(LOG), even, odd })
    const expected = withoutTime(await report(['all'], { cwd }))
    for (const words of [['all.gz'], ['even', 'odd'], ['odd', 'even']])
      expect(withoutTime(await report(words, { cwd }))).toEqual(expected)
    expect(withoutTime(await report([], { stdin: LOG }))).toEqual(expected)
  })

  test('prints detections as JSON lines instead of a report', async () => {
    const { stdout } = await picket(
      ['analyze', '--detections', '--set', 'signatures.builtin=false', '-'],
      { stdin: LOG },
    )
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(events.length).toBeGreaterThan(1)
    expect(events[0]).toMatchObject({
      v: 1,
      kind: 'scan',
      scan: 'syn',
      source: '192.0.2.9',
      dangerLevel: 1,
    })
    expect(events.at(-1)).toMatchObject({ dangerLevel: 2 })
    expect(Object.keys(events[0] ?? {}).slice(0, 6)).toEqual([
      'v',
      'id',
      'time',
      'kind',
      'scan',
      'source',
    ])
  })

  test('dates lines without a year by --now, else by the file', async () => {
    const line =
      'Mar  1 10:00:00 fw kernel: DROP IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.1 LEN=40 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 \n'
    const cwd = folderWith({ log: line })
    utimesSync(join(cwd, 'log'), new Date('2019-02-01'), new Date('2019-02-01'))
    expect((await report(['log'], { cwd })).window.from).toBe('2018-03-01T10:00:00.000Z')
    expect((await report(['--now', '2012-06-01', 'log'], { cwd })).window.from).toBe(
      '2012-03-01T10:00:00.000Z',
    )
    expect((await report(['--now', '2012-06-01'], { stdin: line })).window.from).toBe(
      '2012-03-01T10:00:00.000Z',
    )
  })

  test.each([
    ['a flag', ['--set', 'detection.dangerLevels=[1,2,3,4,5]'], {}, ''],
    ['the environment', [], { PICKET_DETECTION__DANGERLEVELS: '[1,2,3,4,5]' }, ''],
    ['the file of the folder', [], {}, 'detection: { dangerLevels: [1, 2, 3, 4, 5] }\n'],
  ])('takes configuration from %s', async (_, words, env, text) => {
    const cwd = folderWith({ 'fw.log': LOG, ...(text === '' ? {} : { 'picket.yaml': text }) })
    expect((await report([...words, 'fw.log'], { cwd, env })).dangerLevels['5']).toBe(1)
  })

  test('refuses a wrong configuration before it reads', async () => {
    const cwd = folderWith({ 'picket.yaml': 'homeNet: nowhere\n' })
    const { stdout, stderr, code } = await picket(['analyze', 'gone.log'], { cwd })
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
    expect(stderr).toMatch(/^picket\.yaml:1:10 homeNet: /)
  })

  test.each([['analyze'], ['parse']])('%s waits for no terminal', async (name) => {
    const { stderr, code } = await picket([name], { stdinIsTerminal: true })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^picket: \w+: no file: expected log files, or lines on stdin/)
  })

  test.each([
    [['gone.log'], /gone\.log cannot be opened: .*no such file/],
    [['.'], /cannot be read: it is a directory/],
    [['fw.log', 'gone.log'], /gone\.log cannot be opened/],
    [['broken.gz'], /broken\.gz is damaged or cannot be read/],
  ])('fails at run time for %j', async (words, message) => {
    const cwd = folderWith({
      'fw.log': LOG,
      'broken.gz': gzipSync(LOG.repeat(50)).subarray(0, 200),
    })
    const { stdout, stderr, code } = await picket(['analyze', ...words], { cwd })
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  test('shows a bar on a terminal, and leaves it clean', async () => {
    const { stdout, stderr, code } = await picket(['analyze', 'fw.log'], {
      cwd: folderWith({ 'fw.log': LOG }),
      isTerminal: true,
    })
    expect(code).toBe(0)
    expect(stderr).toContain('Reading [')
    expect(stdout).toContain('\u001B[')
  })

  test.each([
    [['--no-color'], {}],
    [[], { NO_COLOR: '1' }],
  ])('draws no colours with %j %j', async (words, env) => {
    const { stdout } = await picket(['analyze', ...words, 'fw.log'], {
      cwd: folderWith({ 'fw.log': LOG }),
      isTerminal: true,
      env,
    })
    expect(stdout).not.toContain('\u001B[')
  })
})

describe('rules', () => {
  const rule = (sid: number, message: string, level = 'psad_dl:4;') =>
    `alert tcp any any -> any 1000 (msg:"${message}"; flags:S; ${level} sid:${sid};)`

  test('of a file are matched, beside or instead of the built-in ones', async () => {
    const cwd = folderWith({ 'fw.log': LOG, 'own.rules': rule(1_000_001, 'our own') })
    const both = await report(['--signatures', 'own.rules', 'fw.log'], { cwd })
    expect(both.signatures.map(({ message }) => message)).toContain('our own')
    expect(both.attackers).toMatchObject([{ source: '192.0.2.9', dangerLevel: 4 }])
    expect(both.signatures.length).toBeGreaterThan(1)
    const only = await report(
      ['--set', 'signatures.builtin=false', '--signatures', 'own.rules', 'fw.log'],
      { cwd },
    )
    expect(only.signatures).toMatchObject([
      { sid: 1_000_001, message: 'our own', count: 1, sources: 1 },
    ])
  })

  test('replace a built-in rule of the same sid', async () => {
    const cwd = folderWith({ 'fw.log': LOG, 'own.rules': rule(9_000_001, 'our own') })
    const { signatures } = await report(['--signatures', 'own.rules', 'fw.log'], { cwd })
    expect(signatures.filter(({ sid }) => sid === 9_000_001)).toMatchObject([
      { message: 'our own' },
    ])
  })

  test('that are wrong are left out and told of with their place', async () => {
    const wrong = 'alert tcp any any -> any (msg:"no port"; sid:7;)'
    const cwd = folderWith({
      'fw.log': LOG,
      'a.rules': `# mine\n${wrong}\n${rule(1_000_001, 'first')}\n`,
      'b.rules': rule(1_000_001, 'second'),
    })
    const { stdout, stderr, code } = await picket(
      ['analyze', '--signatures', 'a.rules', '--signatures', 'b.rules', 'fw.log'],
      { cwd },
    )
    expect(code).toBe(0)
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^a\.rules:2:\d+ rule left out: /),
      'b.rules:1:1 rule left out: sid 1000001 stands in a.rules:3 already',
    ])
    expect(stdout).toContain('"first"')
    expect(stdout).not.toContain('"second"')
  })

  test('in a file that cannot be read are a failure', async () => {
    const { stdout, stderr, code } = await picket(['analyze', '--signatures', 'gone.rules', '-'], {
      stdin: LOG,
    })
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
    expect(stderr).toMatch(/^picket: rule file .*gone\.rules: no such file\n$/)
  })
})
