import type { PacketFacts } from './firewall.ts'
import type { Random } from './random.ts'

/** One attacker's doing: packets, one after the other, a fixed pause apart. */
export interface Scenario {
  readonly name: string
  /** When it begins, and again after `every`, in ms from the start. */
  readonly after: number
  readonly every: number
  readonly packets: number
  readonly pauseMs: number
  packet(i: number, round: number, random: Random): PacketFacts
}

const HOME = '198.51.100.'
const HOME6 = '2001:0db8:0000:0000:0000:0000:0000:'
const LINUX_OPTIONS = '020405B40402080A00825F5D0000000001030307'

/** A port of a list that looks shuffled, each once: i times an odd number modulo the count. */
const shuffled = (i: number, count: number): number => (i * 7919) % count

/** Attackers of every kind, from documentation addresses; sized so that every level from 1 to 5 is reached in the first minute. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'SYN scan',
    after: 1000,
    every: 240_000,
    packets: 1700,
    pauseMs: 12,
    packet: (i, round) => ({
      src: `203.0.113.${10 + (round % 5)}`,
      dst: `${HOME}10`,
      protocol: 'TCP',
      dpt: 1 + shuffled(i, 5000),
      length: 44,
      options: '020405B4',
    }),
  },
  {
    name: 'connect scan',
    after: 2000,
    every: 150_000,
    packets: 40,
    pauseMs: 120,
    packet: (i) => ({
      src: '203.0.113.20',
      dst: `${HOME}11`,
      protocol: 'TCP',
      dpt: 20 + i * 3,
      length: 60,
      window: 64_240,
      options: LINUX_OPTIONS,
    }),
  },
  {
    name: 'FIN scan',
    after: 3000,
    every: 180_000,
    packets: 20,
    pauseMs: 100,
    packet: (i) => ({
      src: '203.0.113.30',
      dst: `${HOME}12`,
      protocol: 'TCP',
      dpt: 100 + i,
      flags: 'FIN',
    }),
  },
  {
    name: 'NULL scan',
    after: 4000,
    every: 180_000,
    packets: 18,
    pauseMs: 100,
    packet: (i) => ({
      src: '203.0.113.31',
      dst: `${HOME}12`,
      protocol: 'TCP',
      dpt: 200 + i,
      flags: '',
    }),
  },
  {
    name: 'XMAS scan',
    after: 5000,
    every: 180_000,
    packets: 16,
    pauseMs: 100,
    packet: (i) => ({
      src: '203.0.113.32',
      dst: `${HOME}12`,
      protocol: 'TCP',
      dpt: 300 + i,
      flags: 'URG PSH FIN',
    }),
  },
  {
    name: 'ACK scan',
    after: 5500,
    every: 180_000,
    packets: 16,
    pauseMs: 100,
    packet: (i) => ({
      src: '203.0.113.33',
      dst: `${HOME}12`,
      protocol: 'TCP',
      dpt: 400 + i,
      flags: 'ACK',
    }),
  },
  {
    name: 'UDP scan',
    after: 2500,
    every: 160_000,
    packets: 170,
    pauseMs: 60,
    packet: (i) => ({
      src: '203.0.113.40',
      dst: `${HOME}13`,
      protocol: 'UDP',
      dpt: 1 + shuffled(i, 1024),
      length: 28,
    }),
  },
  {
    name: 'ICMP probes',
    after: 6000,
    every: 120_000,
    packets: 8,
    pauseMs: 300,
    packet: () => ({ src: '203.0.113.50', dst: `${HOME}14`, protocol: 'ICMP', length: 84 }),
  },
  {
    name: 'invalid ICMP',
    after: 7000,
    every: 200_000,
    packets: 2,
    pauseMs: 500,
    packet: () => ({
      src: '203.0.113.51',
      dst: `${HOME}14`,
      protocol: 'ICMP',
      type: 8,
      code: 3,
      length: 28,
    }),
  },
  {
    name: 'IP protocol scan',
    after: 6500,
    every: 200_000,
    packets: 12,
    pauseMs: 150,
    packet: (i) => ({ src: '203.0.113.60', dst: `${HOME}15`, protocol: 140 + i * 2, length: 20 }),
  },
  {
    name: 'sweep for SSH',
    after: 1500,
    every: 130_000,
    packets: 110,
    pauseMs: 90,
    packet: (i) => ({
      src: '203.0.113.70',
      dst: `${HOME}${i + 1}`,
      protocol: 'TCP',
      dpt: 22,
      id: 54_321,
      window: 65_535,
    }),
  },
  {
    name: 'sweep of a /23',
    after: 8000,
    every: 400_000,
    packets: 510,
    pauseMs: 25,
    packet: (i) => ({
      src: '203.0.113.71',
      dst: `198.18.${i >> 8}.${i & 255}`,
      protocol: 'TCP',
      dpt: 445,
      length: 52,
      window: 8192,
    }),
  },
  {
    name: 'Mirai',
    after: 4500,
    every: 140_000,
    packets: 24,
    pauseMs: 200,
    packet: (i) => ({
      src: '203.0.113.80',
      dst: `${HOME}${16 + (i >> 1)}`,
      protocol: 'TCP',
      dpt: i % 10 === 9 ? 2323 : 23,
      window: 14_600,
    }),
  },
  {
    name: 'IPv6 scan',
    after: 3500,
    every: 170_000,
    packets: 160,
    pauseMs: 70,
    packet: (i) => ({
      src: `${HOME6}beef`,
      dst: `${HOME6}0010`,
      protocol: 'TCP',
      dpt: 1 + shuffled(i, 2048),
      length: 40,
    }),
  },
  {
    name: 'slow scan',
    after: 500,
    every: 3_600_000,
    packets: 400,
    pauseMs: 4000,
    packet: (i) => ({
      src: '203.0.113.90',
      dst: `${HOME}17`,
      protocol: 'TCP',
      dpt: 8000 + i,
      length: 44,
    }),
  },
]

const NOISE_PORTS = [22, 23, 80, 443, 445, 1433, 3389, 5060, 5555, 6379, 8080, 8443] as const

/** What is always there: single probes from everywhere, answers, retries, accepted packets. */
export function noise(random: Random): PacketFacts {
  const dst = `${HOME}${random.between(1, 40)}`
  const src = `100.${random.between(64, 127)}.${random.below(256)}.${random.between(1, 254)}`
  const kind = random.below(100)
  if (kind < 55)
    return {
      src,
      dst,
      protocol: 'TCP',
      dpt: random.pick(NOISE_PORTS),
      length: random.pick([40, 44, 52, 60]),
      window: random.pick([1024, 8192, 65_535]),
    }
  if (kind < 65)
    return {
      src: '192.0.2.53',
      dst,
      protocol: 'UDP',
      spt: 53,
      dpt: random.between(32_768, 60_999),
      length: 120,
    }
  if (kind < 72)
    return {
      src: '192.0.2.123',
      dst,
      protocol: 'UDP',
      spt: 123,
      dpt: random.between(32_768, 60_999),
      length: 76,
    }
  if (kind < 82)
    return {
      src: `192.0.2.${random.between(80, 90)}`,
      dst,
      protocol: 'TCP',
      spt: 443,
      dpt: random.between(32_768, 60_999),
      flags: random.pick(['ACK RST', 'ACK', 'ACK FIN']),
      length: 40,
    }
  if (kind < 90)
    return {
      src: `192.0.2.${random.between(100, 120)}`,
      dst: `${HOME}80`,
      protocol: 'TCP',
      dpt: 443,
      length: 60,
      window: 64_240,
      verdict: random.pick(['accept', 'accept', 'audit'] as const),
    }
  // Somebody's old bookmark: one connection, tried again and again.
  if (kind < 92)
    return {
      src: '192.0.2.140',
      dst: `${HOME}81`,
      protocol: 'TCP',
      spt: 51_234,
      dpt: 8081,
      length: 60,
      window: 64_240,
      options: LINUX_OPTIONS,
    }
  if (kind < 94)
    return {
      src: `${HOME}${random.between(100, 140)}`,
      dst: `${HOME}255`,
      protocol: 'UDP',
      spt: 137,
      dpt: 137,
      length: 78,
    }
  if (kind < 96)
    return {
      src: `2001:0db8:00aa:${hextet(random)}:0000:0000:${hextet(random)}:0001`,
      dst: `${HOME6}00${random.between(10, 40)}`,
      protocol: 'TCP',
      dpt: random.pick(NOISE_PORTS),
      length: 40,
      window: 64_800,
    }
  return {
    src,
    dst,
    protocol: 'UDP',
    dpt: random.pick([53, 123, 161, 1900, 5060] as const),
    length: 60,
  }
}

function hextet(random: Random): string {
  return random.below(65_536).toString(16).padStart(4, '0')
}

/** Kernel lines that are no packets. */
export const CHATTER: readonly [string, ...string[]] = [
  'device eth0 entered promiscuous mode',
  'br0: port 1(eth1) entered forwarding state',
  'nf_conntrack: table full, dropping packet',
]
