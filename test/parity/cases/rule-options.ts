import { tcp, udp } from '../lines.ts'
import { pair, rule, tcpRule } from './rule-case.ts'
import type { RuleCase } from './rule-case.ts'

/** Rules that ask for a number of the packet. */
export const NUMBERS: readonly (readonly [string, RuleCase])[] = [
  [
    'ttl',
    {
      rule: tcpRule(1001, 'ttl:7; '),
      lines: pair(tcp, { dpt: 1001, ttl: 7 }, { dpt: 1001, ttl: 8 }),
    },
  ],
  [
    'ttl below',
    {
      rule: tcpRule(1002, 'ttl:<5; '),
      lines: pair(tcp, { dpt: 1002, ttl: 4 }, { dpt: 1002, ttl: 5 }),
    },
  ],
  [
    'ttl above',
    {
      rule: tcpRule(1003, 'ttl:>200; '),
      lines: pair(tcp, { dpt: 1003, ttl: 201 }, { dpt: 1003, ttl: 200 }),
    },
  ],
  [
    'ttl at most',
    {
      rule: tcpRule(1004, 'ttl:<=5; '),
      lines: pair(tcp, { dpt: 1004, ttl: 5 }, { dpt: 1004, ttl: 6 }),
    },
  ],
  [
    'ttl at least',
    {
      rule: tcpRule(1005, 'ttl:>=200; '),
      lines: pair(tcp, { dpt: 1005, ttl: 200 }, { dpt: 1005, ttl: 199 }),
    },
  ],
  [
    'ttl range',
    {
      rule: tcpRule(1006, 'ttl:10:20; '),
      lines: pair(tcp, { dpt: 1006, ttl: 20 }, { dpt: 1006, ttl: 21 }),
    },
  ],
  [
    'ttl not',
    {
      rule: tcpRule(1007, 'ttl:!7; '),
      lines: pair(tcp, { dpt: 1007, ttl: 8 }, { dpt: 1007, ttl: 7 }),
    },
  ],
  [
    'id',
    {
      rule: tcpRule(1008, 'id:54321; '),
      lines: pair(tcp, { dpt: 1008, id: 54_321 }, { dpt: 1008, id: 1 }),
    },
  ],
  [
    'id above',
    {
      rule: tcpRule(1009, 'id:>60000; '),
      lines: pair(tcp, { dpt: 1009, id: 60_001 }, { dpt: 1009, id: 60_000 }),
    },
  ],
  [
    'window',
    {
      rule: tcpRule(1010, 'window:55808; '),
      lines: pair(tcp, { dpt: 1010, window: 55_808 }, { dpt: 1010, window: 55_807 }),
    },
  ],
  [
    'window range',
    {
      rule: tcpRule(1011, 'window:100:200; '),
      lines: pair(tcp, { dpt: 1011, window: 100 }, { dpt: 1011, window: 99 }),
    },
  ],
  [
    'seq',
    {
      rule: tcpRule(1012, 'seq:674711609; '),
      lines: pair(tcp, { dpt: 1012, seq: 674_711_609 }, { dpt: 1012, seq: 1 }),
    },
  ],
  [
    'seq of 32 bits',
    {
      rule: tcpRule(1013, 'seq:4294967295; '),
      lines: pair(tcp, { dpt: 1013, seq: 4_294_967_295 }, { dpt: 1013, seq: 4_294_967_294 }),
    },
  ],
  [
    'ack',
    {
      rule: tcpRule(1014, 'ack:1101; '),
      lines: pair(tcp, { dpt: 1014, seq: 1, ack: 1101 }, { dpt: 1014, seq: 1, ack: 1102 }),
    },
  ],
  [
    'psad_ip_len',
    {
      rule: tcpRule(1015, 'psad_ip_len:44; '),
      lines: pair(tcp, { dpt: 1015, len: 44 }, { dpt: 1015, len: 45 }),
    },
  ],
  [
    'psad_ip_len above',
    {
      rule: tcpRule(1016, 'psad_ip_len:>1000; '),
      lines: pair(tcp, { dpt: 1016, len: 1001 }, { dpt: 1016, len: 1000 }),
    },
  ],
  [
    'dsize of a SYN',
    {
      rule: tcpRule(1017, 'dsize:16; '),
      lines: pair(tcp, { dpt: 1017, len: 100 }, { dpt: 1017, len: 101 }),
    },
  ],
  [
    'dsize of a FIN',
    {
      rule: tcpRule(1018, 'dsize:>3; '),
      lines: pair(tcp, { dpt: 1018, len: 44, flags: 'FIN' }, { dpt: 1018, len: 43, flags: 'FIN' }),
    },
  ],
  [
    'psad_dsize',
    {
      rule: tcpRule(1019, 'psad_dsize:>100; '),
      lines: pair(tcp, { dpt: 1019, len: 300 }, { dpt: 1019, len: 100 }),
    },
  ],
  [
    'dsize of UDP',
    {
      rule: rule('udp any any -> any 1020', 'dsize:>10; '),
      lines: pair(udp, { dpt: 1020, payload: 11 }, { dpt: 1020, payload: 10 }),
    },
  ],
  [
    'dsize of UDP 0',
    {
      rule: rule('udp any any -> any 1021', 'dsize:0; '),
      lines: pair(udp, { dpt: 1021, payload: 0 }, { dpt: 1021, payload: 1 }),
    },
  ],
  [
    'a number not logged',
    { rule: tcpRule(1022, 'seq:0; '), lines: pair(tcp, { dpt: 1022 }, { dpt: 1022, seq: 5 }) },
  ],
]

