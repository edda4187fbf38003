import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/core/report.ts'
import { icmp, protocol, tcp, udp } from '../helpers/lines.ts'
import { picket } from './fake-io.ts'

const SOURCE = '192.0.2.9'
/** One packet each over TCP and UDP, of sources that do nothing else. */
const KNOCK = tcp({ src: SOURCE, dpt: 22 })
const ASK = udp({ src: '198.51.100.77', dpt: 53, at: 1 })
const LOG = [KNOCK, ASK].join('\n')

type Files = Readonly<Record<string, string>>

function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'picket-files-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

async function analyze(
  words: readonly string[],
  files: Files,
  stdin = LOG,
): Promise<{ report: Report; told: string[] }> {
  const { stdout, stderr, code } = await picket(['analyze', '--format', 'json', ...words], {
    cwd: folderWith(files),
    stdin,
  })
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  return { report: JSON.parse(stdout) as Report, told: stderr.split('\n').slice(0, -1) }
}

const levels = ({ attackers }: Report): Record<string, number> =>
  Object.fromEntries(attackers.map(({ source, dangerLevel }) => [source, dangerLevel]))

describe('analyze --auto-dl', () => {
  test('gives levels to addresses', async () => {
    const { report, told } = await analyze(['--auto-dl', 'auto_dl'], {
      auto_dl: `# ours\n${SOURCE}  4 ; scanner\n198.51.100.0/24 3 udp/53;\n`,
    })
    expect(levels(report)).toEqual({ [SOURCE]: 4, '198.51.100.77': 3 })
    expect(report.sources[0]?.reasons).toEqual([`on auto_dl ${SOURCE}: level 4`])
    expect(told).toEqual([])
  })

  test('may be given more than once: of one address level 0, then the highest counts', async () => {
    const { report } = await analyze(['--auto-dl', 'a', '--auto-dl', 'b'], {
      a: `${SOURCE} 4;\n198.51.100.77 2;\n`,
      b: `${SOURCE} 0;\n198.51.100.77 3;\n`,
    })
    expect(levels(report)).toEqual({ '198.51.100.77': 3 })
    expect(report.lines.skipped.ignored).toBe(1)
  })

  test('says what is wrong with file, line and column, and goes on', async () => {
    // Longer than a label may be: nobody needs to be asked.
    const name = `${'x'.repeat(64)}.invalid`
    const { report, told } = await analyze(['--auto-dl', 'auto_dl'], {
      auto_dl: `\n${SOURCE} 9;\n${SOURCE} 5 tcp/x;\n${SOURCE} 3\n${SOURCE} 2;\n${name} 1;\n`,
    })
    expect(levels(report)).toEqual({ [SOURCE]: 2 })
    expect(told).toEqual([
      'auto_dl:2:11 line left out: "9" is no danger level: expected 0 to 5',
      'auto_dl:3:13 line left out: "tcp/x" is no criterion: expected tcp, udp, udplite, icmp, tcp/22 or udp/1024-2000',
      'auto_dl:4:12 line left out: no semicolon: expected ADDRESS LEVEL [CRITERIA];',
      `auto_dl:6:1 line left out: the name "${name}" has no address`,
    ])
  })

  test('resolves the names of hosts', async () => {
    const { report, told } = await analyze(
      ['--auto-dl', 'auto_dl'],
      { auto_dl: 'localhost 5;' },
      tcp({ src: '127.0.0.1' }),
    )
    expect(told).toEqual([])
    expect(report.sources[0]?.reasons).toEqual(['on auto_dl 127.0.0.1: level 5'])
  })

  test('tells of a thousand problems and counts the rest', async () => {
    const { told } = await analyze(['--auto-dl', 'auto_dl'], { auto_dl: 'x_x 1;\n'.repeat(1002) })
    expect(told).toHaveLength(1001)
    expect(told[999]).toMatch(/^auto_dl:1000:1 line left out: "x_x"/)
    expect(told[1000]).toMatch(/^\.\.\. and 2 more problems/)
  })

  test('reads the same file where the configuration names it', async () => {
    const { report } = await analyze([], {
      'picket.yaml': 'autoDl: { files: [auto_dl] }\n',
      auto_dl: `${SOURCE} 4;`,
    })
    expect(levels(report)).toEqual({ [SOURCE]: 4 })
  })
})

