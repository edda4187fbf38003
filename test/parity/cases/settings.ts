import { icmp, ip, tcp, times, udp } from '../lines.ts'
import { rows } from './case.ts'
import type { Case, Ends, Setup } from './case.ts'

/** A scan of level 1 or 2 that says by which ends it is known. */
const scan = ({ src, dst }: Ends, n = 8): string[] =>
  times(n, (i) => tcp({ src, dst, dpt: 50_000 + i }))

type Make = (ends: Ends) => string[]

const udpScan: Make = ({ src, dst }) => times(8, (i) => udp({ src, dst, dpt: 50_000 + i }))

const from =
  (src: string, make: Make = scan): Make =>
  (ends) =>
    make({ ...ends, src, src6: src })
const from6 =
  (src: string): Make =>
  ({ dst6: dst }) =>
    times(8, (i) => tcp({ src, dst, dpt: 50_000 + i }))

const AUTO_DL = `
# networks and hosts, one fate each
10.1.0.1        5;
10.1.0.2        3  tcp;
10.1.0.3        4  udp;
10.1.0.4        2  tcp/50003;
10.1.0.5        4  tcp/1-100;
10.1.0.6        5  tcp/1-100, tcp/50002-50004;
10.1.0.7        3  icmp;
10.1.0.8        1;
10.1.0.9        0;
10.1.1.0/24     5;
10.1.2.0/255.255.255.0  4;
10.1.3.0/24     0;
2001:db8:d1::1  5;
2001:db8:d2::/48  4;
2001:0db8:00d3:0000:0000:0000:0000:0001 0;
10.1.4.1        0  udp;
10.1.5.0/24     3;
10.1.5.0/28     4;
10.1.8.0/24     5;
10.1.8.1        2;
10.1.6.1        4  # no semicolon, no entry
10.1.7.1        2  tcp/60000;
`

const LISTED: readonly (readonly [string, Make])[] = [
  ['a host at 5', from('10.1.0.1')],
  ['a host at 5, one packet', from('10.1.0.1', (ends) => scan(ends, 1))],
  ['tcp, and tcp comes', from('10.1.0.2')],
  ['udp, and tcp comes', from('10.1.0.3')],
  ['udp, and udp comes', from('10.1.0.3', udpScan)],
  ['one port, and it comes', from('10.1.0.4')],
  ['a range of ports, and others come', from('10.1.0.5')],
  ['two ranges, and one comes', from('10.1.0.6')],
  ['icmp', from('10.1.0.7', ({ src, dst }) => [icmp({ src, dst, type: 13 })])],
  ['a level below the scan’s', from('10.1.0.8', (ends) => scan(ends, 20))],
  ['a host at 0', from('10.1.0.9')],
  ['a network at 5', from('10.1.1.77')],
  ['a network by mask', from('10.1.2.77')],
  ['a network at 0', from('10.1.3.77')],
  ['an IPv6 host', from6('2001:db8:d1::1')],
  ['an IPv6 network', from6('2001:db8:d2:7::1')],
  ['an IPv6 host at 0, written in full', from6('2001:db8:d3::1')],
  ['0 for udp, and tcp comes', from('10.1.4.1')],
  ['0 for udp, and udp comes', from('10.1.4.1', udpScan)],
  ['two networks of one address', from('10.1.5.1')],
  ['two entries, the longer one lower', from('10.1.8.1')],
  ['no semicolon', from('10.1.6.1')],
  ['a port that does not come', from('10.1.7.1')],
  ['on no list', scan],
]

const IGNORED: readonly (readonly [string, Make])[] = [
  [
    'a TCP port',
    ({ src, dst }) => times(20, (i) => tcp({ src, dst, dpt: i % 2 === 0 ? 50_022 : 50_100 })),
  ],
  [
    'a UDP port',
    ({ src, dst }) => times(20, (i) => udp({ src, dst, dpt: i % 2 === 0 ? 50_053 : 50_100 })),
  ],
  ['a range', ({ src, dst }) => times(20, (i) => tcp({ src, dst, dpt: 51_000 + i * 10 }))],
  [
    'a TCP port, and UDP comes',
    ({ src, dst }) => times(20, (i) => udp({ src, dst, dpt: i % 2 === 0 ? 50_022 : 50_100 })),
  ],
  [
    'an interface',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, iface: 'eth9' })),
  ],
  [
    'an interface of a like name',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, iface: 'eth99' })),
  ],
  [
    'a VLAN',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, iface: 'eth0.9' })),
  ],
  [
    'a prefix',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, prefix: 'NOISE:' })),
  ],
  [
    'a prefix that holds the word',
    ({ src, dst }) =>
      times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, prefix: 'some NOISE here' })),
  ],
  ['a protocol by number', ({ src, dst }) => times(8, () => ip(2, { src, dst }))],
  ['a protocol by name', ({ src, dst }) => times(8, () => ip(47, { src, dst }))],
]

