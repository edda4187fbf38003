import {
  EMPTY_MODEL,
  type Activity,
  type Attacker,
  type Level,
  type Model,
  type Moment,
} from '../../src/data/model'

/** A number from 0 to 1, the same row for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export const END = Date.UTC(2026, 0, 10, 12)
export const START = END - 6 * 3_600_000

/** A believable model: `count` attackers from documentation networks, scans, sweeps and single probes, over six hours. */
export function fakeModel(count: number, seed = 7): Model {
  const random = randomFrom(seed)
  const popular = [22, 23, 80, 443, 445, 1433, 3306, 3389, 5060, 5900, 6379, 8080, 8443, 9200]
  const addresses = Array.from({ length: 32 }, (_, i) => `192.0.2.${i + 1}`)
  const rows: {
    time: number
    source: number
    destination: number
    protocol: number
    low: number
  }[] = []
  const moments: Moment[] = []
  const attackers: Attacker[] = []
  for (let index = 0; index < count; index++) {
    const source = index < 250 ? `203.0.113.${index + 1}` : `198.18.${index >> 8}.${index & 255}`
    const shape = random()
    const level = Math.max(1, Math.min(5, Math.floor(1 + random() * random() * 5.2))) as Level
    const packets = Math.round(5 * 10 ** (level - 1) * (0.5 + random()))
    const first = START + random() * (END - START) * 0.7
    const last = first + random() * (END - first)
    const base = Math.floor(random() * 40_000)
    const swept = popular[Math.floor(random() * popular.length)] ?? 22
    const drawn = Math.min(packets, 60)
    const ports = new Set<number>()
    const hit = new Set<number>()
    for (let i = 0; i < drawn; i++) {
      const low =
        shape < 0.3 ? base + i : shape < 0.7 ? swept : (popular[Math.floor(random() * 3)] ?? 22)
      const destination = shape >= 0.3 && shape < 0.7 ? i % addresses.length : index % 3
      ports.add(low)
      hit.add(destination)
      rows.push({
        time: first + ((last - first) * i) / drawn,
        source: index,
        destination,
        protocol: random() < 0.9 ? 0 : 1,
        low,
      })
    }
    for (let reached = 1; reached <= level; reached++) {
      moments.push({
        time: first + ((last - first) * (reached - 1)) / level,
        source: index,
        level: reached as Level,
        previousLevel: (reached - 1) as Level,
        kind: reached === 1 ? 'scan' : 'level',
      })
    }
    const known = [...ports].sort((a, b) => a - b)
    const low = known[0] ?? 0
    const ranges =
      shape < 0.3
        ? [{ protocol: 'tcp', low, high: low + known.length - 1 }]
        : known.map((port) => ({ protocol: 'tcp', low: port, high: port }))
    attackers.push({
      index,
      source,
      level,
      packets,
      destinationCount: hit.size,
      destinations: [...hit].map((i) => ({
        address: addresses[i] ?? '',
        packets: Math.ceil(packets / hit.size),
        ports: ranges,
        signatures: [],
        chain: 'INPUT',
        interface: 'eth0',
      })),
      ports: ranges,
      portsTruncated: false,
      kinds: shape < 0.3 ? ['syn'] : shape < 0.7 ? ['syn', 'sweep'] : ['connect'],
      signatures:
        random() < 0.2 ? [{ sid: 1_418, message: 'SNMP request over TCP', count: 2 }] : [],
      reasons: [`${packets} packets reached level ${level}`],
      os: random() < 0.3 ? 'Linux 2.4' : undefined,
      country: random() < 0.3 ? 'NL' : undefined,
      firstSeen: first,
      lastSeen: last,
      detections: 1 + Math.floor(random() * 4),
      evidence: { query: `{job="firewall"} |= "SRC=${source} "`, from: first, to: last + 1 },
      row: { frame: 0, row: index },
    })
  }
  const sorted = attackers
    .toSorted((a, b) => b.level - a.level || b.packets - a.packets)
    .map((attacker, index) => ({ ...attacker, index }))
  const placeOf = new Map(sorted.map(({ source, index }) => [source, index]))
  const place = (i: number) => placeOf.get(attackers[i]?.source ?? '') ?? -1
  rows.sort((a, b) => a.time - b.time)
  moments.sort((a, b) => a.time - b.time)
  const levels = [0, 0, 0, 0, 0, 0]
  for (const { level } of attackers) levels[level] = (levels[level] ?? 0) + 1
  const counts = new Map<
    string,
    { protocol: string; port: number; packets: number; level: Level }
  >()
  const activity: Activity = {
    length: rows.length,
    time: Float64Array.from(rows, (r) => r.time),
    source: Int32Array.from(rows, (r) => place(r.source)),
    destination: Int32Array.from(rows, (r) => r.destination),
    protocol: Int16Array.from(rows, (r) => r.protocol),
    low: Int32Array.from(rows, (r) => r.low),
    high: Int32Array.from(rows, (r) => r.low),
    packets: Float64Array.from(rows, () => 1),
  }
  for (const row of rows) {
    const protocol = row.protocol === 0 ? 'tcp' : 'udp'
    const key = `${protocol}/${row.low}`
    const old = counts.get(key) ?? { protocol, port: row.low, packets: 0, level: 0 as Level }
    old.packets++
    old.level = Math.max(old.level, attackers[row.source]?.level ?? 0) as Level
    counts.set(key, old)
  }
  return {
    ...EMPTY_MODEL,
    inputs: count === 0 ? [] : ['detections'],
    attackers: sorted,
    ports: [...counts.values()]
      .map((p) => ({ ...p, sources: 1 }))
      .sort((a, b) => b.packets - a.packets),
    signatures: [
      { sid: 1_418, message: 'SNMP request over TCP', count: 20, sources: 10, level: 2 },
    ],
    levels,
    activity,
    moments: moments.map((moment) => ({ ...moment, source: place(moment.source) })),
    addresses,
    protocols: ['tcp', 'udp'],
  }
}