describe('reputation', () => {
  const config = `reputation:
  - { name: drop, file: drop.txt, level: 3 }
  - { name: worse, file: worse.txt, level: 5 }
`

  test('gives its level to all addresses of a list, and the list is named', async () => {
    const { report, told } = await analyze([], {
      'picket.yaml': config,
      'drop.txt': '; list\n192.0.2.0/24 ; SBL1\nbogus\n198.51.100.77\n',
      'worse.txt': '198.51.100.77\n',
    })
    expect(levels(report)).toEqual({ [SOURCE]: 3, '198.51.100.77': 5 })
    expect(report.sources.map(({ reasons }) => reasons)).toEqual([
      ['on worse 198.51.100.77: level 5'],
      ['on drop 192.0.2.0/24: level 3'],
    ])
    expect(told).toEqual([
      'drop.txt:3:1 line left out: "bogus" is no address: expected an address or a CIDR such as 192.0.2.0/24',
    ])
  })

  test('is overruled by auto_dl for a single address', async () => {
    const { report } = await analyze(['--auto-dl', 'auto_dl'], {
      'picket.yaml': config,
      'drop.txt': '192.0.2.0/24\n',
      'worse.txt': '',
      auto_dl: `${SOURCE} 0; our own scanner`,
    })
    expect(levels(report)).toEqual({})
  })
})

describe('levels of rules', () => {
  const rules = `alert tcp any any -> any 22 (msg:"ours"; classtype:knock; sid:1000001;)
alert udp any any -> any 53 (msg:"theirs"; classtype:ask; psad_dl:1; sid:1000002;)
`
  const configOf = (text: string): string =>
    `signatures:\n  builtin: false\n  files: [own.rules]\n${text}`

  test.each([
    ['are none for notes', '', {}],
    ['come from the configuration', '  levels: { 1000001: 4 }\n', { [SOURCE]: 4 }],
    ['come from files', '  levelFiles: [dl]\n', { [SOURCE]: 3 }],
    [
      'come from the configuration before files',
      '  levels: { 1000001: 5 }\n  levelFiles: [dl]\n',
      { [SOURCE]: 5 },
    ],
    ['come from the class', '  classifications: [classes]\n', { [SOURCE]: 4 }],
    [
      'come from the sid before the class',
      '  levelFiles: [dl]\n  classifications: [classes]\n',
      { [SOURCE]: 3 },
    ],
  ])('%s', async (_, text, expected) => {
    const { report } = await analyze([], {
      'picket.yaml': configOf(text),
      'own.rules': rules,
      dl: '1000001 3 a knock\n',
      classes: 'config classification: knock,A knock,2\n',
    })
    // The second rule says its level itself, and no line names its sid.
    expect(levels(report)).toEqual({ ...expected, '198.51.100.77': 1 })
  })

  test('of 0 leave packets out', async () => {
    const { report } = await analyze([], {
      'picket.yaml': configOf('  levels: { 1000001: 0 }\n'),
      'own.rules': rules,
    })
    expect(report.signatures.map(({ sid }) => sid)).toEqual([1_000_002])
    expect(report.lines.skipped.ignored).toBe(1)
  })

  test('in lines that cannot be read are told of, and refused where rules are strict', async () => {
    const files = {
      'picket.yaml': configOf('  levelFiles: [dl]\n  classifications: [classes]\n'),
      'own.rules': rules,
      dl: '# dl\n1000001 7\n',
      classes: 'knock 1\n',
    }
    const places = [
      expect.stringMatching(/^dl:2:1 .*expected a sid and a danger level from 0 to 5$/),
      expect.stringMatching(/^classes:1:1 .*expected config classification: NAME,TEXT,PRIORITY$/),
    ]
    expect((await analyze([], files)).told).toEqual(places)
    const strict = await picket(['analyze', '--strict'], { cwd: folderWith(files), stdin: LOG })
    expect({ code: strict.code, stdout: strict.stdout }).toEqual({ code: 2, stdout: '' })
    expect(strict.stderr.trimEnd().split('\n')).toEqual(places)
  })
})

