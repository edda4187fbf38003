import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advise } from '../../src/firewall/advice.ts'
import { checkFirewall } from '../../src/firewall/check.ts'
import type { Finding } from '../../src/firewall/finding.ts'
import { answerCsv, answerJson, answerText } from '../../src/firewall/print.ts'
import { readRuleset } from '../../src/firewall/read.ts'
import { applyIptables, applyNft, commandsOf, judge } from './helpers.ts'
import { inetTable, LOG, NFT_LOG } from './rulesets.ts'

function answerAll(text: string): void {
  const reading = readRuleset([{ file: 'f', text }])
  if (reading.damages !== undefined) {
    expect(reading.damages.length).toBeGreaterThan(0)
    for (const { line, column } of reading.damages) {
      expect(line).toBeGreaterThan(0)
      expect(column).toBeGreaterThan(0)
    }
    return
  }
  const checked = checkFirewall(reading.firewall)
  const answer = {
    kind: reading.kind,
    findings: checked.findings,
    advice: advise(checked, reading.kind, 'all'),
  }
  expect(answerText(answer, { color: false })).not.toContain('undefined')
  expect(answerCsv(answer).split('\n').length).toBeGreaterThan(1)
  expect(JSON.parse(answerJson(answer))).toMatchObject({ version: 1 })
}

const WORDS = (
  '*filter :INPUT DROP ACCEPT [0:0] -A -I -R -D -P -N -j -g INPUT FORWARD A -p tcp udp ! -i eth0 -m limit --limit 3/min LOG ' +
  '--log-prefix "a b" " COMMIT # table inet ip filter { } chain input type hook priority ; policy drop log limit rate ' +
  'over vmap { "lo" : accept , } jump goto ( ) @set ct state new , | & == != set elements = add rule insert index 9 ' +
  'prefix flags tcp options meta l4proto map counter xt target reject with'
).split(' ')

describe('anything at all', () => {
  test('is read or refused, never thrown at', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), answerAll))
  })

  test('made of the words of rulesets, too', () => {
    const word = fc.constantFrom(...WORDS, '\n', '\n')
    const words = fc.array(word, { maxLength: 80 }).map((list) => list.join(' '))
    const head = fc.constantFrom('', '*filter\n', 'table inet filter {\n', ':INPUT DROP\n')
    fc.assert(
      fc.property(head, words, (start, rest) => answerAll(start + rest)),
      { numRuns: 1000 },
    )
  })

  test('in JSON, too', () => {
    const expression = fc.oneof(
      fc.jsonValue(),
      fc.record({ match: fc.jsonValue() }),
      fc.record({ vmap: fc.record({ key: fc.jsonValue(), data: fc.jsonValue() }) }),
      fc.record({ log: fc.jsonValue() }),
      fc.record({ limit: fc.jsonValue() }),
    )
    const names = { family: fc.constant('ip'), table: fc.constant('t') }
    const object = fc.oneof(
      fc.jsonValue(),
      fc.record({
        chain: fc.record({
          ...names,
          name: fc.constant('c'),
          hook: fc.constant('input'),
          type: fc.constant('filter'),
        }),
      }),
      fc.record({
        rule: fc.record({ ...names, chain: fc.constant('c'), expr: fc.array(expression) }),
      }),
      fc.record({ set: fc.record({ ...names, name: fc.constant('s'), elem: fc.jsonValue() }) }),
    )
    fc.assert(fc.property(fc.array(object), (nftables) => answerAll(JSON.stringify({ nftables }))))
  })

  test('cut off anywhere is read or refused', () => {
    const json = JSON.stringify({ nftables: [{ table: { family: 'ip', name: 't' } }] })
    for (const whole of [inetTable(['ct state vmap { new : drop }', NFT_LOG]), json])
      for (let end = 0; end < whole.length; end++) answerAll(whole.slice(0, end))
  })
})

/** What adding rules can take away: a policy is the operator's to set, and a circle nobody can mend by adding. */
function mendable(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ id, hook, chain }) => `${id} ${hook ?? ''} ${chain ?? ''}`)
    .filter((text) => !/^(?:default-accept|log-unreachable|family-missing|too-deep)/.test(text))
}