const WANTED: readonly (readonly [string, Make])[] = [
  ['the text', scan],
  [
    'another text',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, prefix: 'REJECT' })),
  ],
  [
    'the second text',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, prefix: 'DENIED here' })),
  ],
  [
    'both texts in one line',
    ({ src, dst }) =>
      times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, prefix: 'DROP and DENIED' })),
  ],
  ['no prefix', ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i, prefix: '' }))],
]

const ACKS: readonly (readonly [string, Make])[] = [
  [
    'an ACK scan',
    ({ src, dst }) => times(20, (i) => tcp({ src, dst, dpt: 50_000 + i, flags: 'ACK' })),
  ],
  [
    'SYN ACK answers',
    ({ src, dst }) => times(20, (i) => tcp({ src, dst, dpt: 50_000 + i, flags: 'ACK SYN' })),
  ],
  ['RST', ({ src, dst }) => times(20, (i) => tcp({ src, dst, dpt: 50_000 + i, flags: 'RST' }))],
]

const IGNORED_NAMES: readonly (readonly [string, Make])[] = [
  ['IGMP in capitals', ({ src, dst }) => times(6, () => ip(2, { src, dst }))],
  [
    'ICMPv6 by its number',
    ({ src6: src, dst6: dst }) => times(6, () => icmp({ src, dst, type: 128 })),
  ],
  ['another protocol', ({ src, dst }) => times(6, () => ip(47, { src, dst }))],
]

const V4_ONLY: readonly (readonly [string, Make])[] = [
  ['IPv6 TCP', ({ src6: src, dst6: dst }) => times(8, (i) => tcp({ src, dst, dpt: 50_000 + i }))],
  ['IPv6 ICMP', ({ src6: src, dst6: dst }) => times(8, () => icmp({ src, dst, type: 200 }))],
  ['IPv4', scan],
]

/** Lines of fwsnort: a sid in the prefix. */
const FWSNORT: readonly (readonly [string, Make])[] = [
  [
    'a known sid',
    ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 50_000, prefix: '[1] SID2000001' })),
  ],
  [
    'a known sid with ACK',
    ({ src, dst }) =>
      times(3, () =>
        tcp({ src, dst, dpt: 50_000, prefix: '[1] SID2000001 ESTAB', flags: 'ACK PSH' }),
      ),
  ],
  [
    'an unknown sid',
    ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 50_000, prefix: '[2] SID2000099' })),
  ],
  [
    'an unknown sid hides psad’s own',
    ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 12_345, prefix: '[2] SID2000099' })),
  ],
  [
    'a level from snort_rule_dl',
    ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 50_000, prefix: '[3] SID2000002' })),
  ],
  [
    'level 0 from snort_rule_dl',
    ({ src, dst }) =>
      times(30, (i) => tcp({ src, dst, dpt: 50_000 + i, prefix: '[4] SID2000003' })),
  ],
  [
    'SID without digits',
    ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 12_345, prefix: 'SIDE DROP' })),
  ],
]

const SNORT_RULES = `
alert tcp $EXTERNAL_NET any -> $HOME_NET any (msg:"made for a test, one"; flow:established; content:"abc"; classtype:attempted-recon; sid:2000001; rev:1;)
alert tcp $EXTERNAL_NET any -> $HOME_NET any (msg:"made for a test, two"; content:"abc"; classtype:attempted-recon; sid:2000002; rev:1;)
alert tcp $EXTERNAL_NET any -> $HOME_NET any (msg:"made for a test, three"; content:"abc"; classtype:attempted-recon; sid:2000003; rev:1;)
`

/** Levels from snort_rule_dl for rules that psad ships: 384 (ping) and 621 (FIN scan). */
const RULE_LEVELS: readonly (readonly [string, Make])[] = [
  ['a higher level', ({ src, dst }) => [icmp({ src, dst, len: 60 })]],
  ['a lower level', ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 50_001, flags: 'FIN' }))],
  [
    'level 0',
    ({ src, dst }) => times(30, (i) => tcp({ src, dst, dpt: 50_000 + i, flags: 'URG PSH FIN' })),
  ],
  ['no level given', ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 12_345 }))],
]

