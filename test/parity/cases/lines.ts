import { full, icmp, ip, line, tcp, times, udp } from '../lines.ts'
import { rows } from './case.ts'
import type { Case, Ends } from './case.ts'

/** Replaces the header of a line. */
const headed = (text: string, head: string): string => text.replace(/^.*?kernel: \[[\d.]+\] /, head)

/** Eight ports of one host: a scan of level 1 in whatever dress it comes. */
const dressed =
  (dress: (line: string, i: number) => string) =>
  (_: unknown, { src, dst }: Ends): string[] =>
    times(8, (i) => dress(tcp({ src, dst, dpt: 3000 + i }), i))

const FORMATS: readonly (readonly [string, (line: string, i: number) => string])[] = [
  ['classic syslog', (text) => headed(text, 'Mar 11 20:35:11 host kernel: ')],
  ['classic syslog, single-digit day', (text) => headed(text, 'Mar  1 20:35:11 host kernel: ')],
  ['kernel time', (text) => headed(text, 'Mar 11 20:35:11 host kernel: [    1.25] ')],
  ['kernel time, long', (text) => headed(text, 'Mar 11 20:35:11 host kernel: [13626.584587] ')],
  [
    'kernel time of a long uptime',
    (text) => headed(text, 'Mar 11 20:35:11 host kernel: [1234567.123456] '),
  ],
  ['ISO with Z', (text) => headed(text, '2026-03-11T20:35:11Z host kernel: ')],
  [
    'ISO with fraction and offset',
    (text) => headed(text, '2026-03-11T20:35:11.123456+01:00 host kernel: '),
  ],
  ['a file name glued in front', (text) => headed(text, 'messages:Mar 11 20:35:11 host kernel: ')],
  [
    'UFW',
    (text) => headed(text, 'Mar 11 20:35:11 host kernel: [12.3] ').replace('DROP', '[UFW BLOCK]'),
  ],
  ['UFW audit', (text) => text.replace('DROP', '[UFW AUDIT]')],
  ['UFW allow', (text) => text.replace('DROP', '[UFW ALLOW]')],
  ['firewalld with quotes', (text) => text.replace('DROP ', '"filter_IN_public_REJECT: "')],
  ['FINAL_REJECT', (text) => text.replace('DROP', 'FINAL_REJECT:')],
  ['Shorewall', (text) => text.replace('DROP ', 'Shorewall:net-fw:DROP:')],
  ['no prefix', (text) => text.replace('DROP ', '')],
  ['a prefix of several words', (text) => text.replace('DROP', 'iptables denied in')],
  ['a prefix with a colon and number', (text) => text.replace('DROP', 'RULE 7 -- DENY')],
  ['a prefix with an equals sign', (text) => text.replace('DROP', 'action=drop')],
  ['journald export', (text) => headed(text, 'Mar 11 20:35:11 host kernel: ')],
  ['physical interfaces of a bridge', (text) => text.replace('OUT= ', 'OUT= PHYSIN=veth3 ')],
  ['a mark', (text) => text.replace('URGP=0 ', 'URGP=0 MARK=0x1 ')],
  ['no MAC', (text) => text.replace(/MAC=\S+ /, '')],
  ['an empty MAC', (text) => text.replace(/MAC=\S+ /, 'MAC= ')],
  ['PREC and TOS set', (text) => text.replace('TOS=0x00 PREC=0x00', 'TOS=0x10 PREC=0x20')],
  ['CE', (text) => text.replace('ID=4711', 'ID=4711 CE')],
  ['DF', (text) => text.replace('ID=4711', 'ID=4711 DF')],
  ['a carriage return at the end', (text) => `${text}\r`],
  ['blanks at the end', (text) => `${text}   `],
  ['no kernel tag', (text) => headed(text, '')],
  ['RFC 5424', (text) => headed(text, '<4>1 2026-03-11T20:35:11Z host kernel - - - ')],
  ['kernel with a pid', (text) => headed(text, 'Mar 11 20:35:11 host kernel[0]: ')],
]

