import type { PartialDataFrame } from '@grafana/data'
import { eventsFrame, logsFrame } from './frames'
import { END, randomFrom, START } from './models'

/** What a test gives the panel: frames as Grafana's data sources make them, by documentation addresses only. */
export type Frames = PartialDataFrame[]

/** Address of the n-th source: 203.0.113.0/24 first, then 198.18.0.0/15. */
export function addressOf(n: number): string {
  return n < 254 ? `203.0.113.${n + 1}` : `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
}

const PORTS = [22, 23, 80, 443, 445, 1433, 3306, 3389, 5060, 5900, 6379, 8080, 8443, 9200]
const SCANS = ['syn', 'syn', 'syn', 'fin', 'null', 'udp'] as const

/** Picket's detection events (version 1), one a source, oldest first. */
export function detectionEvents(count: number, seed = 7): Record<string, unknown>[] {
  const random = randomFrom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const times = Array.from({ length: count }, () => START + random() * (END - START)).sort(
    (a, b) => a - b,
  )
  return times.map((time, n) => {
    const source = addressOf(n)
    const shape = random()
    const level = Math.min(5, Math.max(1, Math.floor(1 + random() * random() * 5.2)))
    const packets = Math.round(5 * 10 ** (level - 1) * (1 + random()))
    const first = Math.max(START, time - random() * 1_800_000)
    const scan = pick(SCANS)
    const protocol = scan === 'udp' ? 'udp' : 'tcp'
    const low = 1 + Math.floor(random() * 40_000)
    const ranges =
      shape < 0.3
        ? [`${low}-${low + Math.min(packets, 999)}`]
        : shape < 0.7
          ? [String(pick(PORTS))]
          : [...new Set([pick(PORTS), pick(PORTS), pick(PORTS)])].sort((a, b) => a - b).map(String)
    const isSweep = shape >= 0.3 && shape < 0.7
    const destinations = isSweep ? 5 + Math.floor(random() * 27) : 1
    return {
      v: 1,
      id: n.toString(16).padStart(32, '0'),
      time: iso(time),
      kind: isSweep ? 'sweep' : 'scan',
      scan,
      source,
      destination: `192.0.2.${1 + Math.floor(random() * 30)}`,
      destinations,
      dangerLevel: level,
      previousLevel: 0,
      packets,
      ports: { [protocol]: ranges },
      protocols: [protocol],
      ...(random() < 0.2 && { sid: 1_418, message: 'SNMP request over TCP' }),
      reasons: [`${packets} packets: level ${level} from ${5 * 10 ** (level - 1)}`],
      evidence: {
        query: `{job="firewall"} |= "SRC=${source} "`,
        from: iso(first),
        to: iso(time + 1),
      },
      firstSeen: iso(first),
      lastSeen: iso(time),
      host: 'fw',
      prefix: 'UFW BLOCK',
      interface: 'eth0',
      chain: 'INPUT',
      ...(random() < 0.3 && { os: 'Linux 2.4' }),
      ...(random() < 0.3 && { country: 'NL' }),
    }
  })
}

/** The answer of a Loki data source to `{job="picket"}`, newest first. */
export function detectionFrames(events: readonly Record<string, unknown>[]): Frames {
  return [eventsFrame(events)]
}

/** The answers of a Prometheus data source to Picket's metrics, one series a frame, a value a minute. */
export function metricFrames(count: number, seed = 7): Frames {
  const random = randomFrom(seed)
  const steps = Array.from({ length: 61 }, (_, i) => END - (60 - i) * 60_000)
  const growing = (to: number) =>
    steps.map((_, i) => Math.round((to * (i + 1)) / steps.length / (1 + random() * 0.01)))
  const frames: Frames = []
  const add = (name: string, labels: Record<string, string>, values: number[]) => {
    frames.push(seriesFrame(name, labels, steps, values))
  }
  const levels = [0, 0, 0, 0, 0, 0]
  for (let n = 0; n < count; n++) {
    const level = Math.min(5, Math.max(1, Math.floor(1 + random() * random() * 5.2)))
    levels[level] = (levels[level] ?? 0) + 1
    const source = addressOf(n)
    add('picket_attacker_packets', { source }, growing(5 * 10 ** (level - 1)))
    add(
      'picket_attacker_danger_level',
      { source },
      steps.map(() => level),
    )
  }
  for (const port of count === 0 ? [] : PORTS)
    add(
      'picket_scanned_port_packets',
      { protocol: 'tcp', port: String(port) },
      growing(1000 * random()),
    )
  levels.forEach((sources, level) =>
    add(
      'picket_sources',
      { danger_level: String(level) },
      steps.map(() => sources),
    ),
  )
  return frames
}

/** Lines as ufw writes them: the first sources scan ports, the others sweep one. Oldest first. */
export function firewallLines(count: number, seed = 7): { time: number; line: string }[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, (_, i) => {
    const time = START + ((END - START) * i) / Math.max(1, count)
    const n = Math.floor(random() * Math.max(1, Math.min(200, count / 20)))
    const source = addressOf(n)
    const port = n % 3 === 0 ? 1 + (i % 5000) : (PORTS[n % PORTS.length] ?? 22)
    const target = n % 3 === 0 ? 1 + (n % 5) : 1 + (i % 250)
    const stamp = new Date(time).toISOString().slice(0, 19)
    return {
      time,
      line:
        `${stamp}+00:00 fw kernel: [UFW BLOCK] IN=eth0 OUT= MAC= SRC=${source} DST=192.0.2.${target} LEN=44 TOS=0x00 ` +
        `PREC=0x00 TTL=${40 + (n % 20)} ID=${i & 65_535} PROTO=TCP SPT=${1024 + (i % 60_000)} DPT=${port} WINDOW=1024 ` +
        'RES=0x00 SYN URGP=0',
    }
  })
}

/** The answer of a Loki data source to a query for firewall lines, newest first. */
export function lineFrames(lines: readonly { time: number; line: string }[]): Frames {
  const labels = { job: 'firewall', host: 'fw' }
  return [logsFrame(lines.map((row) => ({ ...row, labels })))]
}

function seriesFrame(
  name: string,
  labels: Record<string, string>,
  times: number[],
  values: number[],
): PartialDataFrame {
  const text = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  return {
    refId: 'B',
    name: `${name}{${text.join(', ')}}`,
    meta: { type: 'timeseries-multi' as never, custom: { resultType: 'matrix' } },
    fields: [
      { name: 'Time', type: 'time' as never, values: times, config: { interval: 60_000 } },
      {
        name: 'Value',
        type: 'number' as never,
        values,
        labels: { __name__: name, ...labels },
        config: { displayNameFromDS: `${name}{${text.join(', ')}}` },
      },
    ],
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
