import { describe, expect, test } from 'vitest'
import { readRuleset, syntaxOf } from '../../src/firewall/read.ts'
import { judge, troubles } from './helpers.ts'
import {
  both,
  filterTable,
  firewalld,
  inetTable,
  LOG,
  ufwAfter,
  ufwBefore,
  ufwFile,
  ufwSave,
  ufwUser,
} from './rulesets.ts'

describe('a text is told by its content', () => {
  test.each([
    ['iptables', both([])],
    ['iptables', '-P INPUT DROP\n-A INPUT -j LOG\n'],
    ['nft', inetTable([])],
    ['nft', 'add table inet t\n'],
    ['nft-json', '{"nftables": []}'],
    ['ufw-settings', 'ENABLED=yes\nLOGLEVEL=low\n'],
    [undefined, 'Nov 28 00:00:00 fw kernel: IN=eth0 OUT= SRC=192.0.2.1'],
    [undefined, ''],
    [undefined, '*filter\0'],
  ])('as %s: %j', (syntax, text) => {
    expect(syntaxOf(text)).toBe(syntax)
  })
})

describe('who keeps the rules', () => {
  test.each([
    ['iptables', both([])],
    ['nftables', inetTable([])],
    ['ufw', ufwSave('low')],
    ['firewalld', firewalld(false)],
  ])('%s', (kind, text) => {
    expect(judge(text).kind).toBe(kind)
  })
})

describe('what cannot be read is named with its line and column', () => {
  const damagesOf = (text: string): string[] =>
    (readRuleset([{ file: 'f', text }]).damages ?? []).map(
      ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
    )

  test.each([
    ['an empty file', ' \n', /^f:1:1 it is empty: expected what iptables-save, /],
    ['a binary file', '\x7fELF\0\0', /^f:1:1 it is not text: expected/],
    ['a log', 'hello\nworld', /^f:1:1 "hello": expected what iptables-save/],
    [
      'a line of another kind',
      '*filter\nhello\nCOMMIT',
      /^f:2:1 "hello": expected \*TABLE, :CHAIN POLICY/,
    ],
    [
      'an open quote',
      '*filter\n-A INPUT -j LOG --log-prefix "a b\nCOMMIT',
      /^f:2:30 "\\"a b": expected a closing quote/,
    ],
    [
      'a chain without policy',
      '*filter\n:INPUT\nCOMMIT',
      /^f:2:1 ":INPUT": expected :CHAIN and ACCEPT, DROP or -/,
    ],
    [
      'a rule without a chain',
      '*filter\n  -A -j DROP\nCOMMIT',
      /^f:2:3 .*expected the name of a chain behind -A/,
    ],
    ['COMMIT without a table', '*filter\nCOMMIT\nCOMMIT', /^f:3:1 COMMIT without a table/],
    [
      'an nft table that is cut off',
      inetTable([]).slice(0, -2),
      /^f:1:1 "table": table inet filter is not closed: expected }/,
    ],
    ['a stray word in nft', `${inetTable([])}hello\n`, /^f:\d+:1 "hello": expected table, add/],
    ['JSON that is cut off', '{"nftables": [', /^f:1:15 the end: expected JSON/],
    ['JSON of something else', '{"a": 1}', /^f:1:1 expected \{"nftables": \[…\]\}/],
  ])('%s', (_, text, expected) => {
    expect(damagesOf(text)).toEqual([expect.stringMatching(expected)])
  })

  test('at most twenty of them', () => {
    expect(damagesOf(`*filter\n${'x\n'.repeat(50)}`)).toHaveLength(20)
  })
})

