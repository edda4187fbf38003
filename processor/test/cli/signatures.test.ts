import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PACK_VERSION } from '../../src/core/index.ts'
import { tcp } from '../helpers/lines.ts'
import { picket } from './fake-io.ts'

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'picket-signatures-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const rule = (sid: number, message: string, more = ''): string =>
  `alert tcp any any -> any 1000 (msg:"${message}"; flags:S; ${more}sid:${sid};)\n`
const packOf = (number: number, body: string): string =>
  `# Picket signature pack, version ${number}, 2027-01-01\n${body}`

interface Listed {
  readonly pack: { number: number; date: string; from: string } | null
  readonly loaded: number
  readonly unused: number
  readonly problems: readonly object[]
  readonly rules: readonly {
    sid: number
    level: number
    note: boolean
    message: string
    from: string
    rule: string
  }[]
}

async function list(words: readonly string[], cwd = folderWith({})): Promise<Listed> {
  const { stdout, stderr, code } = await picket(
    ['signatures', 'list', '--format', 'json', ...words],
    { cwd },
  )
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  return JSON.parse(stdout) as Listed
}

describe('signatures list', () => {
  test('shows the pack where nothing else is configured', async () => {
    const { pack, loaded, rules, unused } = await list([])
    expect(pack).toEqual({ ...PACK_VERSION, from: 'built-in' })
    expect(rules).toHaveLength(loaded)
    expect([unused, rules.filter(({ note }) => !note).length]).toEqual([0, 206])
  })

  test('with the psad profile shows rules with sids of psad, and those of files as psad reads them', async () => {
    const cwd = folderWith({ 'own.rules': rule(5_000_001, 'own') })
    const { rules, unused } = await list(['--profile', 'psad', '--signatures', 'own.rules'], cwd)
    expect(rules).toHaveLength(207)
    expect(unused).toBeGreaterThan(150)
    expect(rules.every(({ level }) => level === 2)).toBe(true)
  })

  test('narrows by sid and by text', async () => {
    expect((await list(['--sid', '384', '--sid', '9000001'])).rules.map(({ sid }) => sid)).toEqual([
      384, 9_000_001,
    ])
    const found = await list(['--search', 'REDIS'])
    expect(found.rules.map(({ message }) => message)).toEqual(['Redis asked for'])
    expect((await list(['--search', 'no such words'])).rules).toEqual([])
  })

  test('shows a rule as it applies to the home networks', async () => {
    const { rules } = await list(['--sid', '621', '--home-net', '10.0.0.0/8'])
    expect(rules[0]?.rule).toMatch(
      /^alert tcp any any -> 10\.0\.0\.0\/8 any \(msg:"[^"]+"; flags:F; /,
    )
  })

  test('prints a table and CSV', async () => {
    const cwd = folderWith({
      'own.rules': rule(5_000_001, 'ours, "quoted"'.replaceAll('"', '\\"')),
    })
    const words = [
      'signatures',
      'list',
      '--signatures',
      'own.rules',
      '--sid',
      '5000001',
      '--sid',
      '108',
    ]
    const text = await picket(words, { cwd })
    expect(text.stdout).toContain(
      `Pack: version ${PACK_VERSION.number} of ${PACK_VERSION.date}, built in\n`,
    )
    expect(text.stdout).toMatch(/^ {7}108 {2}2 {6}tcp {7}QAZ worm asked for +built-in:\d+$/m)
    expect(text.stdout).toMatch(/^ {3}5000001 {2}note {3}tcp {7}ours, "quoted" +own\.rules:1$/m)
    const csv = await picket([...words, '--format', 'csv'], { cwd })
    expect(csv.stdout.split('\n').slice(0, 1)).toEqual([
      'sid,level,note,protocol,message,classtype,from,line',
    ])
    expect(csv.stdout).toContain('5000001,0,true,tcp,"ours, ""quoted""",,own.rules,1\n')
  })

  test('says which rules stand twice, and where the pack is switched off', async () => {
    const cwd = folderWith({ 'a.rules': rule(1, 'a'), 'b.rules': rule(1, 'b') })
    const { pack, rules, problems } = await list(
      ['--set', 'signatures.builtin=false', '--signatures', 'a.rules', '--signatures', 'b.rules'],
      cwd,
    )
    expect(pack).toBeNull()
    expect(rules.map(({ message, from }) => [message, from])).toEqual([['a', 'a.rules']])
    expect(problems).toMatchObject([
      { file: 'b.rules', line: 1, message: 'sid 1 stands in a.rules:1 already' },
    ])
  })
})

