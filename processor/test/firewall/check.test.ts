import { describe, expect, test } from 'vitest'
import { ids, judge, troubles } from './helpers.ts'
import {
  both,
  filterTable,
  firewalld,
  inetTable,
  LOG,
  NFT_LOG,
  OPTIONS,
  ufwSave,
  USUAL,
} from './rulesets.ts'

const log = (rest = ''): string => `-A INPUT ${rest}${LOG}`

interface Case {
  readonly name: string
  readonly rules: string
  readonly finds: readonly string[]
}

const IPTABLES: readonly Case[] = [
  { name: 'a default log rule before policy DROP', rules: both([...USUAL, log()]), finds: [] },
  {
    name: 'before a final DROP',
    rules: both([...USUAL, log(), '-A INPUT -j DROP'], { policy: 'ACCEPT' }),
    finds: [],
  },
  {
    name: 'before a final REJECT',
    rules: both([...USUAL, log(), '-A INPUT -j REJECT --reject-with tcp-reset'], {
      policy: 'ACCEPT',
    }),
    finds: [],
  },
  {
    name: 'with counters in front of the rules',
    rules: both([...USUAL, `[12:3456] ${log()}`]),
    finds: [],
  },
  {
    name: 'with CRLF line ends',
    rules: both([...USUAL, log()]).replaceAll('\n', '\r\n'),
    finds: [],
  },
  {
    name: 'with comments between',
    rules: both(['# a remark', ...USUAL, log(), '# the end']),
    finds: [],
  },
  {
    name: 'in a chain that INPUT jumps to',
    rules: both([...USUAL, '-A INPUT -j LOGDROP', `-A LOGDROP ${LOG}`, '-A LOGDROP -j DROP']),
    finds: [],
  },
  {
    name: 'in a chain that INPUT goes to',
    rules: both([...USUAL, '-A INPUT -g LOGDROP', `-A LOGDROP ${LOG}`]),
    finds: [],
  },
  {
    name: 'behind a chain that returns',
    rules: both(['-A INPUT -j A', '-A A -j RETURN', '-A A -j DROP', log()]),
    finds: [],
  },
  {
    name: 'one each for tcp, udp and icmp',
    rules: both([log('-p tcp '), log('-p udp '), log('-p icmp ')]),
    finds: [],
  },
  {
    name: 'by numbers of protocols',
    rules: filterTable([log('-p 6 '), log('-p 17 '), log('-p 1 ')]),
    finds: ['family-missing'],
  },
  {
    name: 'for any address',
    rules: filterTable([log('-s 0.0.0.0/0 ')]),
    finds: ['family-missing'],
  },
  {
    name: 'for all but one interface',
    rules: both(['-A INPUT -i lo -j ACCEPT', log('! -i lo ')]),
    finds: [],
  },
  { name: 'for all but a network', rules: both([log('! -s 192.0.2.0/24 ')]), finds: [] },
  {
    name: 'for new connections and invalid packets',
    rules: both([log('-m conntrack --ctstate NEW,INVALID ')]),
    finds: [],
  },
  {
    name: 'icmp accepted without a line',
    rules: both(['-A INPUT -p icmp -j ACCEPT', log()]),
    finds: [],
  },
  {
    name: 'NFLOG',
    rules: both(['-A INPUT -j NFLOG --nflog-group 1 --nflog-prefix "[DROP] "']),
    finds: [],
  },
  {
    name: 'with a limit that is high enough',
    rules: both([log('-m limit --limit 10/sec ')]),
    finds: [],
  },
  { name: 'no log rule', rules: both(USUAL), finds: ['not-logged'] },
  {
    name: 'no rule at all',
    rules: both([], { policy: 'ACCEPT' }),
    finds: ['default-accept', 'not-logged'],
  },
  { name: 'for one network only', rules: both([log('-s 10.0.0.0/8 ')]), finds: ['not-logged'] },
  { name: 'for one port only', rules: both([log('-p tcp --dport 22 ')]), finds: ['not-logged'] },
  {
    name: 'for an ipset only',
    rules: both([log('-m set --match-set bad src ')]),
    finds: ['not-logged'],
  },
  {
    name: 'for established connections only',
    rules: both([log('-m state --state ESTABLISHED ')]),
    finds: ['not-logged'],
  },
  {
    name: 'for one interface only',
    rules: both([log('-i eth0 ')]),
    finds: ['interfaces-not-logged'],
  },
  {
    name: 'not for one interface',
    rules: both(['-A INPUT -i eth1 -j DROP', log()]),
    finds: ['interfaces-not-logged'],
  },
  { name: 'for tcp only', rules: both([log('-p tcp ')]), finds: ['protocols-not-logged'] },
  { name: 'for all but udp', rules: both([log('! -p udp ')]), finds: ['protocols-not-logged'] },
  {
    name: 'behind a final DROP',
    rules: both([...USUAL, '-A INPUT -j DROP', log()]),
    finds: ['log-unreachable', 'not-logged'],
  },
  {
    name: 'invalid packets dropped first',
    rules: both(['-A INPUT -m state --state INVALID -j DROP', log()]),
    finds: ['stealth-not-logged'],
  },
  {
    name: 'NULL scans dropped first',
    rules: both(['-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -j DROP', log()]),
    finds: ['stealth-not-logged'],
  },
  {
    name: 'policy ACCEPT behind the log rule',
    rules: both([log()], { policy: 'ACCEPT' }),
    finds: ['default-accept'],
  },
  {
    name: 'all udp accepted',
    rules: both(['-A INPUT -p udp -j ACCEPT', log()]),
    finds: ['default-accept', 'protocols-not-logged'],
  },
  {
    name: 'ufw-like limit',
    rules: both([log('-m limit --limit 3/min --limit-burst 10 ')]),
    finds: ['rate-limited'],
  },
  {
    name: 'limit without a rate: 3 an hour',
    rules: both([log('-m limit ')]),
    finds: ['rate-limited'],
  },
  {
    name: 'hashlimit',
    rules: both([
      log(
        '-m hashlimit --hashlimit-upto 5/min --hashlimit-burst 7 --hashlimit-mode srcip --hashlimit-name x ',
      ),
    ]),
    finds: ['rate-limited'],
  },
  {
    name: 'a limit on the jump',
    rules: both(['-A INPUT -m limit --limit 5/min -j L', `-A L ${LOG}`]),
    finds: ['rate-limited'],
  },
  {
    name: 'a second rule without limit',
    rules: both([log('-m limit --limit 3/min '), log()]),
    finds: [],
  },
  {
    name: 'no TCP options',
    rules: both(['-A INPUT -j LOG --log-prefix "[DROP] "']),
    finds: ['tcp-options-missing'],
  },
  {
    name: 'a prefix of 30 characters',
    rules: both([`-A INPUT -j LOG --log-prefix "${'x'.repeat(29)} " ${OPTIONS}`]),
    finds: ['prefix-too-long'],
  },
  {
    name: 'a prefix of 29 characters',
    rules: both([`-A INPUT -j LOG --log-prefix "${'x'.repeat(28)} " ${OPTIONS}`]),
    finds: [],
  },
  {
    name: 'a prefix without a blank',
    rules: both([`-A INPUT -j LOG --log-prefix DROP ${OPTIONS}`]),
    finds: ['prefix-without-blank'],
  },
  {
    name: 'COMMIT missing',
    rules: filterTable([log()]) + filterTable([log()], { tool: 'ip6tables', commit: '' }),
    finds: ['commit-missing'],
  },
  { name: 'IPv6 not given', rules: filterTable([log()]), finds: ['family-missing'] },
  {
    name: 'IPv6 open',
    rules: filterTable([log()]) + filterTable([], { tool: 'ip6tables', policy: 'ACCEPT' }),
    finds: ['default-accept', 'not-logged'],
  },
  {
    name: 'chains in a circle',
    rules: both(['-A INPUT -j A', '-A A -j B', '-A B -j A', log()]),
    finds: ['too-deep'],
  },
  {
    name: 'a chain that jumps to itself',
    rules: both(['-A INPUT -j A', '-A A -j A', log()]),
    finds: ['too-deep'],
  },
  {
    name: 'forwarding without a log rule',
    rules: both([log(), '-A FORWARD -i eth1 -p tcp --dport 80 -j ACCEPT']),
    finds: ['not-logged/forward'],
  },
  { name: 'forwarding with one', rules: both([log(), `-A FORWARD ${LOG}`]), finds: [] },
  {
    name: 'forwarding left open',
    rules: both([log()], { forward: 'ACCEPT' }),
    finds: ['default-accept/forward', 'not-logged/forward'],
  },
  {
    name: 'a drop in raw PREROUTING',
    rules: both([log()]) + '*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -j DROP\nCOMMIT\n',
    finds: ['protocols-not-logged'],
  },
  {
    name: "Docker's chains: containers are trusted, what comes for them is logged",
    rules: both([
      log(),
      '-A FORWARD -j DOCKER-USER',
      '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -o docker0 -j DOCKER',
      '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
      '-A FORWARD -i docker0 -o docker0 -j ACCEPT',
      `-A FORWARD ${LOG}`,
      '-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT',
      '-A DOCKER-USER -j RETURN',
    ]),
    finds: [],
  },
  {
    name: "Docker's chains: what comes for containers is dropped unseen",
    rules: both([
      log(),
      '-A FORWARD -o docker0 -j DOCKER',
      `-A FORWARD ${LOG}`,
      '-A DOCKER ! -i docker0 -o docker0 -j DROP',
    ]),
    finds: ['interfaces-not-logged/forward'],
  },
  {
    name: "Shorewall's chains of interfaces",
    rules: both([
      '-A INPUT -i eth0 -j net-fw',
      '-A INPUT -i eth1 -j loc-fw',
      '-A INPUT -i lo -j ACCEPT',
      `-A INPUT -j LOG --log-prefix "Shorewall:INPUT:REJECT: " ${OPTIONS}`,
      '-A INPUT -g reject',
      '-A net-fw -m conntrack --ctstate INVALID,NEW,UNTRACKED -j dynamic',
      '-A net-fw -p tcp -j tcpflags',
      '-A net-fw -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      `-A net-fw -j LOG --log-prefix "Shorewall:net-fw:DROP: " ${OPTIONS}`,
      '-A net-fw -j DROP',
      '-A tcpflags -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -g logflags',
      `-A logflags -j LOG --log-prefix "Shorewall:logflags:DROP: " ${OPTIONS}`,
      '-A logflags -j DROP',
      '-A dynamic -s 192.0.2.9/32 -j DROP',
      '-A loc-fw -j ACCEPT',
      '-A reject -p tcp -j REJECT --reject-with tcp-reset',
      '-A reject -j REJECT',
    ]),
    finds: [],
  },
  {
    name: 'ufw at its default',
    rules: ufwSave('low') + ufwSave('low', true),
    finds: [
      'rate-limited',
      'rate-limited/forward',
      'stealth-not-logged',
      'tcp-options-missing',
      'tcp-options-missing/forward',
    ],
  },
  {
    name: 'ufw logging high',
    rules: ufwSave('high') + ufwSave('high', true),
    finds: ['tcp-options-missing', 'tcp-options-missing/forward'],
  },
  {
    name: 'iptables -S',
    rules: '-P INPUT DROP\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n' + log() + '\n',
    finds: ['family-missing'],
  },
]