describe('tables', () => {
  test('of ICMP types say which exist', async () => {
    const lines = [icmp({ src: SOURCE, type: 8 }), icmp({ src: '192.0.2.8', type: 99, code: 1 })]
    const { report, told } = await analyze(
      ['--set', 'signatures.builtin=false'],
      {
        'picket.yaml': 'tables: { icmpTypes: types }\n',
        types: '# own\n99 ours\n   1 one\nwrong\n',
      },
      lines.join('\n'),
    )
    expect(levels(report)).toEqual({ [SOURCE]: 2 })
    expect(report.sources[0]?.destinations[0]?.invalidIcmp).toEqual([
      { type: 8, code: 0, packets: 1 },
    ])
    expect(told).toEqual([
      'types:4:1 line left out: expected a type in the first column, or an indented code',
    ])
  })

  test('of ICMPv6 types are apart', async () => {
    const src = '2001:0db8:0000:0000:0000:0000:0000:0001'
    const { report } = await analyze(
      ['--set', 'signatures.builtin=false'],
      { 'picket.yaml': 'tables: { icmp6Types: types }\n', types: '200 ours\n 0\n' },
      [icmp({ src, type: 128 }), icmp({ src: SOURCE, type: 8 })].join('\n'),
    )
    expect(levels(report)).toEqual({ '2001:db8::1': 2 })
  })

  test('of protocols name them, but for those that have their own names', async () => {
    const { report } = await analyze(
      [],
      { 'picket.yaml': 'tables: { protocols: names }\n', names: 'transmission 6\nours 253\n' },
      [KNOCK, protocol(253), protocol(47)].join('\n'),
    )
    expect(report.protocols).toEqual({ tcp: 1, ours: 1, gre: 1 })
  })

  test('of IP options are what rules mean', async () => {
    const packet = KNOCK.replace('PROTO=', 'OPT (5E040000) PROTO=')
    const { report, told } = await analyze(
      ['--signatures', 'own.rules'],
      {
        'picket.yaml': 'signatures: { builtin: false }\ntables: { ipOptions: options }\n',
        options: '94 4 exptwo Experiment\n94 exptwo\n',
        'own.rules': `alert ip any any -> any any (msg:"option"; ipopts:exptwo; psad_dl:3; sid:1000001;)
alert ip any any -> any any (msg:"no option"; ipopts:lsrr; psad_dl:3; sid:1000002;)
`,
      },
      packet,
    )
    expect(report.signatures.map(({ sid }) => sid)).toEqual([1_000_001])
    expect(told).toEqual([
      'options:2:1 line left out: expected value, length and name of an IP option',
      expect.stringMatching(/^own\.rules:2:\d+ rule left out: .*lsrr/),
    ])
  })
})

test.each([
  ['list', ['--auto-dl', 'gone'], ''],
  ['list', [], 'reputation: [{ name: drop, file: gone, level: 3 }]\n'],
  ['table', [], 'tables: { icmpTypes: gone }\n'],
  ['table', [], 'tables: { icmp6Types: gone }\n'],
  ['table', [], 'tables: { ipOptions: gone }\n'],
  ['table', [], 'tables: { protocols: gone }\n'],
  ['rule file', [], 'signatures: { levelFiles: [gone] }\n'],
  ['rule file', [], 'signatures: { classifications: [gone] }\n'],
  ['rule folder', [], 'signatures: { fwsnort: { dirs: [gone] } }\n'],
])('a %s that is not there is a failure: %j %s', async (what, words, text) => {
  const { stdout, stderr, code } = await picket(['analyze', ...words], {
    cwd: folderWith({ 'picket.yaml': text }),
    stdin: LOG,
  })
  expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
  expect(stderr).toMatch(new RegExp(`^picket: ${what} .*gone: no such file\n$`))
})

test('a folder in place of a list is a failure', async () => {
  const { stderr, code } = await picket(['analyze', '--auto-dl', '.'], { stdin: LOG })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^picket: list .*directory/)
})