describe('what was fetched into the state directory', () => {
  const newer = packOf(PACK_VERSION.number + 1, rule(9_000_001, 'from the new pack'))

  test('is loaded: a newer pack instead of the built-in one, other files besides', async () => {
    const cwd = folderWith({
      'picket-state/signatures/picket.rules': newer,
      'picket-state/signatures/picket.rules.1': rule(1, 'old'),
      'picket-state/signatures/scan.rules': rule(2, 'fetched') + rule(9_000_001, 'fetched as well'),
      'own.rules': rule(2, 'own'),
    })
    const { pack, rules, problems } = await list(['--signatures', 'own.rules'], cwd)
    expect(pack).toEqual({
      number: PACK_VERSION.number + 1,
      date: '2027-01-01',
      from: 'picket-state/signatures/picket.rules',
    })
    expect(problems).toEqual([])
    expect(rules.map(({ sid, message, from }) => [sid, message, from])).toEqual([
      [2, 'own', 'own.rules'],
      [9_000_001, 'fetched as well', 'picket-state/signatures/scan.rules'],
    ])
  })

  test('is used by analyze', async () => {
    const cwd = folderWith({ 'picket-state/signatures/picket.rules': newer })
    const { stdout } = await picket(['analyze', '--format', 'json', '-'], {
      cwd,
      stdin: tcp({ dpt: 1000 }),
    })
    expect((JSON.parse(stdout) as { signatures: object[] }).signatures).toMatchObject([
      { sid: 9_000_001, message: 'from the new pack' },
    ])
  })

  test.each([
    ['an older pack', packOf(PACK_VERSION.number - 1, rule(9_000_001, 'old'))],
    ['a pack without version', rule(9_000_001, 'without')],
  ])('as %s is left alone', async (_, text) => {
    const cwd = folderWith({ 'picket-state/signatures/picket.rules': text })
    expect((await list([], cwd)).pack).toEqual({ ...PACK_VERSION, from: 'built-in' })
  })
})

describe('signatures check', () => {
  const BAD = [
    rule(1, 'good').trim(),
    'alert tcp any any -> any 1 (msg:"x"; content:"y"; sid:2;)',
    'alert tcp any any -> any 1 (msg:"z"; flow:to_server; sid:3;)',
    'alert tcp any any -> any 99999 (msg:"p"; sid:4;)',
  ].join('\n')

  test('says nothing but the count of a sound file', async () => {
    const { stdout, stderr, code } = await picket(['signatures', 'check', 'a.rules'], {
      cwd: folderWith({ 'a.rules': `# mine\n${rule(1, 'a')}` }),
    })
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'a.rules: 1 rule good, 0 left out, 0 warnings\n',
      stderr: '',
      code: 0,
    })
  })

  test('names every problem with its place', async () => {
    const { stdout, code } = await picket(['signatures', 'check', 'a.rules'], {
      cwd: folderWith({ 'a.rules': BAD }),
    })
    expect(code).toBe(1)
    expect(stdout.trimEnd().split('\n')).toEqual([
      'a.rules:2:38 rule left out: the option "content" looks into the packet, which a log line does not show',
      'a.rules:3:43 flow:to_server has no effect: a log line does not show it',
      'a.rules:4:26 rule left out: 99999 is above 65535',
      'a.rules: 2 rules good, 2 left out, 1 warning',
    ])
  })

  test('counts a rule with a warning as left out if it shall be strict', async () => {
    const { stdout, code } = await picket(['signatures', 'check', '--strict', 'a.rules'], {
      cwd: folderWith({ 'a.rules': BAD }),
    })
    expect(code).toBe(1)
    expect(stdout).toContain('a.rules: 1 rule good, 3 left out, 1 warning\n')
  })

  test('of a file that cannot be read exits 2', async () => {
    const { stdout, stderr, code } = await picket(['signatures', 'check', 'gone.rules'])
    expect({ stdout, stderr, code }).toEqual({
      stdout: '',
      stderr: 'gone.rules: cannot be read: no such file\n',
      code: 2,
    })
  })
})