const NO_PACKETS: readonly (readonly [string, (line: string) => string])[] = [
  [
    'another program',
    () => 'Mar 11 20:35:11 host sshd[1]: Failed password for root from 203.0.113.1',
  ],
  ['an empty line', () => ''],
  ['no OUT=', (text) => text.replace(' OUT=', ' ')],
  ['no SRC=', (text) => text.replace(/SRC=\S+ /, '')],
  ['no DST=', (text) => text.replace(/DST=\S+ /, '')],
  ['no PROTO=', (text) => text.replace(/PROTO=\S+ /, '')],
  ['no LEN=', (text) => text.replace(/LEN=\S+ /, '')],
  ['no TTL=', (text) => text.replace(/TTL=\S+ /, '')],
  ['no ID=', (text) => text.replace(/ ID=\S+/, '')],
  ['no SPT=', (text) => text.replace(/SPT=\S+ /, '')],
  ['no DPT=', (text) => text.replace(/DPT=\S+ /, '')],
  ['no WINDOW=', (text) => text.replace(/WINDOW=\S+ /, '')],
  ['no URGP=', (text) => text.replace(/URGP=\S+ /, '')],
  ['an address beyond 255', (text) => text.replace(/SRC=\S+/, 'SRC=203.0.113.256')],
  ['an address of three numbers', (text) => text.replace(/SRC=\S+/, 'SRC=203.0.113')],
  ['cut behind SRC', (text) => text.replace(/DST=.*$/, '')],
  ['cut in the middle of DPT', (text) => text.replace(/DPT=.*$/, 'DPT=')],
  ['IN= and OUT= both empty', (text) => text.replace('IN=eth0', 'IN=')],
  ['only ECE', (text) => text.replace('SYN URGP', 'ECE URGP')],
  ['only CWR', (text) => text.replace('SYN URGP', 'CWR URGP')],
  ['words in the place of flags', (text) => text.replace('SYN URGP', 'HELLO URGP')],
]

const INTERFACES: readonly (readonly [string, (ends: Ends) => string[]])[] = [
  ['IN eth1', ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, iface: 'eth1' }))],
  ['forwarded', ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, out: 'eth1' }))],
  [
    'going out',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, iface: '', out: 'eth0' })),
  ],
  [
    'a VLAN',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, iface: 'eth0.100' })),
  ],
  [
    'a bridge, in',
    ({ src, dst }) =>
      times(8, (i) =>
        tcp({ src, dst, dpt: 3000 + i, iface: 'br0' }).replace('OUT= ', 'PHYSIN=eth0 OUT= '),
      ),
  ],
  [
    'a bridge, forwarded',
    ({ src, dst }) =>
      times(8, (i) =>
        tcp({ src, dst, dpt: 3000 + i, iface: 'br0', out: 'br0' }).replace(
          'OUT=br0 ',
          'OUT=br0 PHYSIN=eth0 PHYSOUT=eth1 ',
        ),
      ),
  ],
  [
    'a bridge, forwarded, physical first',
    ({ src, dst }) =>
      times(8, (i) =>
        tcp({ src, dst, dpt: 3000 + i, iface: 'br0', out: 'br0' }).replace(
          ' OUT=',
          ' PHYSIN=eth0 OUT=',
        ),
      ),
  ],
  [
    'out of a bridge by its physical port',
    ({ src, dst }) =>
      times(8, (i) =>
        tcp({ src, dst, dpt: 3000 + i, iface: '', out: 'br0' }).replace(
          'IN= OUT',
          'IN= PHYSIN=eth0 OUT',
        ),
      ),
  ],
  ['loopback', ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, iface: 'lo' }))],
  [
    'a wireguard tunnel',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, iface: 'wg-home_1' })),
  ],
]