const NFT: readonly Case[] = [
  { name: 'a default log rule before policy drop', rules: inetTable([NFT_LOG]), finds: [] },
  {
    name: 'log and drop in one rule',
    rules: inetTable([`${NFT_LOG} drop`], { policy: 'accept' }),
    finds: [],
  },
  {
    name: 'flags all',
    rules: inetTable(['log prefix "[DROP] " flags all counter packets 1 bytes 2 drop']),
    finds: [],
  },
  {
    name: 'behind maps of states and interfaces',
    rules: inetTable(
      [
        'ct state vmap { established : accept, related : accept }',
        'iifname vmap { "lo" : accept, "eth1" : jump lan }',
        NFT_LOG,
      ],
      { more: '\tchain lan {\n\t\ttcp dport { 22, 80 } accept\n\t}' },
    ),
    finds: [],
  },
  {
    name: 'an element of a map that drops',
    rules: inetTable(['ct state vmap { established : accept, invalid : drop }', NFT_LOG]),
    finds: ['stealth-not-logged'],
  },
  {
    name: 'a named map',
    rules: inetTable(['meta l4proto vmap @by_protocol', NFT_LOG], {
      more: '\tmap by_protocol {\n\t\ttype inet_proto : verdict\n\t\telements = { udp : drop,\n\t\t\t     tcp : continue }\n\t}',
    }),
    finds: ['protocols-not-logged'],
  },
  {
    name: 'a map of ports',
    rules: inetTable(['tcp dport vmap { 22 : accept, 80 : jump web }', NFT_LOG], {
      more: '\tchain web {\n\t\taccept\n\t}',
    }),
    finds: [],
  },
  {
    name: 'a blocklist in front',
    rules: inetTable(['ip saddr @bad drop', NFT_LOG], {
      more: '\tset bad {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 192.0.2.0/24,\n\t\t\t     198.51.100.7 }\n\t}',
    }),
    finds: [],
  },
  {
    name: 'a set of protocols',
    rules: inetTable([`meta l4proto { tcp, udp } ${NFT_LOG}`]),
    finds: ['protocols-not-logged'],
  },
  { name: 'IPv4 only', rules: inetTable([`meta nfproto ipv4 ${NFT_LOG}`]), finds: ['not-logged'] },
  {
    name: 'a source only',
    rules: inetTable([`ip saddr 10.0.0.0/8 ${NFT_LOG}`]),
    finds: ['not-logged'],
  },
  {
    name: 'all but a source',
    rules: inetTable([`ip saddr != 10.0.0.0/8 ${NFT_LOG}`, `ip6 saddr != fd00::/8 ${NFT_LOG}`]),
    finds: [],
  },
  {
    name: 'SYN packets only',
    rules: inetTable([`tcp flags & (fin | syn | rst | ack) == syn ${NFT_LOG}`]),
    finds: ['protocols-not-logged'],
  },
  {
    name: 'SYN packets only, newer form',
    rules: inetTable([`tcp flags syn / fin,syn,rst,ack ${NFT_LOG}`]),
    finds: ['protocols-not-logged'],
  },
  {
    name: 'a limit',
    rules: inetTable([`limit rate 3/minute burst 10 packets ${NFT_LOG}`]),
    finds: ['rate-limited'],
  },
  {
    name: 'a limit of 20 a second',
    rules: inetTable([`limit rate 20/second ${NFT_LOG}`]),
    finds: [],
  },
  {
    name: 'what is over a limit dropped first',
    rules: inetTable(['limit rate over 100/second drop', NFT_LOG]),
    finds: [],
  },
  { name: 'no flags', rules: inetTable(['log prefix "[DROP] "']), finds: ['tcp-options-missing'] },
  { name: 'a netlink group', rules: inetTable(['log prefix "[DROP] " group 1']), finds: [] },
  { name: 'the audit log', rules: inetTable(['log level audit']), finds: ['not-kernel-log'] },
  {
    name: 'behind the verdict',
    rules: inetTable(['drop', NFT_LOG]),
    finds: ['log-unreachable', 'not-logged'],
  },
  {
    name: 'a goto that comes back',
    rules: inetTable(['jump a', NFT_LOG], {
      more: '\tchain a {\n\t\tgoto b\n\t\tdrop\n\t}\n\tchain b {\n\t}',
    }),
    finds: [],
  },
  {
    name: 'an earlier chain of the hook that drops',
    rules:
      inetTable([NFT_LOG]) +
      'table inet early {\n\tchain input {\n\t\ttype filter hook input priority filter - 5; policy accept;\n\t\tmeta l4proto udp drop\n\t}\n}\n',
    finds: ['protocols-not-logged'],
  },
  {
    name: 'a later chain of the hook that drops',
    rules:
      inetTable([NFT_LOG]) +
      'table inet late {\n\tchain input {\n\t\ttype filter hook input priority 5; policy drop;\n\t}\n}\n',
    finds: [],
  },
  {
    name: 'a table that sleeps',
    rules:
      inetTable([NFT_LOG]) +
      'table inet early {\n\tflags dormant;\n\tchain input {\n\t\ttype filter hook input priority -5; policy drop;\n\t}\n}\n',
    finds: [],
  },
  {
    name: 'ip without ip6',
    rules: inetTable([NFT_LOG]).replace('inet', 'ip'),
    finds: ['family-missing'],
  },
  {
    name: 'ip6 without logging',
    rules: inetTable([NFT_LOG]).replace('inet', 'ip') + inetTable([]).replace('inet', 'ip6'),
    finds: ['not-logged'],
  },
  {
    name: 'tables of other families',
    rules:
      inetTable([NFT_LOG]) +
      'table bridge b {\n\tchain c {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\ntable netdev n {\n\tflowtable f {\n\t\thook ingress priority 0\n\t\tdevices = { eth0 }\n\t}\n}\n',
    finds: [],
  },
  {
    name: 'statements of all sorts',
    rules: inetTable([
      'ct state established,related counter packets 3 bytes 4 accept comment "back"',
      'ip protocol . th dport { tcp . 22, udp . 53 } accept',
      'meta mark set 0x00000001',
      'update @seen { ip saddr limit rate over 10/minute } drop',
      'fib daddr type != local drop',
      'fib saddr . iif oif missing drop',
      'icmp type echo-request accept',
      'tcp option maxseg size set 1400',
      'ct status dnat accept',
      'meta skuid 1000 reject with icmpx type port-unreachable',
      NFT_LOG,
    ]),
    finds: [],
  },
  {
    name: 'variables and comments of a file',
    rules:
      '#!/usr/sbin/nft -f\nflush ruleset\ndefine WAN = "eth0"\n' +
      inetTable(['iifname $WAN drop # all of it', NFT_LOG]),
    finds: ['interfaces-not-logged'],
  },
  {
    name: 'add commands',
    rules: `add table inet t\nadd chain inet t in { type filter hook input priority 0; policy drop; }\nadd rule inet t in drop\ninsert rule inet t in ${NFT_LOG}\nadd chain inet t fwd { type filter hook forward priority 0; policy drop; }\n`,
    finds: [],
  },
  {
    name: 'firewalld as installed',
    rules: firewalld(false),
    finds: ['not-logged', 'not-logged/forward'],
  },
  {
    name: 'firewalld with LogDenied=all',
    rules: firewalld(true),
    finds: ['tcp-options-missing', 'tcp-options-missing/forward'],
  },
  {
    name: 'iptables rules that nft cannot show',
    rules:
      'table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tcounter packets 0 bytes 0 xt target "LOG"\n\t}\n}\n',
    finds: ['family-missing', 'log-options-hidden'],
  },
]

