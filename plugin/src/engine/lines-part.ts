import type { Report, ReportSource } from '@picket/processor/core'
import { portEvidence, sourcesEvidence } from '../data/evidence'
import type { Evidence, Level, PortRange, PortRow, SignatureRow } from '../data/model'
import type { Part, PartAttacker } from '../data/part'
import { mergeRanges, parseRange } from '../data/ranges'
import type { Emitted } from './emitted'
import type { Packets } from './packets'

export interface LinesFound {
  readonly report: Report
  readonly packets: Packets
  readonly emitted: Emitted
  readonly selector: string | undefined
  readonly datasource: string | undefined
}

/** The core's report and packets as a part of the model. */
export function linesPart(found: LinesFound): Part {
  const { report, packets, emitted } = found
  const { book } = packets
  const places = new Int32Array(book.count).fill(-1)
  const attackers = report.sources.map((source, place) => {
    const number = book.find(source.source)
    if (number >= 0) places[number] = place
    return attackerOf(source, number, found)
  })
  const { '1': one, '2': two, '3': three, '4': four, '5': five } = report.dangerLevels
  const harmless = Math.max(0, report.totals.sources - report.totals.attackers)
  return {
    kind: 'lines',
    attackers,
    ports: portsOf(found, attackers, places),
    signatures: signaturesOf(found, attackers, places),
    ...packets.activity(places),
    moments: emitted.moments
      .map((moment) => ({ ...moment, source: places[moment.source] ?? -1 }))
      .sort((a, b) => a.time - b.time),
    levels: [harmless, one, two, three, four, five],
    lines: {
      read: report.lines.read,
      packets: report.lines.packets,
      malformed: report.lines.skipped.malformed,
    },
  }
}

function attackerOf(source: ReportSource, number: number, found: LinesFound): PartAttacker {
  const firstSeen = Date.parse(source.firstSeen)
  const lastSeen = Date.parse(source.lastSeen)
  const query = found.emitted.queries.get(number)
  const hits = new Map<number, { sid: number; message: string; count: number }>()
  const destinations = source.destinations.map((destination) => {
    for (const { sid, message, count } of destination.signatures) {
      const known = hits.get(sid)
      if (known === undefined) hits.set(sid, { sid, message, count })
      else known.count += count
    }
    return {
      address: destination.destination,
      packets: destination.packets,
      ports: rangesOf(destination.ports),
      signatures: destination.signatures.map(({ sid, message, count }) => ({
        sid,
        message,
        count,
      })),
      chain: destination.chain === '' ? undefined : destination.chain,
      interface: destination.interface === '' ? undefined : destination.interface,
    }
  })
  return {
    source: source.source,
    level: source.dangerLevel,
    packets: source.packets,
    destinationCount: destinations.length,
    destinations,
    ports:
      destinations.length === 1
        ? (destinations[0]?.ports ?? [])
        : mergeRanges(destinations.flatMap(({ ports }) => ports)),
    portsTruncated: false,
    kinds: source.scanTypes,
    signatures: [...hits.values()].sort((a, b) => b.count - a.count || a.sid - b.sid),
    reasons: source.reasons,
    os: source.os[0],
    firstSeen,
    lastSeen,
    detections: found.emitted.counts.get(number) ?? 0,
    evidence: query === undefined ? undefined : { ...timesOf(firstSeen, lastSeen, found), query },
  }
}

/** Whole seconds, the end beyond the last packet, as the processor has them. */
function timesOf(
  first: number,
  last: number,
  { datasource }: LinesFound,
): Pick<Evidence, 'from' | 'to' | 'datasource'> {
  return {
    from: Math.floor(first / 1000) * 1000,
    to: (Math.floor(last / 1000) + 1) * 1000,
    ...(datasource === undefined ? {} : { datasource }),
  }
}

function rangesOf(ports: Readonly<Record<string, readonly string[]>>): readonly PortRange[] {
  const ranges: PortRange[] = []
  for (const protocol in ports)
    for (const text of ports[protocol] ?? []) {
      const range = parseRange(protocol, text)
      if (range !== undefined) ranges.push(range)
    }
  return mergeRanges(ranges)
}

function windowOf(found: LinesFound): Pick<Evidence, 'from' | 'to' | 'datasource'> | undefined {
  const { from, to } = found.report.window
  return from === null || to === null ? undefined : timesOf(Date.parse(from), Date.parse(to), found)
}

function portsOf(
  found: LinesFound,
  attackers: readonly PartAttacker[],
  places: Int32Array,
): readonly PortRow[] {
  const rows: PortRow[] = []
  const window = windowOf(found)
  found.packets.ports((protocol, port, packets, sources) => {
    let level: Level = 0
    for (const source of sources) {
      const own = attackers[places[source] ?? -1]?.level ?? 0
      if (own > level) level = own
    }
    rows.push({
      protocol,
      port,
      packets,
      sources: sources.length,
      level,
      evidence: portEvidence(found.selector, window, protocol, port),
    })
  })
  return rows
}

function signaturesOf(
  found: LinesFound,
  attackers: readonly PartAttacker[],
  places: Int32Array,
): readonly SignatureRow[] {
  const { report, emitted } = found
  const window = windowOf(found)
  return report.signatures.map(({ sid, message, count, sources }) => {
    const matched = [...(emitted.matched.get(sid) ?? [])]
    let level: Level = 0
    for (const source of matched) {
      const own = attackers[places[source] ?? -1]?.level ?? 0
      if (own > level) level = own
    }
    const queries = matched.map((source) => emitted.queries.get(source))
    return {
      sid,
      message,
      count,
      sources,
      level,
      evidence: sourcesEvidence(found.selector, window, queries),
    }
  })
}
