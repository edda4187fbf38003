import { icmp, ip, tcp, times, udp } from '../lines.ts'
import { rows } from './case.ts'
import type { Case, Setup } from './case.ts'
import { pair, rule, tcpRule } from './rule-case.ts'
import type { RuleCase } from './rule-case.ts'
import { FLAGS, NUMBERS } from './rule-options.ts'

const ENDS: readonly (readonly [string, RuleCase])[] = [
  [
    'any',
    { rule: rule('tcp any any -> any 1201', ''), lines: pair(tcp, { dpt: 1201 }, { dpt: 50_000 }) },
  ],
  [
    'a range of ports',
    {
      rule: rule('tcp any any -> any 1210:1220', ''),
      lines: pair(tcp, { dpt: 1220 }, { dpt: 1221 }),
    },
  ],
  [
    'ports from',
    {
      rule: rule('tcp any 60000: -> any 1222', ''),
      lines: pair(tcp, { dpt: 1222, spt: 60_000 }, { dpt: 1222, spt: 59_999 }),
    },
  ],
  [
    'ports to',
    {
      rule: rule('tcp any :1000 -> any 1223', ''),
      lines: pair(tcp, { dpt: 1223, spt: 1000 }, { dpt: 1223, spt: 1001 }),
    },
  ],
  [
    'a port not',
    {
      rule: rule('tcp any !20 -> any 1224', ''),
      lines: pair(tcp, { dpt: 1224, spt: 21 }, { dpt: 1224, spt: 20 }),
    },
  ],
  [
    'a list of ports',
    {
      rule: rule('tcp any any -> any 1225,1226', ''),
      lines: pair(tcp, { dpt: 1225 }, { dpt: 1226 }),
    },
  ],
  [
    'port 0 is not any',
    {
      rule: rule('udp any 1227 -> any any', ''),
      lines: pair(udp, { spt: 1227, dpt: 9 }, { spt: 1227, dpt: 0 }),
    },
  ],
  [
    'an address',
    {
      rule: rule('tcp 203.0.113.77 any -> any 1228', ''),
      lines: ({ dst }) => [
        tcp({ src: '203.0.113.77', dst, dpt: 1228 }),
        tcp({ src: '203.0.113.78', dst, dpt: 1228 }),
      ],
    },
  ],
  [
    'a CIDR',
    {
      rule: rule('tcp 203.0.114.0/24 any -> any 1229', ''),
      lines: ({ dst }) => [
        tcp({ src: '203.0.114.200', dst, dpt: 1229 }),
        tcp({ src: '203.0.115.200', dst, dpt: 1229 }),
      ],
    },
  ],
  [
    'a mask',
    {
      rule: rule('tcp 203.0.116.0/255.255.255.0 any -> any 1230', ''),
      lines: ({ dst }) => [
        tcp({ src: '203.0.116.200', dst, dpt: 1230 }),
        tcp({ src: '203.0.117.200', dst, dpt: 1230 }),
      ],
    },
  ],
  [
    'a list of addresses',
    {
      rule: rule('tcp 203.0.118.1,203.0.118.2 any -> any 1231', ''),
      lines: ({ dst }) => times(3, (i) => tcp({ src: `203.0.118.${i + 1}`, dst, dpt: 1231 })),
    },
  ],
  [
    'overlapping addresses',
    {
      rule: rule('tcp 203.0.119.0/24,203.0.119.1 any -> any 1232', ''),
      lines: ({ dst }) => [tcp({ src: '203.0.119.1', dst, dpt: 1232 })],
    },
  ],
  [
    'not an address',
    {
      rule: rule('tcp !203.0.120.0/24 any -> any 1233', ''),
      lines: ({ dst }) => [
        tcp({ src: '203.0.120.1', dst, dpt: 1233 }),
        tcp({ src: '203.0.121.1', dst, dpt: 1233 }),
      ],
    },
  ],
  [
    'an IPv6 network',
    {
      rule: rule('tcp 2001:db8:aa::/48 any -> any 1234', ''),
      lines: ({ dst6 }) => [
        tcp({ src: '2001:db8:aa::1', dst: dst6, dpt: 1234 }),
        tcp({ src: '2001:db8:ab::1', dst: dst6, dpt: 1234 }),
      ],
    },
  ],
  [
    'both ways',
    {
      rule: rule('tcp any 1235 <> any 1236', ''),
      lines: pair(tcp, { spt: 1235, dpt: 1236 }, { spt: 1236, dpt: 1235 }),
    },
  ],
  [
    'from the right',
    {
      rule: rule('tcp any 1237 <- any 1238', ''),
      lines: pair(tcp, { spt: 1237, dpt: 1238 }, { spt: 1238, dpt: 1237 }),
    },
  ],
]

const ICMP: readonly (readonly [string, RuleCase])[] = [
  [
    'itype and icode',
    {
      rule: rule('icmp any any -> any any', 'itype:17; icode:9; '),
      lines: pair(icmp, { type: 17, code: 9 }, { type: 17, code: 8 }),
    },
  ],
  [
    'a range of types',
    {
      rule: rule('icmp any any -> any any', 'itype:50:60; icode:3; '),
      lines: pair(icmp, { type: 60, code: 3 }, { type: 61, code: 3 }),
    },
  ],
  [
    'icode above',
    {
      rule: rule('icmp any any -> any any', 'itype:70; icode:>3; '),
      lines: pair(icmp, { type: 70, code: 4 }, { type: 70, code: 3 }),
    },
  ],
  [
    'icmp_seq',
    {
      rule: rule('icmp any any -> any any', 'itype:8; icmp_seq:111; icode:11; '),
      lines: pair(
        icmp,
        { type: 8, code: 11, icmpId: 5, icmpSeq: 111 },
        { type: 8, code: 11, icmpId: 111, icmpSeq: 5 },
      ),
    },
  ],
  [
    'icmp_id',
    {
      rule: rule('icmp any any -> any any', 'itype:8; icmp_id:666; icode:12; '),
      lines: pair(icmp, { type: 8, code: 12, icmpId: 666 }, { type: 8, code: 12, icmpId: 5 }),
    },
  ],
  [
    'dsize',
    {
      rule: rule('icmp any any -> any any', 'itype:80; dsize:60; '),
      lines: pair(icmp, { type: 80, len: 84 }, { type: 80, len: 85 }),
    },
  ],
]