const MARKED: readonly (readonly [string, (ends: Ends) => string[]])[] = [
  ['tcp', ({ src, dst }) => times(16, (i) => tcp({ src, dst, dpt: 1 + i * 100 }))],
  ['udp', ({ src, dst }) => times(16, (i) => udp({ src, dst, dpt: 40_001 + i }))],
  ['icmp', ({ src, dst }) => times(16, () => icmp({ src, dst, type: 13 }))],
  [
    'tcp over IPv6',
    ({ src6: src, dst6: dst }) => times(16, (i) => tcp({ src, dst, dpt: 3000 + i })),
  ],
  [
    'udp over IPv6',
    ({ src6: src, dst6: dst }) => times(16, (i) => udp({ src, dst, dpt: 40_001 + i })),
  ],
  [
    'udplite over IPv6',
    ({ src6: src, dst6: dst }) =>
      times(16, (i) => udp({ src, dst, dpt: 3000 + i }).replace('PROTO=UDP ', 'PROTO=UDPLITE ')),
  ],
  ['icmp6', ({ src6: src, dst6: dst }) => times(16, () => icmp({ src, dst, type: 128 }))],
  ['IGMP by number', ({ src, dst }) => times(16, () => ip(2, { src, dst }))],
  ['GRE by number', ({ src, dst }) => times(6, () => ip(47, { src, dst }))],
  ['many protocols', ({ src, dst }) => times(12, (i) => ip(60 + i, { src, dst }))],
  [
    'protocol 0 and 255',
    ({ src, dst }) => times(6, (i) => ip(i % 2 === 0 ? 0 : 255, { src, dst })),
  ],
  ['a number over IPv6', ({ src6: src, dst6: dst }) => times(6, () => ip(47, { src, dst }))],
  [
    'udplite over IPv4',
    ({ src, dst }) =>
      times(6, (i) => udp({ src, dst, dpt: 3000 + i }).replace('PROTO=UDP ', 'PROTO=UDPLITE ')),
  ],
  [
    'IPv6 in short form',
    ({ src6, dst6 }) =>
      times(8, (i) =>
        tcp({ src: src6, dst: dst6, dpt: 3000 + i }).replace(`SRC=${full(src6)}`, `SRC=${src6}`),
      ),
  ],
  [
    'IPv6 with --log-tcp-sequence',
    ({ src6: src, dst6: dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, seq: 5 })),
  ],
  [
    'IPv4 with --log-tcp-sequence',
    ({ src, dst }) => times(8, (i) => tcp({ src, dst, dpt: 3000 + i, seq: 4_000_000_000 + i })),
  ],
  [
    'IPv6 upper case',
    ({ src6, dst6 }) =>
      times(8, (i) =>
        tcp({ src: src6, dst: dst6, dpt: 3000 + i }).replace(
          `SRC=${full(src6)}`,
          `SRC=${full(src6).toUpperCase()}`,
        ),
      ),
  ],
  [
    'IPv6 UDP with options',
    ({ src6: src, dst6: dst }) =>
      times(8, (i) => udp({ src, dst, dpt: 3000 + i }).replace('PROTO=', 'OPT ( ) PROTO=')),
  ],
  [
    'IPv6 TCP with options',
    ({ src6: src, dst6: dst }) =>
      times(8, (i) => tcp({ src, dst, dpt: 3000 + i }).replace('PROTO=', 'OPT ( ) OPT ( ) PROTO=')),
  ],
]

