import { icmp, ip, tcp, times, udp } from '../lines.ts'
import { rows } from './case.ts'
import type { Case, Ends } from './case.ts'

const numbers = (...values: number[]): [string, number][] => values.map((n) => [String(n), n])

/** The n-th host of a network that belongs to the case. */
const host = ({ dst }: Ends, n: number): string => {
  const [a, b] = dst.split('.').map(Number)
  return `${a}.${b}.${100 + (n >> 8)}.${n & 255}`
}

/** High, odd ports that no shipped rule is about. */
const PORTS = [50_123, 50_125] as const

const OTHERS: readonly (readonly [string, (ends: Ends) => string[]])[] = [
  ['200 packets to one port', ({ src, dst }) => times(200, () => tcp({ src, dst, dpt: 50_123 }))],
  ['200 packets to UDP port 0', ({ src, dst }) => times(200, () => udp({ src, dst, dpt: 0 }))],
  [
    '200 packets to one TCP and one to another UDP port',
    ({ src, dst }) => [
      ...times(200, () => tcp({ src, dst, dpt: 50_123 })),
      udp({ src, dst, dpt: 50_200 }),
    ],
  ],
  ['7 SYN to one port', ({ src, dst }) => times(7, () => tcp({ src, dst, dpt: 50_123 }))],
  [
    '3 SYN and 4 valid ICMPv6',
    ({ src6: src, dst6: dst }) => [
      ...times(3, () => tcp({ src, dst, dpt: 50_123 })),
      ...times(4, () => icmp({ src, dst, type: 135, len: 72 })),
    ],
  ],
  [
    '3 SYN and 4 IGMP',
    ({ src, dst }) => [
      ...times(3, () => tcp({ src, dst, dpt: 50_123 })),
      ...times(4, () => ip(2, { src, dst })),
    ],
  ],
  [
    'three hosts with 5 packets each',
    (ends) => times(15, (i) => tcp({ src: ends.src, dst: host(ends, i % 3), dpt: 50_000 + i })),
  ],
  [
    '10 hosts of one port, 15 packets each',
    (ends) => times(150, (i) => tcp({ src: ends.src, dst: host(ends, i % 10), dpt: 50_123 })),
  ],
  [
    '9 hosts and 200 packets to one port of one',
    (ends) => [
      ...times(9, (i) => tcp({ src: ends.src, dst: host(ends, i), dpt: 50_123 })),
      ...times(200, () => tcp({ src: ends.src, dst: host(ends, 0), dpt: 50_123 })),
    ],
  ],
  [
    '5 UDP to port 0, then one to 1',
    ({ src, dst }) => [...times(5, () => udp({ src, dst, dpt: 0 })), udp({ src, dst, dpt: 1 })],
  ],
  [
    'ports 0 and 1 of TCP',
    ({ src, dst }) => times(6, (i) => tcp({ src, dst, dpt: i % 2, flags: 'FIN' })),
  ],
  [
    'a span of 65535',
    ({ src, dst }) =>
      times(6, (i) => tcp({ src, dst, dpt: i % 2 === 0 ? 65_535 : 2, flags: 'FIN PSH' })),
  ],
  [
    '5 protocols, one packet each',
    ({ src, dst }) => [...times(5, (i) => ip(60 + i, { src, dst }))],
  ],
  [
    '4 protocols, one packet each',
    ({ src, dst }) => [...times(4, (i) => ip(60 + i, { src, dst }))],
  ],
  [
    'tcp, udp, icmp and two numbers to one port each',
    ({ src, dst }) => [
      tcp({ src, dst, dpt: 50_123 }),
      udp({ src, dst, dpt: 50_123 }),
      icmp({ src, dst, type: 13 }),
      ip(60, { src, dst }),
      ip(61, { src, dst }),
    ],
  ],
  [
    'a sweep by ping',
    (ends) => times(12, (i) => icmp({ src: ends.src, dst: host(ends, i), type: 13 })),
  ],
  [
    'a sweep over IPv6',
    ({ src6: src }) => times(12, (i) => tcp({ src, dst: `2001:db8:77::${i + 1}`, dpt: 50_123 })),
  ],
  [
    'every flag text',
    ({ src, dst }) =>
      [
        'SYN',
        'FIN',
        '',
        'URG PSH FIN',
        'URG PSH SYN FIN',
        'SYN FIN',
        'PSH',
        'URG',
        'CWR ECE SYN',
        'ECE SYN',
      ].map((flags, i) => tcp({ src, dst, dpt: 50_100 + i, flags })),
  ],
  [
    'an ACK scan',
    ({ src, dst }) => times(20, (i) => tcp({ src, dst, dpt: 50_100 + i, flags: 'ACK' })),
  ],
  [
    'RST answers',
    ({ src, dst }) => times(20, (i) => tcp({ src, dst, dpt: 50_100 + i, flags: 'ACK RST' })),
  ],
  ['a port beyond 65535', ({ src, dst }) => times(6, (i) => tcp({ src, dst, dpt: 99_990 + i }))],
]

