import { createSimulator } from '../../../processor/src/simulator/index.ts'
import type { PushedLine } from '../../helpers/traffic.ts'

/** A stretch of traffic of its own, far enough from the others that neither windows nor scans overlap. */
export interface Scenario {
  readonly name: string
  readonly lines: readonly PushedLine[]
  /** Seconds after its begin, and what has to fire then, with labels, and nothing else. */
  readonly at: readonly {
    readonly seconds: number
    readonly firing: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
  }[]
}

/** Given level 4 in the configuration of the test: SNMP's agent extension, which the noise never asks for. */
export const SIGNATURE = { sid: 1421, port: 705, level: 4 } as const
/** On a list in the configuration of the test, at level 5. */
export const LISTED = '198.18.0.0/16'
export const MANY = 10_000

const MINUTE = 60

export function scenariosFrom(begins: (index: number) => number): readonly Scenario[] {
  return [noise, silence, portScan, sweep, signature, rateLimit, tenThousand].map((make, i) =>
    make(begins(i)),
  )
}

interface Probe {
  /** Seconds after the scenario's begin. */
  readonly at: number
  readonly src: string
  readonly dst?: string
  readonly dpt: number
  readonly host?: string
}

function line(
  begin: number,
  { at, src, dst = '198.51.100.1', dpt, host = 'fw1' }: Probe,
): PushedLine {
  return {
    ns: BigInt(Math.round((begin + at) * 1e6)) * 1000n,
    labels: { job: 'firewall', host },
    line: `[UFW BLOCK] IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=${src} DST=${dst} LEN=44 TOS=0x00 PREC=0x00 TTL=52 ID=${Math.round(at * 997) % 65_536} PROTO=TCP SPT=${40_000 + (dpt % 20_000)} DPT=${dpt} WINDOW=1024 RES=0x00 SYN URGP=0 OPT (020405B4) `,
  }
}

const probes = (begin: number, count: number, of: (i: number) => Probe): PushedLine[] =>
  Array.from({ length: count }, (_, i) => line(begin, of(i)))

/** What the demo's three firewalls write all the time, without its attackers. */
function background(begin: number, seconds: number, rate: number): PushedLine[] {
  const simulator = createSimulator({ seed: 7, rate, start: begin * 1000, attackers: false })
  const lines: PushedLine[] = []
  // In small steps, for a longer one is taken for a machine that slept.
  for (let until = MINUTE; until <= seconds; until += MINUTE)
    lines.push(...simulator.next((begin + until) * 1000))
  return lines
}

function noise(begin: number): Scenario {
  const seconds = 150 * MINUTE
  return {
    name: "the demo's background noise",
    lines: background(begin, seconds, 1.5),
    at: Array.from({ length: 15 }, (_, i) => ({ seconds: (i + 1) * 10 * MINUTE, firing: {} })),
  }
}

function silence(begin: number): Scenario {
  const fw3Ends = BigInt(begin + 120 * MINUTE) * 1_000_000_000n
  const all = background(begin, 180 * MINUTE, 0.5)
  const fw3 = { PicketHostSilent: [{ host: 'fw3' }] }
  return {
    name: 'a firewall that stops logging, and then all of them',
    lines: all.filter(({ ns, labels }) => labels['host'] !== 'fw3' || ns < fw3Ends),
    at: [
      { seconds: 145 * MINUTE, firing: {} },
      { seconds: 155 * MINUTE, firing: fw3 },
      {
        seconds: 215 * MINUTE,
        firing: {
          PicketHostSilent: [{ host: 'fw1' }, { host: 'fw2' }, { host: 'fw3' }],
          PicketLoggingStopped: [{ job: 'firewall' }],
        },
      },
    ],
  }
}

function portScan(begin: number): Scenario {
  return {
    name: 'a scan of 1,600 ports of one host',
    lines: probes(begin, 1600, (i) => ({ at: i * 0.1, src: '203.0.113.7', dpt: 10_000 + i })),
    at: [
      // 150 packets: level 3.
      { seconds: 30, firing: {} },
      { seconds: 3 * MINUTE, firing: { PicketHighDangerSource: [{ danger_level: '4' }] } },
    ],
  }
}

function sweep(begin: number): Scenario {
  return {
    name: 'a sweep over 60 hosts',
    lines: probes(begin, 60, (i) => ({
      at: i,
      src: '203.0.113.70',
      dst: `198.51.100.${i + 1}`,
      dpt: 12_345,
    })),
    at: [
      // 20 hosts: level 2.
      { seconds: 40, firing: {} },
      { seconds: 2 * MINUTE, firing: { PicketSweep: [{ scan: 'syn', danger_level: '3' }] } },
    ],
  }
}

function signature(begin: number): Scenario {
  const message = 'SNMP agent extension asked for'
  return {
    name: 'one packet that matches a signature of level 4',
    lines: probes(begin, 2, (i) => ({
      at: i * MINUTE,
      src: '203.0.113.90',
      dpt: [12_345, SIGNATURE.port][i]!,
    })),
    at: [
      { seconds: 30, firing: {} },
      {
        seconds: 2 * MINUTE,
        firing: {
          PicketDangerousSignature: [{ sid: String(SIGNATURE.sid), message }],
          PicketHighDangerSource: [{ danger_level: '4' }],
        },
      },
    ],
  }
}

/** ufw's three lines a minute, whoever sends. */
function rateLimit(begin: number): Scenario {
  return {
    name: 'a firewall that writes three lines a minute, whatever comes',
    lines: probes(begin, 400, (i) => ({
      at: i * 20,
      src: `100.64.${i % 97}.${1 + (i % 250)}`,
      dst: `198.51.100.${1 + (i % 9)}`,
      dpt: [22, 23, 445, 3389, 8080][i % 5]!,
    })),
    at: [
      { seconds: 30 * MINUTE, firing: {} },
      { seconds: 132 * MINUTE, firing: { PicketLoggingRateLimited: [{ prefix: '[UFW BLOCK]' }] } },
    ],
  }
}

/** Ten thousand listed sources, each at eleven hosts, and at the signature's port: each gives a series of its own where one asks for it. */
function tenThousand(begin: number): Scenario {
  const perSource = 11
  return {
    name: 'ten thousand sources at level 5 at once, all of them sweeping',
    lines: probes(begin, MANY * perSource, (i) => {
      const source = i % MANY
      const host = Math.floor(i / MANY)
      return {
        at: i * 0.001,
        src: `198.18.${source >> 8}.${source & 255}`,
        dst: `198.51.100.${1 + host}`,
        dpt: host === 0 ? SIGNATURE.port : 445,
      }
    }),
    at: [
      {
        seconds: 3 * MINUTE,
        firing: {
          PicketHighDangerSource: [{ danger_level: '5' }],
          PicketSweep: [{ scan: 'syn', danger_level: '5' }],
          PicketDangerousSignature: [
            { sid: String(SIGNATURE.sid), message: 'SNMP agent extension asked for' },
          ],
        },
      },
    ],
  }
}