describe('IPv6 rules', () => {
  const bare = (text: string): string => text.replaceAll(/^#.*\n/gm, '')

  test.each([
    ['by the comment of ip6tables-save', both([`-A INPUT ${LOG}`])],
    [
      'by addresses, without comments',
      bare(filterTable([`-A INPUT -s 192.0.2.1/32 -j DROP`, `-A INPUT ${LOG}`])) +
        bare(filterTable(['-A INPUT -s 2001:db8::1/128 -j DROP', `-A INPUT ${LOG}`])),
    ],
    ['by coming second', bare(filterTable([`-A INPUT ${LOG}`])).repeat(2)],
  ])('are told from IPv4 rules %s', (_, text) => {
    expect(troubles(judge(text).findings)).toEqual([])
  })

  test('are told by the name of the file', () => {
    const text = bare(filterTable([`-A INPUT ${LOG}`]))
    const { findings } = judge({ file: '/etc/iptables/rules.v6', text })
    expect(findings.find(({ id }) => id === 'family-missing')).toMatchObject({ family: 'ip' })
  })
})

describe("ufw's rule files", () => {
  const files = (level: 'low' | 'high', six = ''): { file: string; text: string }[] => [
    { file: `before${six}.rules`, text: ufwFile(ufwBefore(`ufw${six}`)) },
    { file: `user${six}.rules`, text: ufwFile(ufwUser(`ufw${six}`, level)) },
    { file: `after${six}.rules`, text: ufwFile(ufwAfter(`ufw${six}`)) },
  ]

  test('are put into the frame that ufw itself adds', () => {
    const { kind, findings } = judge(...files('high'), ...files('high', '6'))
    expect(kind).toBe('ufw')
    expect(troubles(findings)).toEqual(['tcp-options-missing', 'tcp-options-missing/forward'])
  })

  test('answer as iptables-save of the same ufw does', () => {
    const { findings } = judge(...files('low'), ...files('low', '6'))
    const running = judge(ufwSave('low') + ufwSave('low', true))
    expect(troubles(findings)).toEqual(
      troubles(running.findings).filter((id) => id !== 'stealth-not-logged'),
    )
  })

  test('without user.rules are completed by LOGLEVEL, and it is said', () => {
    const [before, , after] = files('low')
    const { findings } = judge(before!, after!, {
      file: 'ufw.conf',
      text: 'ENABLED=yes\nLOGLEVEL=low\n',
    })
    expect(troubles(findings)).toContain('rate-limited')
    expect(findings.find(({ id }) => id === 'ufw-files-missing')?.message).toContain('user.rules')
  })

  test.each([
    ['ENABLED=no\nLOGLEVEL=low\n', 'ufw-off', 1],
    ['# ufw\nENABLED=yes\nLOGLEVEL=off\n', 'ufw-logging-off', 3],
  ])('%j is an error', (text, id, line) => {
    const { findings } = judge(...files('low'), { file: 'ufw.conf', text })
    expect(findings.find((finding) => finding.id === id)).toMatchObject({
      severity: 'error',
      place: { file: 'ufw.conf', line },
    })
  })

  test('with the default policy ACCEPT accept everything', () => {
    const defaults = { file: 'default/ufw', text: 'DEFAULT_INPUT_POLICY="ACCEPT"\n' }
    expect(troubles(judge(...files('high'), defaults).findings)).toContain('default-accept')
  })

  test('with the lines of the advice are all right', () => {
    const before = judge(...files('low'), ...files('low', '6'))
    const lines = before.advice.flatMap(({ steps }) => steps.flatMap((step) => step.lines ?? []))
    const mended = [...files('high'), ...files('high', '6')].map(({ file, text }) => {
      const ufw = file.includes('6') ? 'ufw6-' : 'ufw-'
      const own = lines.filter((line) => line.startsWith(`-A ${ufw}`)).join('\n')
      return {
        file,
        text: file.startsWith('after') ? text.replace(/COMMIT/, `${own}\nCOMMIT`) : text,
      }
    })
    expect(troubles(judge(...mended).findings)).toEqual([])
  })
})

test('nft -j: the rules of a host in JSON are judged as in text, places are handles', () => {
  const rule = (handle: number, ...expr: unknown[]): unknown => ({
    rule: { family: 'inet', table: 'filter', chain: 'input', handle, expr },
  })
  const text = JSON.stringify({
    nftables: [
      { metainfo: { json_schema_version: 1 } },
      { table: { family: 'inet', name: 'filter', handle: 1 } },
      {
        chain: {
          family: 'inet',
          table: 'filter',
          name: 'input',
          handle: 1,
          type: 'filter',
          hook: 'input',
          prio: 0,
          policy: 'drop',
        },
      },
      {
        chain: {
          family: 'inet',
          table: 'filter',
          name: 'forward',
          handle: 2,
          type: 'filter',
          hook: 'forward',
          prio: 0,
          policy: 'drop',
        },
      },
      rule(
        3,
        { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'lo' } },
        { accept: null },
      ),
      rule(4, {
        vmap: {
          key: { ct: { key: 'state' } },
          data: {
            set: [
              ['established', { accept: null }],
              ['invalid', { drop: null }],
            ],
          },
        },
      }),
      rule(
        5,
        {
          match: {
            op: 'in',
            left: { payload: { protocol: 'ip', field: 'saddr' } },
            right: { prefix: { addr: '10.0.0.0', len: 8 } },
          },
        },
        { drop: null },
      ),
      rule(
        6,
        { limit: { rate: 3, burst: 5, per: 'minute' } },
        { log: { prefix: 'D ', flags: 'all' } },
      ),
    ],
  })
  const { findings } = judge(text)
  expect(troubles(findings)).toEqual(['rate-limited', 'stealth-not-logged'])
  expect(findings[0]?.place).toEqual({ file: 'rules', line: 1, handle: 6 })
})
