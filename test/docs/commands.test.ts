import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../processor/src/config/load.ts'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'
import { codeBlocks } from './markdown.ts'

const PAGES = ['from-psad.md', 'troubleshooting.md', 'psad-features.md']
const GROUPS = ['config', 'signatures']

/** Every command line of Picket on a page, in blocks and in the running text, as its words. */
function commandsOf(page: string): string[][] {
  const text = readFileSync(join(root, 'docs', page), 'utf8')
  const lines = [
    ...codeBlocks(text, 'sh').flatMap((block) => block.split('\n')),
    ...[...text.matchAll(/`(picket [^`]+)`/g)].map(([, command = '']) => command),
  ]
  return lines.flatMap((line) => {
    const [command] = /(?:^|\s)picket\s[^|>#]*/.exec(line) ?? []
    return command === undefined ? [] : [command.trim().split(/\s+/).slice(1)]
  })
}

const helps = new Map<string, string>()

function helpOf(name: string): string {
  const known = helps.get(name)
  if (known !== undefined) return known
  const { stdout, status } = picket([...name.split(' '), '--help'])
  expect(status, `picket ${name} --help`).toBe(0)
  helps.set(name, stdout)
  return stdout
}

describe('commands in the manual', () => {
  test.each(PAGES)('exist with their options: %s', (page) => {
    const commands = commandsOf(page)
    expect(commands.length).toBeGreaterThan(2)
    for (const words of commands) {
      const count = GROUPS.includes(words[0] ?? '') ? 2 : 1
      const help = helpOf(words.slice(0, count).join(' '))
      for (const option of words.filter((word) => word.startsWith('--')))
        expect(help, words.join(' ')).toMatch(new RegExp(`${option}\\b`))
    }
  })

  test('compare an old log with both profiles, as told', () => {
    const line = (port: number): string =>
      `Nov 28 10:00:01 fw kernel: [UFW BLOCK] IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=203.0.113.9 DST=198.51.100.1 LEN=44 TOS=0x00 PREC=0x00 TTL=50 ID=${port} PROTO=TCP SPT=40000 DPT=${port} WINDOW=1024 RES=0x00 SYN URGP=0 \n`
    const input = Array.from({ length: 200 }, (_, i) => line(i + 1)).join('')
    for (const profile of [['--profile', 'psad'], []]) {
      const { stdout, status } = picket(['analyze', ...profile, '-'], { input })
      expect(status).toBe(0)
      expect(stdout).toMatch(/203\.0\.113\.9.*DL: 3/)
    }
    const all = picket(['analyze', '--all', '--ip', '203.0.113.9', '-'], { input })
    expect(all.stdout).toContain('203.0.113.9')
    const csv = picket(['parse', '--format', 'csv', '--profile', 'psad', '-'], { input })
    expect(csv.stdout.trim().split('\n').length).toBeGreaterThanOrEqual(200)
    const parsed = picket(['parse', '-'], {
      input: `${line(1)}Nov 28 10:00:02 fw sshd[1]: hello\n`,
    })
    expect(parsed.stdout).toContain('"not-a-packet"')
  })

  test('say what a psad.conf becomes, and what a firewall lacks', () => {
    const conf = 'HOME_NET 192.0.2.0/24;\nENABLE_AUTO_IDS Y;\nEMAIL_ADDRESSES root@localhost;\n'
    const folder = mkdtempSync(join(tmpdir(), 'picket-docs-'))
    writeFileSync(join(folder, 'psad.conf'), conf)
    const imported = picket(['config', 'import', join(folder, 'psad.conf')])
    rmSync(folder, { recursive: true })
    expect(imported.status, imported.stderr).toBe(0)
    expect(imported.stdout).toContain('192.0.2.0/24')
    expect(imported.stderr).toContain('ENABLE_AUTO_IDS')

    const rules = '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n'
    const checked = picket(['check-firewall', '--rules', '-'], { input: rules })
    expect(checked.status).toBe(1)
    expect(checked.stdout).toContain('not-logged')
    expect(checked.stdout).toContain('--log-tcp-options')
  })
})

test('examples of configuration in the manual are taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'picket-docs-'))
  try {
    for (const page of PAGES)
      for (const example of codeBlocks(readFileSync(join(root, 'docs', page), 'utf8'), 'yaml')) {
        writeFileSync(join(folder, 'picket.yaml'), example)
        await loadConfig({ env: {}, cwd: folder, require: false })
      }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('metrics named in the manual exist', () => {
  const known = new Set(
    [...readFileSync(join(root, 'docs/metrics.md'), 'utf8').matchAll(/^### `(\w+)`/gm)].map(
      ([, name = '']) => name,
    ),
  )
  for (const page of PAGES) {
    const text = readFileSync(join(root, 'docs', page), 'utf8')
    for (const [name] of text.matchAll(/\bpicket_\w+/g)) expect(known, page).toContain(name)
  }
})