const CONDITIONS = [
  '',
  '',
  '',
  '-p tcp ',
  '-p udp ',
  '-p icmp ',
  '! -p tcp ',
  '-i eth0 ',
  '! -i eth0 ',
  '-i lo ',
  '-s 192.0.2.0/24 ',
  '-p tcp --dport 22 ',
  '-m conntrack --ctstate INVALID ',
  '-m conntrack --ctstate NEW ',
  '-m conntrack --ctstate ESTABLISHED ',
  '-m limit --limit 3/min ',
  '-p tcp --tcp-flags ALL NONE ',
  '-i eth1 -p udp ',
  '-m addrtype --dst-type BROADCAST ',
]
const TARGETS = [
  '-j ACCEPT',
  '-j DROP',
  '-j REJECT',
  '-j RETURN',
  LOG,
  '-j LOG',
  '-j LOG --log-prefix X',
]

function rulesOf(chain: string, targets: readonly string[]): fc.Arbitrary<string[]> {
  return fc.array(
    fc
      .tuple(fc.constantFrom(...CONDITIONS), fc.constantFrom(...targets))
      .map(([condition, target]) => `-A ${chain} ${condition}${target}`),
    { maxLength: 5 },
  )
}

const iptables = fc
  .record({
    policy: fc.constantFrom('ACCEPT', 'DROP'),
    forward: fc.constantFrom('ACCEPT', 'DROP'),
    input: rulesOf('INPUT', [...TARGETS, '-j A', '-g A', '-j B']),
    through: rulesOf('FORWARD', [...TARGETS, '-j A', '-j B']),
    a: rulesOf('A', [...TARGETS, '-j B', '-g B']),
    b: rulesOf('B', TARGETS),
  })
  .map(({ policy, forward, input, through, a, b }) =>
    [
      '# Generated by iptables-save v1.8.9 (nf_tables)',
      '*filter',
      `:INPUT ${policy} [0:0]`,
      `:FORWARD ${forward} [0:0]`,
      ':A - [0:0]',
      ':B - [0:0]',
      ...input,
      ...through,
      ...a,
      ...b,
      'COMMIT',
      '',
    ].join('\n'),
  )

describe('what the advice says to add', () => {
  test('makes the findings of iptables rules go away', () => {
    fc.assert(
      fc.property(iptables, (text) => {
        const before = judge(text)
        const after = judge(applyIptables(text, commandsOf(before.advice)))
        expect(mendable(after.findings)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  const NFT_CONDITIONS = [
    '',
    '',
    '',
    'meta l4proto tcp',
    'meta l4proto { udp, sctp }',
    'meta l4proto != udp',
    'iifname "eth0"',
    'iifname != "eth0"',
    'iifname "lo"',
    'ip saddr 192.0.2.0/24',
    'tcp dport 22',
    'ct state invalid',
    'ct state new',
    'ct state established,related',
    'meta nfproto ipv6',
    'tcp flags & (fin | syn) == fin | syn',
    'fib daddr type local',
    'counter',
  ]
  const NFT_TARGETS = [
    'accept',
    'drop',
    'reject',
    'return',
    NFT_LOG,
    `${NFT_LOG} drop`,
    'ct state vmap { invalid : drop, established : accept }',
  ]
  const nftRules = (targets: readonly string[]): fc.Arbitrary<string[]> =>
    fc.array(
      fc
        .tuple(fc.constantFrom(...NFT_CONDITIONS), fc.constantFrom(...targets))
        .map((words) => words.join(' ')),
      { maxLength: 5 },
    )
  const nft = fc
    .record({
      policy: fc.constantFrom('accept', 'drop'),
      input: nftRules([...NFT_TARGETS, 'jump a', 'goto a', 'iifname vmap { "eth1" : jump a }']),
      a: nftRules(NFT_TARGETS),
    })
    .map(({ policy, input, a }) =>
      inetTable(input, { policy, more: `\tchain a {\n${a.join('\n')}\n\t}` }),
    )

  test('makes the findings of nft rules go away', () => {
    fc.assert(
      fc.property(nft, (text) => {
        const before = judge(text)
        const after = judge(applyNft(text, commandsOf(before.advice)))
        expect(mendable(after.findings)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})
