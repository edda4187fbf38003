import type { Report, ReportSource } from '../../src/core/report.ts'

function source(change: Partial<ReportSource>): ReportSource {
  return {
    source: '192.0.2.1',
    dangerLevel: 3,
    reasons: [],
    packets: 100,
    protocols: 1,
    firstSeen: '2026-03-01T12:00:00Z',
    lastSeen: '2026-03-01T12:05:00Z',
    scanTypes: ['syn'],
    os: [],
    destinations: [],
    ...change,
  }
}

const destination = (address: string): ReportSource['destinations'][number] => ({
  destination: address,
  packets: 50,
  ports: { tcp: ['22', '1000-1500'] },
  chain: 'INPUT',
  interface: 'eth0',
  protocols: ['tcp'],
  signatures: [],
})

/** A report with an attacker at levels 5, 3 and 1. */
export function sampleReport(): Report {
  const sources = [
    source({
      dangerLevel: 5,
      packets: 12_000,
      reasons: ['12000 packets reach level 5'],
      destinations: [destination('198.51.100.1'), destination('198.51.100.2')],
    }),
    source({
      source: '2001:db8::1',
      scanTypes: ['udp'],
      destinations: [destination('2001:db8:1::1')],
    }),
    source({ source: '198.51.100.7', dangerLevel: 1, packets: 6 }),
  ]
  return {
    version: 1,
    generatedAt: '2026-03-01T12:05:01.000Z',
    profile: 'picket',
    window: { from: '2026-03-01T12:00:00Z', to: '2026-03-01T12:05:00Z' },
    lines: {
      read: 13_000,
      packets: 12_500,
      skipped: { 'not-a-packet': 400, malformed: 100, ignored: 0 },
    },
    dangerLevels: { 1: 1, 2: 0, 3: 1, 4: 0, 5: 1 },
    signatures: [],
    attackers: sources.map(({ source: address, dangerLevel, packets }) => ({
      source: address,
      dangerLevel,
      packets,
      signatureMatches: 0,
    })),
    ports: [
      { protocol: 'tcp', port: 22, packets: 800 },
      { protocol: 'udp', port: 53, packets: 20 },
    ],
    prefixes: { DROP: 12_500 },
    protocols: { tcp: 12_000, udp: 500 },
    sources,
    loggingHealth: [],
    totals: { sources: 40, destinations: 3, attackers: 3, detections: 9 },
  }
}
