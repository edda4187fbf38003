import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'
import { hasTool } from '../helpers/tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'picket-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pathOf = (name: string): string => join(root, 'provisioning/firewall', name)
const read = (name: string): string => readFileSync(pathOf(name), 'utf8')
const rulesOf = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

interface Checked {
  readonly ok: boolean
  readonly kind: string
  readonly findings: readonly { readonly id: string; readonly severity: string }[]
}

/** What `picket check-firewall` finds in files. */
function check(...files: readonly string[]): Checked & { readonly status: number | null } {
  const rules = files.flatMap((file) => ['--rules', file])
  const { status, stdout, stderr } = picket(['check-firewall', '--format', 'json', ...rules])
  expect(stderr).toBe('')
  return { status, ...(JSON.parse(stdout) as Checked) }
}

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const clean = { status: 0, ok: true, findings: [] }

describe('the rules to log with, as check-firewall judges them', () => {
  test('of iptables and ip6tables together miss nothing', () => {
    const found = check(pathOf('iptables.rules'), pathOf('ip6tables.rules'))
    expect(found).toMatchObject({ ...clean, kind: 'iptables' })
  })

  test('of iptables alone miss IPv6', () => {
    expect(check(pathOf('iptables.rules')).findings).toContainEqual(
      expect.objectContaining({ id: 'family-missing' }),
    )
  })

  test('of nftables miss nothing', () => {
    expect(check(pathOf('nftables.conf'))).toMatchObject({ ...clean, kind: 'nftables' })
  })

  test.each(['INPUT', 'FORWARD'])('without the log rule of %s do', (chain) => {
    const without = (name: string): string =>
      written(
        name,
        read(name)
          .split('\n')
          .filter((line) => !line.startsWith(`-A ${chain} -j LOG`))
          .join('\n'),
      )
    const { findings } = check(without('iptables.rules'), without('ip6tables.rules'))
    expect(findings.map(({ id }) => id)).toContain('not-logged')
  })

  test('of ufw in its files miss nothing that ufw itself would log without them', () => {
    expect(check(...ufwFiles(true))).toMatchObject(clean)
    expect(check(...ufwFiles(false)).findings.map(({ id }) => id)).toContain('tcp-options-missing')
  })

  test('of ufw and firewalld are those that check-firewall advises', () => {
    const advice = picket([
      'check-firewall',
      '--rules',
      pathOf('nftables.conf'),
      '--advise',
      'all',
    ]).stdout
    for (const rule of [...rulesOf(read('ufw/after.rules')), ...rulesOf(read('ufw/after6.rules'))])
      expect(advice).toContain(`    ${rule}\n`)
    expect(advice).toContain('    firewall-cmd --set-log-denied=all\n')
    expect(read('firewalld.sh')).toContain('\nfirewall-cmd --set-log-denied=all\n')
    expect(spawnSync('sh', ['-n', pathOf('firewalld.sh')]).status).toBe(0)
  })

  test.each(['iptables.rules', 'nftables.conf', 'ufw/after.rules', 'firewalld.sh'])(
    '%s says how to keep what was there, and how to go back',
    (name) => {
      expect(read(name)).toMatch(/before/)
      expect(read(name)).toMatch(/^# (.*\. )?Back: /m)
    },
  )

  test.each(['iptables.rules', 'ip6tables.rules', 'ufw/after.rules', 'ufw/after6.rules'])(
    '%s has short prefixes with a blank behind, and no limit',
    (name) => {
      const logs = rulesOf(read(name)).filter((rule) => rule.includes('-j LOG'))
      expect(logs).toHaveLength(2)
      for (const rule of logs) {
        const [, prefix = ''] = /--log-prefix "([^"]*)"/.exec(rule) ?? []
        expect(prefix).toMatch(/^\[[A-Z ]+\] $/)
        expect(prefix.length).toBeLessThanOrEqual(29)
        expect(rule).toContain('--log-tcp-options')
        expect(rule).not.toContain('limit')
      }
    },
  )
})