const NAMED: readonly (readonly [string, (ends: Ends) => string[]])[] = [
  ['ESP', ({ src, dst }) => times(6, () => ip('ESP', { src, dst }).concat('SPI=0x1234 '))],
  ['AH', ({ src, dst }) => times(6, () => ip('AH', { src, dst }).concat('SPI=0x1234 '))],
  ['SCTP', ({ src, dst }) => times(6, () => ip('SCTP', { src, dst }).concat('SPT=1 DPT=2 '))],
  [
    'a later fragment of TCP',
    ({ src, dst }) => times(6, () => line({ src, dst }, '').replace(/ $/, 'FRAG:64 PROTO=TCP ')),
  ],
  [
    'a later fragment of UDP',
    ({ src, dst }) => times(6, () => line({ src, dst }, '').replace(/ $/, 'FRAG:64 PROTO=UDP ')),
  ],
  [
    'INCOMPLETE TCP',
    ({ src, dst }) => times(6, () => ip('TCP', { src, dst }).concat('INCOMPLETE [8 bytes] ')),
  ],
  [
    'INCOMPLETE UDP',
    ({ src, dst }) => times(6, () => ip('UDP', { src, dst }).concat('INCOMPLETE [4 bytes] ')),
  ],
]

const QUOTED = (inner: string): string => `[${inner} ]`
const ICMP_ERRORS: readonly (readonly [string, (ends: Ends) => string[]])[] = [
  [
    'an unreachable that quotes UDP',
    ({ src, dst }) =>
      times(6, () =>
        icmp({
          src,
          dst,
          type: 3,
          code: 3,
          quoted: QUOTED(
            `SRC=${dst} DST=${src} LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=UDP SPT=53 DPT=4000 LEN=40`,
          ),
        }),
      ),
  ],
  [
    'an unreachable that quotes TCP',
    ({ src, dst }) =>
      times(6, () =>
        icmp({
          src,
          dst,
          type: 3,
          code: 1,
          quoted: QUOTED(
            `SRC=${dst} DST=${src} LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=TCP SPT=53 DPT=4000 WINDOW=1 RES=0x00 SYN URGP=0`,
          ),
        }),
      ),
  ],
  [
    'an unreachable that quotes an echo request',
    ({ src, dst }) =>
      times(6, () =>
        icmp({
          src,
          dst,
          type: 3,
          code: 1,
          quoted: QUOTED(
            `SRC=${dst} DST=${src} LEN=84 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=ICMP TYPE=8 CODE=0 ID=9 SEQ=1`,
          ),
        }),
      ),
  ],
  [
    'a time exceeded that quotes UDP',
    ({ src, dst }) =>
      times(6, () =>
        icmp({
          src,
          dst,
          type: 11,
          code: 0,
          quoted: QUOTED(
            `SRC=${dst} DST=${src} LEN=60 TOS=0x00 PREC=0x00 TTL=1 ID=1 PROTO=UDP SPT=53 DPT=4000 LEN=40`,
          ),
        }),
      ),
  ],
]

const GLUED: readonly (readonly [string, (ends: Ends) => string[]])[] = [
  [
    'two lines in one',
    ({ src, dst }) => [
      ...times(6, (i) => tcp({ src, dst, dpt: 3000 + i })),
      tcp({ src, dst, dpt: 4000 }) + tcp({ src, dst, dpt: 5000 }),
    ],
  ],
]

/** Rows of the checklist about lines: formats, protocols, what is no packet, chains and interfaces. */
export const LINE_CASES: readonly Case[] = [
  ...rows('line formats', FORMATS, (dress, ends) => dressed(dress)(0, ends)),
  ...rows('malformed lines', NO_PACKETS, (dress, ends) => [
    ...dressed((text) => text)(0, ends),
    ...dressed((text) => dress(text))(0, ends),
  ]),
  ...rows('chain and interface', INTERFACES, (make, ends) => make(ends)),
  ...rows('protocols of IPv4 and IPv6', MARKED, (make, ends) => make(ends)),
  ...rows('ESP, AH, SCTP, fragments', NAMED, (make, ends) => make(ends)),
  ...rows('ICMP errors', ICMP_ERRORS, (make, ends) => make(ends)),
  ...rows('malformed lines', GLUED, (make, ends) => make(ends)),
]