const CLASSES: readonly (readonly [string, Make])[] = [
  ['priority 1', ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 12_345 }))],
  ['priority 4', ({ src, dst }) => times(3, () => icmp({ src, dst, len: 60 }))],
  [
    'attempted-recon',
    ({ src, dst }) => times(3, () => tcp({ src, dst, dpt: 50_001, flags: 'FIN' })),
  ],
]

const THRESHOLDS: readonly (readonly [string, number])[] = [1, 2, 3, 6, 12, 24].map((n) => [
  `${n} packets`,
  n,
])

const sweep: Make = ({ src }) =>
  times(6, (i) => tcp({ src, dst: `198.18.7.${i + 1}`, dpt: 50_123 }))

const HOME: readonly (readonly [string, Make])[] = [
  ['from outside', ({ src }) => [icmp({ src, dst: '198.51.100.7', len: 60 })]],
  [
    'from inside to outside',
    ({ dst }) => [
      icmp({ src: '198.51.100.9', dst: dst.replace('198.51.100', '192.0.2'), len: 60 }),
    ],
  ],
  ['between strangers', ({ src }) => [icmp({ src, dst: '192.0.2.7', len: 60 })]],
  [
    'IPv6 is not in an IPv4 network',
    ({ src6: src, dst6: dst }) => times(3, () => tcp({ src, dst, dpt: 12_345 })),
  ],
]

/** Criteria on fields, in psad's form and in Picket's; the same traffic for each. */
const FILTERS: readonly (readonly [string, string])[] = [
  ['SRC:10.3.0.1', 'src:10.3.0.1'],
  ['SRC:10.3.0.0/24', 'src:10.3.0.0/24'],
  ['DST:198.18.9.2', 'dst:198.18.9.2'],
  ['SRC:10.3.0.2, DST:198.18.9.1', 'src:10.3.0.2, dst:198.18.9.1'],
  ['LEN:60', 'ip_len:60'],
  ['LEN:15', 'length:15'],
  ['DPT:>50004', 'dp:>50004'],
  ['TTL:<50', 'ttl:<50'],
]

const twoScanners: Make = () =>
  times(24, (i) =>
    tcp({
      src: `10.3.0.${1 + (i % 2)}`,
      dst: `198.18.9.${1 + (i % 3)}`,
      dpt: 50_000 + Math.floor(i / 3),
      len: i % 4 === 0 ? 60 : 44,
      ttl: i % 3 === 0 ? 49 : 52,
    }),
  )

/** Rows of the checklist about what the operator decides. */
export const SETTING_CASES: readonly Case[] = [
  ...rows('auto_dl', LISTED, (make, ends) => make(ends), 'auto_dl'),
  ...rows(
    'ignore ports, protocols, interfaces, prefixes',
    IGNORED,
    (make, ends) => make(ends),
    'ignore',
  ),
  ...rows('prefix require', WANTED, (make, ends) => make(ends), 'require'),
  ...rows('ACK and RST', ACKS, (make, ends) => make(ends), 'acks'),
  ...rows('IPv6 off', V4_ONLY, (make, ends) => make(ends), 'v4'),
  ...rows('IPv6 off', V4_ONLY, (make, ends) => make(ends), 'yes'),
  ...rows(
    'ignore ports, protocols, interfaces, prefixes',
    IGNORED_NAMES,
    (make, ends) => make(ends),
    'ignored names',
  ),
  ...rows('fwsnort', FWSNORT, (make, ends) => make(ends), 'fwsnort'),
  ...rows(
    'snort_rule_dl and classification',
    RULE_LEVELS,
    (make, ends) => make(ends),
    'rule levels',
  ),
  ...rows('snort_rule_dl and classification', CLASSES, (make, ends) => make(ends), 'classes'),
  ...rows(
    'thresholds',
    THRESHOLDS,
    (n, ends) => times(n, (i) => tcp({ ...ends, dpt: 50_000 + (i % 2) })),
    'thresholds',
  ),
  ...rows(
    'thresholds',
    [['a sweep of 6', sweep]] as const,
    (make, ends) => make(ends),
    'thresholds',
  ),
  ...rows(
    'thresholds',
    [['a sweep with sweeps off', sweep]] as const,
    (make, ends) => make(ends),
    'sweeps off',
  ),
  ...rows(
    'thresholds',
    [
      ['a span of 9', 9],
      ['a span of 10', 10],
    ] as const,
    (span, ends) => times(8, (i) => tcp({ ...ends, dpt: 50_000 + (i % 2) * span })),
    'span',
  ),
  ...FILTERS.flatMap(([theirs]) =>
    rows('field filters', [[theirs, twoScanners]] as const, (make, ends) => make(ends), theirs),
  ),
  ...rows('home network', HOME, (make, ends) => make(ends), 'home'),
]