/** Rules that ask for TCP flags. */
export const FLAGS: readonly (readonly [string, RuleCase])[] = [
  [
    'S',
    {
      rule: tcpRule(1101, 'flags:S; '),
      lines: pair(tcp, { dpt: 1101 }, { dpt: 1101, flags: 'FIN' }),
    },
  ],
  [
    'F',
    {
      rule: tcpRule(1102, 'flags:F; '),
      lines: pair(tcp, { dpt: 1102, flags: 'FIN' }, { dpt: 1102 }),
    },
  ],
  [
    'SF',
    {
      rule: tcpRule(1103, 'flags:SF; '),
      lines: pair(tcp, { dpt: 1103, flags: 'SYN FIN' }, { dpt: 1103 }),
    },
  ],
  [
    'FPU',
    {
      rule: tcpRule(1104, 'flags:FPU; '),
      lines: pair(tcp, { dpt: 1104, flags: 'URG PSH FIN' }, { dpt: 1104, flags: 'FIN' }),
    },
  ],
  [
    'N',
    { rule: tcpRule(1105, 'flags:N; '), lines: pair(tcp, { dpt: 1105, flags: '' }, { dpt: 1105 }) },
  ],
  [
    '0',
    { rule: tcpRule(1106, 'flags:0; '), lines: pair(tcp, { dpt: 1106, flags: '' }, { dpt: 1106 }) },
  ],
  [
    'S with ECN',
    {
      rule: tcpRule(1107, 'flags:S; '),
      lines: pair(tcp, { dpt: 1107, flags: 'CWR ECE SYN' }, { dpt: 1107, flags: 'FIN' }),
    },
  ],
  [
    'S,12',
    {
      rule: tcpRule(1108, 'flags:S,12; '),
      lines: pair(tcp, { dpt: 1108 }, { dpt: 1108, flags: 'FIN' }),
    },
  ],
  [
    'SFPU',
    {
      rule: tcpRule(1109, 'flags:SFPU; '),
      lines: pair(tcp, { dpt: 1109, flags: 'URG PSH SYN FIN' }, { dpt: 1109 }),
    },
  ],
]