describe('iptables-save: a log rule', () => {
  test.each(IPTABLES)('$name', ({ rules, finds }) => {
    expect(troubles(judge(rules).findings)).toEqual(finds)
  })
})

describe('nft list ruleset: a log rule', () => {
  test.each(NFT)('$name', ({ rules, finds }) => {
    expect(troubles(judge(rules).findings)).toEqual(finds)
  })
})

test('chains that lead to each other in very many ways are walked once', () => {
  const jumps = Array.from({ length: 60 }, (_, i) => `-A C${i} -j C${i + 1}`)
  const rules = ['-A INPUT -j C0', ...jumps, ...jumps, `-A C60 ${LOG}`]
  expect(troubles(judge(both(rules)).findings)).toEqual([])
})

describe('a finding', () => {
  test('names the rule, the chain and the family', () => {
    const { findings } = judge(filterTable([...USUAL, '-A INPUT -p udp -j DROP', log()]))
    expect(findings.find(({ id }) => id === 'protocols-not-logged')).toMatchObject({
      severity: 'error',
      family: 'ip',
      hook: 'input',
      chain: 'INPUT',
      place: { file: 'rules', line: 9 },
      message: expect.stringContaining('logs tcp and icmp but not udp') as string,
    })
  })

  test('that IPv4 and IPv6 share in one inet chain is said once', () => {
    const { findings } = judge(inetTable([]))
    expect(
      findings.filter(({ id, hook }) => id === 'not-logged' && hook === 'input'),
    ).toMatchObject([{ family: 'inet', chain: 'inet filter input' }])
  })

  test('of a limit says what is left of a scan', () => {
    const { findings } = judge(both([log('-m limit --limit 3/min --limit-burst 10 ')]))
    expect(findings.find(({ id }) => id === 'rate-limited')?.message).toMatch(
      /^Only 3 a minute are logged after the first 10: of a scan of 1,000 ports within a minute 13 lines/,
    )
  })

  test('of missing IP options, TCP sequence, prefix and accepted packets is a note', () => {
    const { findings } = judge(both(['-A INPUT -j LOG --log-tcp-options'], { policy: 'ACCEPT' }))
    expect(ids(findings.filter(({ severity }) => severity === 'note'))).toEqual([
      'accept-logged',
      'ip-options-missing',
      'not-logged/forward',
      'prefix-missing',
      'tcp-sequence-missing',
    ])
  })

  test('of NFLOG is a note: a daemon may write its lines', () => {
    const { findings } = judge(both(['-A INPUT -j NFLOG --nflog-prefix "[DROP] "']))
    expect(findings.find(({ id }) => id === 'not-kernel-log')?.severity).toBe('note')
  })

  test('of a blocklist in front of the log rule is a note that names it', () => {
    const { findings } = judge(both(['-A INPUT -m set --match-set bad src -j DROP', log()]))
    expect(findings.find(({ id }) => id === 'silent-drops')).toMatchObject({
      severity: 'note',
      message: expect.stringContaining('--match-set bad src -j DROP') as string,
    })
  })
})
