import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { checkFirewallCommand } from '../../src/cli/commands/check-firewall.ts'
import { failureOf } from '../../src/cli/errors.ts'
import type { Host, Ran } from '../../src/cli/firewall-host.ts'
import { thisHost } from '../../src/cli/firewall-host.ts'
import type { CliIo } from '../../src/cli/io.ts'
import { runCommand } from '../../src/cli/program.ts'
import {
  both,
  filterTable,
  inetTable,
  LOG,
  NFT_LOG,
  ufwAfter,
  ufwBefore,
  ufwFile,
  ufwUser,
} from '../firewall/rulesets.ts'
import { picket } from './fake-io.ts'
import type { Outcome } from './fake-io.ts'

const GOOD = both([`-A INPUT ${LOG}`])
const BLIND = both(['-A INPUT -i lo -j ACCEPT'])

function folder(files: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(join(tmpdir(), 'picket-firewall-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  return cwd
}

describe('with --rules', () => {
  test('a clean ruleset ends in the good word and exit code 0', async () => {
    const { stdout, stderr, code } = await picket(['check-firewall', '--rules', 'good'], {
      cwd: folder({ good: GOOD }),
    })
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout).toMatch(/^\[\+\] Firewall: iptables\n[^]*\nFirewall logging looks good\n$/)
    expect(stdout).not.toContain('iptables-save >')
  })

  test('findings exit with 1, name the place and print what to add, backup first', async () => {
    const { stdout, code } = await picket(['check-firewall', '--rules', 'blind'], {
      cwd: folder({ blind: BLIND }),
    })
    expect(code).toBe(1)
    expect(stdout).toContain('[-] error: not-logged (INPUT, IPv4, blind:3)')
    const backup = stdout.indexOf('    iptables-save > iptables.before\n')
    const added = stdout.indexOf(
      '    iptables -A INPUT -j LOG --log-prefix "[PICKET DROP] " --log-tcp-options',
    )
    expect(backup).toBeGreaterThan(0)
    expect(added).toBeGreaterThan(backup)
    expect(stdout).toContain('    ip6tables -A INPUT -j LOG')
    expect(stdout).toMatch(/\n\[-\] Firewall logging needs work: 2 errors, \d+ notes?\n$/)
  })

  test('given twice, both files are one firewall', async () => {
    const cwd = folder({
      v4: filterTable([`-A INPUT ${LOG}`]),
      v6: filterTable([`-A INPUT ${LOG}`], { tool: 'ip6tables' }),
    })
    expect((await picket(['check-firewall', '--rules', 'v4'], { cwd })).code).toBe(1)
    expect((await picket(['check-firewall', '--rules', 'v4', '--rules', 'v6'], { cwd })).code).toBe(
      0,
    )
  })

  test('- reads stdin', async () => {
    const { stdout, code } = await picket(['check-firewall', '--rules', '-'], {
      stdin: inetTable([NFT_LOG]),
    })
    expect(code).toBe(0)
    expect(stdout).toContain('Firewall: nftables')
  })

  test("a directory is ufw's, its defaults beside it", async () => {
    const cwd = folder({
      'etc/ufw/before.rules': ufwFile(ufwBefore('ufw')),
      'etc/ufw/user.rules': ufwFile(ufwUser('ufw', 'high')),
      'etc/ufw/after.rules': ufwFile(ufwAfter('ufw')),
      'etc/ufw/ufw.conf': 'ENABLED=yes\nLOGLEVEL=high\n',
      'etc/default/ufw': 'DEFAULT_INPUT_POLICY="ACCEPT"\n',
    })
    const { stdout, code } = await picket(['check-firewall', '--rules', 'etc/ufw'], { cwd })
    expect(code).toBe(1)
    expect(stdout).toContain('default-accept')
    expect(stdout).toContain('    ufw logging high\n')
    expect(stdout).toContain('    cp /etc/ufw/before.rules{,.bak}\n')
  })

  test.each([
    ['absent', 'picket: cannot read rules: '],
    ['log', 'log:1:1 "hello": expected what iptables-save, ip6tables-save, nft list ruleset'],
    ['empty', 'empty:1:1 it is empty: expected'],
    ['cut', 'cut:2:30 "\\"[DR": expected a closing quote'],
    [
      'folder',
      'picket: --rules folder: the directory holds no rule files of ufw; expected one such as /etc/ufw, or a file',
    ],
  ])(
    '%s: unreadable is exit code 2 and one line that says what was expected',
    async (file, message) => {
      const cwd = folder({
        log: 'hello\n',
        empty: '',
        cut: '*filter\n-A INPUT -j LOG --log-prefix "[DR',
        'folder/x': '',
      })
      const { stdout, stderr, code } = await picket(['check-firewall', '--rules', file], { cwd })
      expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
      expect(stderr.startsWith(message)).toBe(true)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    },
  )
})

describe('--format', () => {
  test('json has version, ok, kind, findings and advice', async () => {
    const { stdout, code } = await picket(
      ['check-firewall', '--rules', 'blind', '--format', 'json'],
      { cwd: folder({ blind: BLIND }) },
    )
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      ok: false,
      kind: 'iptables',
      findings: expect.arrayContaining([
        {
          id: 'not-logged',
          severity: 'error',
          family: 'ip',
          hook: 'input',
          chain: 'INPUT',
          place: { file: 'blind', line: 3 },
          message: expect.any(String) as string,
        },
      ]) as unknown,
      advice: [
        {
          firewall: 'iptables',
          backup: ['iptables-save > iptables.before', 'ip6tables-save > ip6tables.before'],
        },
      ],
    })
  })

  test('csv is one finding a row, with a header', async () => {
    const { stdout } = await picket(['check-firewall', '--rules', 'blind', '--format', 'csv'], {
      cwd: folder({ blind: BLIND }),
    })
    const [header, first] = stdout.split('\n')
    expect(header).toBe('id,severity,family,hook,chain,file,line,handle,message')
    expect(first).toMatch(/^not-logged,error,ip,input,INPUT,blind,3,,/)
  })
})