/** Rows of the checklist about danger levels, ICMP and the kinds of scan. */
export const LEVEL_CASES: readonly Case[] = [
  ...rows(
    'danger levels by packets',
    numbers(4, 5, 14, 15, 149, 150, 1499, 1500),
    (n, { src, dst }) => times(n, (i) => tcp({ src, dst, dpt: PORTS[i % 2]! })),
  ),
  ...rows(
    'danger levels by packets',
    numbers(4, 5, 15, 150).map(([name, n]) => [`${name} UDP`, n] as const),
    (n, { src, dst }) => times(n, (i) => udp({ src, dst, dpt: PORTS[i % 2]! })),
  ),
  ...rows(
    'danger levels by packets',
    numbers(4, 5, 15).map(([name, n]) => [`${name} timestamp requests`, n] as const),
    (n, { src, dst }) => times(n, () => icmp({ src, dst, type: 13 })),
  ),
  ...rows(
    'danger levels by packets',
    numbers(4, 5, 15).map(([name, n]) => [`${name} ICMPv6`, n] as const),
    (n, { src6: src, dst6: dst }) => times(n, () => icmp({ src, dst, type: 128 })),
  ),
  ...rows(
    'danger levels by packets',
    numbers(4, 5, 15).map(([name, n]) => [`${name} GRE`, n] as const),
    (n, { src, dst }) => times(n, () => ip(47, { src, dst })),
  ),
  ...rows('danger levels by hosts', numbers(9, 10, 19, 20, 49, 50, 99, 100, 499, 500), (n, ends) =>
    times(n, (i) => tcp({ src: ends.src, dst: host(ends, i), dpt: 50_123 })),
  ),
  ...rows('danger levels by ports and protocols', OTHERS, (make, ends) => make(ends)),
  ...rows(
    'invalid ICMP types',
    (
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [2, 0],
        [3, 0],
        [3, 15],
        [3, 16],
        [4, 0],
        [4, 1],
        [5, 3],
        [5, 4],
        [6, 0],
        [7, 0],
        [8, 0],
        [8, 2],
        [9, 0],
        [9, 16],
        [9, 3],
        [10, 0],
        [11, 1],
        [11, 2],
        [12, 2],
        [12, 3],
        [13, 0],
        [13, 7],
        [15, 0],
        [17, 0],
        [18, 1],
        [19, 0],
        [30, 0],
        [37, 0],
        [39, 1],
        [40, 5],
        [40, 6],
        [41, 0],
        [200, 0],
      ] as const
    ).map(([type, code]) => [`type ${type} code ${code}`, [type, code]] as const),
    ([type, code], { src, dst }) => times(2, () => icmp({ src, dst, type, code })),
  ),
  ...rows(
    'invalid ICMP types',
    (
      [
        [1, 0],
        [1, 8],
        [2, 0],
        [3, 1],
        [3, 2],
        [4, 2],
        [4, 3],
        [128, 0],
        [128, 1],
        [133, 0],
        [135, 0],
        [135, 22],
        [136, 0],
        [136, 137],
        [137, 0],
        [138, 1],
        [138, 255],
        [139, 3],
        [141, 0],
        [143, 0],
        [144, 0],
        [150, 0],
        [200, 0],
      ] as const
    ).map(([type, code]) => [`ICMPv6 type ${type} code ${code}`, [type, code]] as const),
    ([type, code], { src6: src, dst6: dst }) => times(2, () => icmp({ src, dst, type, code })),
  ),
]