export const SETTING_SETUPS: Readonly<Record<string, Setup>> = {
  ...Object.fromEntries(
    FILTERS.map(([theirs, ours]): [string, Setup] => [
      theirs,
      { psad: ['--analysis-fields', theirs], picket: ['--where', ours] },
    ]),
  ),
  auto_dl: {
    conf: { AUTO_DL_FILE: '@auto_dl' },
    files: { auto_dl: AUTO_DL },
    picket: ['--auto-dl', 'DIR/auto_dl'],
  },
  ignore: {
    conf: {
      IGNORE_PORTS: 'tcp/50022, udp/50053, tcp/51000-51100',
      IGNORE_PROTOCOLS: '2, gre',
      IGNORE_INTERFACES: 'eth9, eth0.9',
      IGNORE_LOG_PREFIXES: 'NOISE',
    },
    picket: [
      '--set',
      'detection.ignore={ports: [tcp/50022, udp/50053, tcp/51000-51100], protocols: [2, gre], interfaces: [eth9, eth0.9], prefixes: [NOISE]}',
    ],
  },
  require: {
    conf: { FW_SEARCH_ALL: 'N', FW_MSG_SEARCH: ['DROP', 'DENIED'] },
    picket: ['--set', 'detection.requireText=[DROP, DENIED]'],
  },
  acks: {
    conf: { IGNORE_CONNTRACK_BUG_PKTS: 'N' },
    picket: ['--set', 'detection.ignore.ackAndRst=false'],
  },
  'ignored names': {
    conf: { IGNORE_PROTOCOLS: 'IGMP, 58' },
    picket: ['--set', 'detection.ignore.protocols=[IGMP, 58]'],
  },
  yes: { conf: { ENABLE_IPV6_DETECTION: 'YES' } },
  v4: { conf: { ENABLE_IPV6_DETECTION: 'N' }, picket: ['--set', 'detection.ipv6=false'] },
  fwsnort: {
    conf: {
      SNORT_RULES_DIR: '@rules',
      FWSNORT_RULES_DIR: '@rules',
      SNORT_RULE_DL_FILE: '@snort_rule_dl',
    },
    files: { 'rules/made.rules': SNORT_RULES, snort_rule_dl: '2000002 4;\n2000003 0;\n' },
    picket: [
      '--set',
      'signatures.fwsnort.dirs=[DIR/rules]',
      '--set',
      'signatures.levelFiles=[DIR/snort_rule_dl]',
    ],
  },
  'rule levels': {
    conf: { SNORT_RULE_DL_FILE: '@snort_rule_dl' },
    files: { snort_rule_dl: '384 4;\n621 1;\n1228 0;\n' },
    picket: ['--set', 'signatures.levelFiles=[DIR/snort_rule_dl]'],
  },
  classes: {
    conf: { SNORT_RULES_DIR: '@rules' },
    files: {
      'rules/classification.config':
        'config classification: trojan-activity,made for a test,1\nconfig classification: misc-activity,made for a test,4\nconfig classification: attempted-recon,made for a test,3\n',
    },
    picket: ['--set', 'signatures.classifications=[DIR/rules/classification.config]'],
  },
  thresholds: {
    conf: {
      DANGER_LEVEL1: '2',
      DANGER_LEVEL2: '3',
      DANGER_LEVEL3: '6',
      DANGER_LEVEL4: '12',
      DANGER_LEVEL5: '24',
      DL1_UNIQUE_HOSTS: '3',
      DL2_UNIQUE_HOSTS: '4',
      DL3_UNIQUE_HOSTS: '6',
      DL4_UNIQUE_HOSTS: '9',
      DL5_UNIQUE_HOSTS: '20',
    },
    picket: [
      '--set',
      'detection.dangerLevels=[2, 3, 6, 12, 24]',
      '--set',
      'detection.uniqueHosts=[3, 4, 6, 9, 20]',
    ],
  },
  'sweeps off': {
    conf: { DL1_UNIQUE_HOSTS: '0' },
    picket: ['--set', 'detection.uniqueHosts=[0, 20, 50, 100, 500]'],
  },
  span: {
    conf: { PORT_RANGE_SCAN_THRESHOLD: '10' },
    picket: ['--set', 'detection.portRangeScan=10'],
  },
  home: {
    conf: { HOME_NET: '198.51.100.0/24' },
    picket: ['--home-net', '198.51.100.0/24'],
  },
}
