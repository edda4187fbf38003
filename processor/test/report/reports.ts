import type { Report } from '../../src/core/report.ts'

/** Nothing was read. */
export const EMPTY: Report = {
  version: 1,
  generatedAt: '2026-01-01T00:00:00.000Z',
  profile: 'picket',
  window: { from: null, to: null },
  lines: { read: 0, packets: 0, skipped: { 'not-a-packet': 0, malformed: 0, ignored: 0 } },
  dangerLevels: { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 },
  signatures: [],
  attackers: [],
  ports: [],
  prefixes: {},
  protocols: {},
  sources: [],
  loggingHealth: [],
  totals: { sources: 0, destinations: 0, attackers: 0, detections: 0 },
}

/** Two attackers, IPv4 and IPv6, one of them with signatures, several protocols and destinations. */
export const BUSY: Report = {
  version: 1,
  generatedAt: '2026-01-01T00:00:00.000Z',
  profile: 'picket',
  window: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T02:00:00.250Z' },
  lines: { read: 1310, packets: 1300, skipped: { 'not-a-packet': 7, malformed: 3, ignored: 12 } },
  dangerLevels: { '1': 0, '2': 1, '3': 1, '4': 0, '5': 0 },
  signatures: [
    { sid: 900_001, message: 'Somebody tries "telnet"', protocol: 'tcp', count: 12, sources: 1 },
    { sid: 900_002, message: 'Echo request', protocol: 'icmp', count: 2, sources: 2 },
  ],
  attackers: [
    { source: '192.0.2.7', dangerLevel: 3, packets: 1002, signatureMatches: 14 },
    { source: '2001:db8::bad', dangerLevel: 2, packets: 20, signatureMatches: 0 },
  ],
  ports: [
    { protocol: 'tcp', port: 23, packets: 12 },
    { protocol: 'udp', port: 5060, packets: 9 },
    { protocol: 'tcp', port: 65_535, packets: 3 },
  ],
  prefixes: { '7': 5, DROP: 1000, '[UFW BLOCK]': 295 },
  protocols: { '162': 3, tcp: 1200, icmp6: 60, 'a-rather-long-name': 37 },
  sources: [
    {
      source: '192.0.2.7',
      dangerLevel: 3,
      reasons: ['1000 packets to 198.51.100.1 (150 or more)', '2 destinations'],
      packets: 1002,
      protocols: 3,
      firstSeen: '2026-01-01T00:00:00.000Z',
      lastSeen: '2026-01-01T01:00:00.000Z',
      scanTypes: ['syn', 'udp'],
      os: ['Linux:2.6'],
      destinations: [
        {
          destination: '198.51.100.1',
          packets: 1000,
          ports: { tcp: ['22-25', '1000-1500'], udp: ['5060'] },
          chain: 'INPUT',
          interface: 'eth1',
          protocols: ['tcp', 'udp'],
          signatures: [
            {
              sid: 900_001,
              message: 'Somebody tries "telnet"',
              protocol: 'tcp',
              count: 12,
              ports: [23, 2323],
              flags: ['SYN'],
            },
          ],
        },
        {
          destination: '198.51.100.2',
          packets: 2,
          ports: {},
          chain: '',
          interface: '',
          protocols: ['icmp'],
          signatures: [
            {
              sid: 900_002,
              message: 'Echo request',
              protocol: 'icmp',
              count: 2,
              ports: [],
              flags: [],
            },
          ],
        },
      ],
    },
    {
      source: '2001:db8::bad',
      dangerLevel: 2,
      reasons: ['20 packets to 2001:db8::1 (15 or more)'],
      packets: 20,
      protocols: 1,
      firstSeen: '2026-01-01T01:59:00.000Z',
      lastSeen: '2026-01-01T02:00:00.250Z',
      scanTypes: [],
      os: [],
      destinations: [
        {
          destination: '2001:db8::1',
          packets: 20,
          ports: { tcp: ['80'] },
          chain: 'FORWARD',
          interface: 'br-lan',
          protocols: ['tcp'],
          signatures: [],
        },
      ],
    },
  ],
  loggingHealth: [
    {
      check: 'rate-limited',
      prefix: '[UFW BLOCK]',
      detail: '3 a minute',
      since: '2026-01-01T00:00:00.000Z',
    },
  ],
  totals: { sources: 40, destinations: 3, attackers: 2, detections: 9 },
}