describe('--advise', () => {
  test('all prints default rules for every firewall, even where nothing is wrong', async () => {
    const { stdout, code } = await picket(
      ['check-firewall', '--rules', 'good', '--advise', 'all'],
      { cwd: folder({ good: GOOD }) },
    )
    expect(code).toBe(0)
    for (const firewall of ['iptables', 'nftables', 'ufw', 'firewalld'])
      expect(stdout).toContain(`[+] For ${firewall}, `)
    expect(stdout).toContain("nft 'add rule inet filter forward log prefix")
    expect(stdout).toContain('-A ufw6-after-forward -j LOG')
    expect(stdout).toContain('firewall-cmd --set-log-denied=all')
  })

  test('of another word names the choices', async () => {
    const { stderr, code } = await picket(['check-firewall', '--advise', 'pf'])
    expect(code).toBe(2)
    expect(stderr).toContain(
      'Allowed choices are fitting, iptables, nftables, ufw, firewalld, all.',
    )
  })
})

describe('without --rules the host is asked', () => {
  const ABSENT: Ran = { kind: 'absent' }
  const printed = (text: string): Ran => ({ kind: 'printed', text })

  async function ask(
    answers: Readonly<Record<string, Ran>>,
    files: Readonly<Record<string, string>> = {},
  ): Promise<Outcome & { ran: string[] }> {
    const ran: string[] = []
    const host: Host = {
      run: async (program, words) => {
        ran.push([program, ...words].join(' '))
        return answers[program] ?? ABSENT
      },
      read: async (file) => files[file],
    }
    const text = { stdout: '', stderr: '' }
    const into = (name: 'stdout' | 'stderr'): Writable =>
      new Writable({
        write: (chunk: Buffer, _, done) => {
          text[name] += chunk.toString()
          done()
        },
      })
    let code = 0
    const io: CliIo = {
      stdin: Readable.from([]),
      stdout: into('stdout'),
      stderr: into('stderr'),
      env: {},
      cwd: '/',
      exit: (value) => {
        code = value
      },
      stopped: new AbortController().signal,
      onReload: () => undefined,
    }
    try {
      await runCommand(checkFirewallCommand(io, host), ['check-firewall'], io)
    } catch (error) {
      const failure = failureOf(error, { debug: false })
      text.stderr += failure.lines.join('\n')
      code = failure.code
    }
    return { ...text, code, ran }
  }

  test('by every program that is there, and it says which', async () => {
    const { ran, stderr, code } = await ask({
      'iptables-save': printed(filterTable([`-A INPUT ${LOG}`])),
      'ip6tables-save': printed(filterTable([`-A INPUT ${LOG}`], { tool: 'ip6tables' })),
    })
    expect(ran).toEqual(['iptables-save', 'ip6tables-save', 'nft -j list ruleset'])
    expect(stderr).toBe(
      'Asked the host: iptables-save (read), ip6tables-save (read), nft -j list ruleset (not installed)\n',
    )
    expect(code).toBe(0)
  })

  test('tables of iptables-nft are taken from iptables-save, where their options are shown', async () => {
    const chain = (name: string): unknown => ({
      chain: {
        family: 'ip',
        table: 'filter',
        name,
        type: 'filter',
        hook: name.toLowerCase(),
        prio: 0,
        policy: 'drop',
      },
    })
    const nft = JSON.stringify({
      nftables: [
        { table: { family: 'ip', name: 'filter' } },
        chain('INPUT'),
        {
          rule: {
            family: 'ip',
            table: 'filter',
            chain: 'INPUT',
            handle: 2,
            expr: [{ xt: { type: 'target', name: 'LOG' } }],
          },
        },
      ],
    })
    const { code, stdout } = await ask({
      'iptables-save': printed(filterTable([`-A INPUT ${LOG}`])),
      'ip6tables-save': printed(filterTable([`-A INPUT ${LOG}`], { tool: 'ip6tables' })),
      nft: printed(nft),
    })
    expect(stdout).not.toContain('log-options-hidden')
    expect(code).toBe(0)
  })

  test('where the kernel does not forward, forwarding is a note', async () => {
    const rules = {
      'iptables-save': printed(filterTable([`-A INPUT ${LOG}`], { forward: 'ACCEPT' })),
      'ip6tables-save': printed(
        filterTable([`-A INPUT ${LOG}`], { forward: 'ACCEPT', tool: 'ip6tables' }),
      ),
    }
    expect((await ask(rules)).code).toBe(1)
    const files = {
      '/proc/sys/net/ipv4/ip_forward': '0\n',
      '/proc/sys/net/ipv6/conf/all/forwarding': '0\n',
    }
    const { code, stdout } = await ask(rules, files)
    expect(code).toBe(0)
    expect(stdout).toContain('Nothing is forwarded here')
  })

  test('a host without any rules is a finding, not a failure', async () => {
    const { code, stdout } = await ask({
      'iptables-save': printed(''),
      nft: printed('{"nftables": []}'),
    })
    expect(code).toBe(1)
    expect(stdout).toContain('not-logged')
  })

  test.each([
    [{}, 'not installed'],
    [
      { nft: { kind: 'failed', why: 'Operation not permitted (you must be root)' } as const },
      'Operation not permitted',
    ],
  ])('no answer is exit code 2, with what was asked and what to do', async (answers, said) => {
    const { code, stdout, stderr } = await ask(answers)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(
      /^picket: the host's rules cannot be read: asked iptables-save \((?:not installed|read)\), /,
    )
    expect(stderr).toContain(said)
    expect(stderr).toContain('picket check-firewall --rules FILE')
  })
})

describe('the real host', () => {
  test('runs a program without a shell', async () => {
    expect(await thisHost().run('printf', ['%s', '$HOME; x'])).toEqual({
      kind: 'printed',
      text: '$HOME; x',
    })
  })

  test('knows a program that is not there', async () => {
    expect(await thisHost().run('picket-no-such-program', [])).toEqual({ kind: 'absent' })
  })

  test('says why a program failed', async () => {
    expect(await thisHost().run('sh', ['-c', 'echo not permitted >&2; exit 4'])).toEqual({
      kind: 'failed',
      why: 'not permitted',
    })
    expect(await thisHost().run('sh', ['-c', 'exit 4'])).toEqual({
      kind: 'failed',
      why: 'ended with code 4',
    })
  })

  test('ends a program that does not end', async () => {
    expect(await thisHost(200).run('sleep', ['30'])).toEqual({
      kind: 'failed',
      why: 'no answer within 200 ms',
    })
  })

  test('a file that is not there is undefined', async () => {
    expect(await thisHost().read('/no/such/file')).toBeUndefined()
  })
})