const HEADER: readonly (readonly [string, RuleCase])[] = [
  [
    'sameip',
    {
      rule: rule('tcp any any -> any 1301', 'sameip; '),
      lines: ({ src, dst }) => [tcp({ src, dst: src, dpt: 1301 }), tcp({ src, dst, dpt: 1301 })],
    },
  ],
  [
    'sameip on lo',
    {
      rule: rule('tcp any any -> any 1302', 'sameip; '),
      lines: ({ src }) => [tcp({ src, dst: src, dpt: 1302, iface: 'lo' })],
    },
  ],
  [
    'ipopts rr',
    {
      rule: rule('tcp any any -> any 1303', 'ipopts:rr; '),
      lines: ({ src, dst }) => [
        tcp({ src, dst, dpt: 1303, ipOptions: '07270400000000' }),
        tcp({ src, dst, dpt: 1303, ipOptions: '94040000' }),
      ],
    },
  ],
  [
    'ipopts any',
    {
      rule: rule('tcp any any -> any 1304', 'ipopts:any; '),
      lines: ({ src, dst }) => [
        tcp({ src, dst, dpt: 1304, ipOptions: '94040000' }),
        tcp({ src, dst, dpt: 1304 }),
      ],
    },
  ],
  [
    'ipopts behind others',
    {
      rule: rule('tcp any any -> any 1305', 'ipopts:lsrr; '),
      lines: ({ src, dst }) => [tcp({ src, dst, dpt: 1305, ipOptions: '9404000083070400000000' })],
    },
  ],
  [
    'protocol ip',
    {
      rule: rule('ip any any -> any any', 'ttl:211; '),
      lines: ({ src, dst }) => [ip(97, { src, dst, ttl: 211 }), ip(97, { src, dst, ttl: 212 })],
    },
  ],
  [
    'ttl over IPv6 is not looked at',
    {
      rule: tcpRule(1306, 'ttl:7; '),
      lines: ({ src6: src, dst6: dst }) => [tcp({ src, dst, dpt: 1306, ttl: 64 })],
    },
  ],
]

const LEVELS: readonly (readonly [string, RuleCase])[] = [
  [
    'psad_dl 5',
    { rule: tcpRule(1401, 'psad_dl:5; '), lines: pair(tcp, { dpt: 1401 }, { dpt: 50_000 }) },
  ],
  [
    'psad_dl 1',
    { rule: tcpRule(1402, 'psad_dl:1; '), lines: pair(tcp, { dpt: 1402 }, { dpt: 50_000 }) },
  ],
  [
    'psad_dl 0',
    {
      rule: tcpRule(1403, 'psad_dl:0; '),
      lines: ({ src, dst }) =>
        times(20, (i) => tcp({ src, dst, dpt: i % 2 === 0 ? 1403 : 50_000 })),
    },
  ],
  [
    'a high level, then a low one',
    {
      rule: tcpRule(1404, 'psad_dl:4; '),
      lines: ({ src, dst }) => [tcp({ src, dst, dpt: 1404 }), tcp({ src, dst, dpt: 1402 })],
    },
  ],
  [
    'a low level, then a high one',
    {
      rule: tcpRule(1405, 'psad_dl:4; '),
      lines: ({ src, dst }) => [tcp({ src, dst, dpt: 1402 }), tcp({ src, dst, dpt: 1405 })],
    },
  ],
]

const TOO_HIGH = tcpRule(1406, 'psad_dl:6; ')

const table = [
  ['signature language: numbers', NUMBERS],
  ['signature language: flags', FLAGS],
  ['signature language: addresses and ports', ENDS],
  ['signature language: ICMP', ICMP],
  ['signature language: header', HEADER],
  ['levels of rules', LEVELS],
] as const

export const RULE_CASES: readonly Case[] = table
  .flatMap(([row, cases]) => rows(row, cases, (one, ends) => one.lines(ends), 'rules'))
  .concat(
    rows(
      'levels of rules',
      [['psad_dl 6', 1406]] as const,
      (dpt, { src, dst }) => [tcp({ src, dst, dpt })],
      'level 6',
    ),
  )

const RULES = table.flatMap(([, cases]) => cases.map(([, one]) => one.rule)).join('\n')

export const RULE_SETUPS: Readonly<Record<string, Setup>> = {
  rules: {
    conf: { SIGS_FILE: '@signatures' },
    files: { signatures: `${RULES}\n` },
    picket: ['--signatures', 'DIR/signatures', '--set', 'signatures.builtin=false'],
  },
  'level 6': {
    conf: { SIGS_FILE: '@signatures' },
    files: { signatures: `${TOO_HIGH}\n` },
    picket: ['--signatures', 'DIR/signatures', '--set', 'signatures.builtin=false'],
  },
}