describe('strict rules', () => {
  const cwd = (): string =>
    folderWith({
      'bad.rules': `${rule(1, 'a')}alert tcp any any -> any 1 (msg:"x"; nonsense:1; sid:2;)\nalert tcp any any -> any 1 (msg:"y"; sid:3;) ?\n`,
    })
  const STDERR =
    'bad.rules:2:38 the option "nonsense" is not known\nbad.rules:3:46 what stands behind the closing ) is not read\n'

  test.each([
    ['--strict', ['--strict']],
    ['signatures.strict', ['--set', 'signatures.strict=true']],
  ])('by %s end the command with every problem', async (_, words) => {
    const { stdout, stderr, code } = await picket(
      ['analyze', '--signatures', 'bad.rules', ...words, '-'],
      { cwd: cwd(), stdin: tcp() },
    )
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: STDERR, code: 2 })
  })

  test('otherwise the good rules load, and the problems are said', async () => {
    const { stderr, code } = await picket(['analyze', '--signatures', 'bad.rules', '-'], {
      cwd: cwd(),
      stdin: tcp(),
    })
    expect(code).toBe(0)
    expect(stderr).toBe(STDERR.replace('38 the', '38 rule left out: the'))
  })
})

describe('signatures update', () => {
  const sum = (text: string): string => createHash('sha256').update(text).digest('hex')
  const newer = packOf(PACK_VERSION.number + 1, rule(9_000_001, 'new words'))

  test('installs, says what is different, and goes back', async () => {
    const cwd = folderWith({ 'new.rules': newer, 'new.rules.sha256': `${sum(newer)}  new.rules\n` })
    const installed = await picket(['signatures', 'update', '--from', 'new.rules'], { cwd })
    expect({ stderr: installed.stderr, code: installed.code }).toEqual({ stderr: '', code: 0 })
    expect(installed.stdout).toMatch(
      new RegExp(
        `^Installed .*picket-state/signatures/picket\\.rules: pack version ${PACK_VERSION.number + 1} of 2027-01-01, 1 rule instead of pack version ${PACK_VERSION.number} `,
      ),
    )
    expect(installed.stdout).toContain('  1 changed\n    9000001 new words\n')
    expect(installed.stdout).toMatch(/ {2}\d+ removed\n/)
    expect((await list([], cwd)).loaded).toBe(1)
    const back = await picket(['signatures', 'update', '--rollback', '--format', 'json'], { cwd })
    expect(JSON.parse(back.stdout)).toMatchObject({ outcome: 'rolled-back', version: PACK_VERSION })
    expect((await list([], cwd)).loaded).toBeGreaterThan(350)
  })

  test('fetches from signatures.updateUrl', async () => {
    const { stderr, code } = await picket([
      'signatures',
      'update',
      '--set',
      'signatures.updateUrl=http://127.0.0.1:9/picket.rules',
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^picket: GET http:\/\/127\.0\.0\.1:9\/picket\.rules: connection refused/m,
    )
  })

  test.each([
    ['nothing to fetch from', [], 'picket: nothing to fetch from: expected --from'],
    ['two wishes at once', ['--rollback', '--from', 'x'], 'picket: --rollback fetches nothing'],
    [
      'an address of another kind',
      ['--set', 'signatures.updateUrl=ftp://x/y'],
      'signatures.updateUrl: "ftp://x/y" is no address',
    ],
    [
      'a sum that is none',
      ['--from', 'new.rules', '--sha256', '12'],
      'picket: --sha256 "12" is no SHA-256',
    ],
  ])('with %s is wrong usage', async (_, words, message) => {
    const { stderr, code } = await picket(['signatures', 'update', ...words], {
      cwd: folderWith({ 'new.rules': newer }),
    })
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test('with a wrong checksum fails and installs nothing', async () => {
    const cwd = folderWith({ 'new.rules': newer })
    const { stderr, code } = await picket(
      ['signatures', 'update', '--from', 'new.rules', '--sha256', sum('x')],
      { cwd },
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/^picket: new\.rules has the SHA-256 [0-9a-f]{64}, expected /)
    expect((await list([], cwd)).pack?.from).toBe('built-in')
  })
})