/** Runs a command in a network namespace of its own, whose rules are nobody else's. */
const isolated = (script: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync('unshare', ['-rn', 'sh', '-ec', script], { encoding: 'utf8' })

describe.runIf(hasTool('nft'))('nft', () => {
  test('loads the file twice in a row, and what it then lists misses nothing', ({ skip }) => {
    const { status, stdout, stderr } = isolated(`nft -c -f "${pathOf('nftables.conf')}"
      nft -f "${pathOf('nftables.conf')}"; nft -f "${pathOf('nftables.conf')}"; nft list ruleset`)
    if (isForbidden(stderr)) skip('no permission for a network namespace or its rules')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(check(written('listed.nft', stdout))).toMatchObject(clean)
  })
})

describe.runIf(hasTool('iptables-restore'))('iptables-restore', () => {
  test('loads both files, and what is then saved misses nothing', ({ skip }) => {
    const { status, stdout, stderr } =
      isolated(`iptables-restore --test "${pathOf('iptables.rules')}"
      ip6tables-restore --test "${pathOf('ip6tables.rules')}"
      iptables-restore "${pathOf('iptables.rules')}"; ip6tables-restore "${pathOf('ip6tables.rules')}"
      iptables-save; ip6tables-save`)
    if (isForbidden(stderr)) skip('no permission for a network namespace or its rules')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(check(written('saved.rules', stdout))).toMatchObject(clean)
  })
})

function isForbidden(stderr: string): boolean {
  return /not permitted|permission denied|unshare failed|can't initialize/i.test(stderr)
}

/** ufw's own files as they are by default, shortened, at the log level `high`; with our lines in after.rules or without. */
function ufwFiles(withOurs: boolean): string[] {
  const place = join(folder, withOurs ? 'ufw' : 'ufw-plain')
  mkdirSync(place)
  const file = (name: string, chains: readonly string[], rules: readonly string[]): string => {
    const path = join(place, name)
    const declared = chains.map((chain) => `:${chain} - [0:0]`)
    writeFileSync(path, ['*filter', ...declared, ...rules, 'COMMIT', ''].join('\n'))
    return path
  }
  const files = ['ufw', 'ufw6'].flatMap((ufw) => {
    const six = ufw === 'ufw6' ? '6' : ''
    const before = [
      `-A ${ufw}-before-input -i lo -j ACCEPT`,
      `-A ${ufw}-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      `-A ${ufw}-before-input -m conntrack --ctstate INVALID -j ${ufw}-logging-deny`,
      `-A ${ufw}-before-input -m conntrack --ctstate INVALID -j DROP`,
      `-A ${ufw}-before-input -j ${ufw}-user-input`,
    ]
    const user = [
      `-A ${ufw}-user-input -p tcp --dport 22 -j ACCEPT`,
      `-A ${ufw}-after-logging-input -j LOG --log-prefix "[UFW BLOCK] "`,
      `-A ${ufw}-after-logging-forward -j LOG --log-prefix "[UFW BLOCK] "`,
      `-A ${ufw}-logging-deny -j LOG --log-prefix "[UFW BLOCK] "`,
    ]
    const after = withOurs ? rulesOf(read(`ufw/after${six}.rules`)) : []
    return [
      file(`before${six}.rules`, [`${ufw}-before-input`, `${ufw}-before-forward`], before),
      file(`after${six}.rules`, [`${ufw}-after-input`, `${ufw}-after-forward`], after),
      file(
        `user${six}.rules`,
        [
          `${ufw}-user-input`,
          `${ufw}-after-logging-input`,
          `${ufw}-after-logging-forward`,
          `${ufw}-logging-deny`,
        ],
        user,
      ),
    ]
  })
  const conf = join(place, 'ufw.conf')
  writeFileSync(conf, 'ENABLED=yes\nLOGLEVEL=high\n')
  const defaults = join(place, 'default-ufw')
  writeFileSync(
    defaults,
    'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\n',
  )
  return [...files, conf, defaults]
}
