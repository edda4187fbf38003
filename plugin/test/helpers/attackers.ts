import type { Attacker } from '../../src/data/model'

/** One attacker; what a test does not care about has plain values. */
export function attacker(part: Partial<Attacker> = {}): Attacker {
  return {
    index: 0,
    source: '203.0.113.1',
    level: 3,
    packets: 100,
    destinationCount: 1,
    destinations: [],
    ports: [],
    portsTruncated: false,
    kinds: [],
    signatures: [],
    reasons: [],
    firstSeen: NaN,
    lastSeen: NaN,
    detections: 1,
    ...part,
  }
}

/** Attackers numbered by their places, each with an address of its own. */
export const attackers = (parts: readonly Partial<Attacker>[]): Attacker[] =>
  parts.map((part, index) => attacker({ index, source: `203.0.113.${index + 1}`, ...part }))
