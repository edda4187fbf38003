import { ActivityRows, Names } from './activity'
import type { DetectionEvent } from './events'
import { portEvidence, selectorOfEvidence } from './evidence'
import type {
  DestinationRow,
  Evidence,
  Level,
  Moment,
  PortRange,
  RowRef,
  SignatureHit,
  SignatureRow,
} from './model'
import type { Part, PartAttacker } from './part'
import { PortTally } from './port-tally'
import { mergeRanges, subtractRanges, widthOf } from './ranges'
import { isStep, type Steps } from './steps'

/** What Picket's detection events say: one attacker a source, over all its scans. */
export function* detectionsSteps(events: readonly DetectionEvent[]): Steps<Part> {
  const bySource = new Map<string, DetectionEvent[]>()
  for (const event of events) {
    if (event.source === undefined) continue
    const list = bySource.get(event.source)
    if (list === undefined) bySource.set(event.source, [event])
    else list.push(event)
  }
  const rows = new ActivityRows()
  const addresses = new Names()
  const protocols = new Names(1000)
  const tally = new PortTally()
  const signatures = new SignatureTally()
  const attackers: PartAttacker[] = []
  for (const [source, list] of bySource) {
    const index = attackers.length
    if (isStep(index)) yield
    list.sort((a, b) => compareTimes(a.time, b.time) || a.packets - b.packets)
    const attacker = attackerOf(source, list)
    attackers.push(attacker)
    signatures.add(attacker, list)
    for (const scan of scansOf(list)) {
      for (const { event, ranges, packets } of growthOf(scan)) {
        const destination = event.destination === undefined ? -1 : addresses.of(event.destination)
        const width = widthOf(ranges)
        const add = (protocol: number, low: number, high: number, share: number): void => {
          if (Number.isFinite(event.time))
            rows.add({
              time: event.time,
              source: index,
              destination,
              protocol,
              low,
              high,
              packets: share,
            })
        }
        if (width === 0) {
          const protocol = event.protocols[0]
          add(protocol === undefined ? -1 : protocols.of(protocol), -1, -1, packets)
        }
        for (const { protocol, low, high } of ranges) {
          const share = (packets * (high - low + 1)) / width
          add(protocols.of(protocol), low, high, share)
          tally.add(protocol, low, high, share)
        }
      }
    }
    tally.addSource(attacker.ports, attacker.level ?? 0)
  }
  return {
    kind: 'detections',
    attackers,
    ports: tally.rows(evidenceOfPorts(attackers)),
    signatures: signatures.rows,
    activity: rows.sorted(),
    moments: momentsOf(events, attackers),
    addresses: addresses.list,
    protocols: protocols.list,
  }
}

/** Events of one source by scan: same first packet, same scan. Without it, all that have an id are of one. */
function scansOf(events: readonly DetectionEvent[]): readonly (readonly DetectionEvent[])[] {
  if (events.length < 2) return events.length === 0 ? [] : [events]
  const scans = new Map<number | string, DetectionEvent[]>()
  const alone: DetectionEvent[][] = []
  for (const event of events) {
    const key = Number.isNaN(event.firstSeen)
      ? event.id === undefined
        ? undefined
        : ''
      : event.firstSeen
    const scan = key === undefined ? undefined : scans.get(key)
    if (scan !== undefined) scan.push(event)
    else if (key === undefined) alone.push([event])
    else scans.set(key, [event])
  }
  return [...scans.values(), ...alone]
}

interface Growth {
  readonly event: DetectionEvent
  readonly ranges: readonly PortRange[]
  readonly packets: number
}

/** What each event adds to the one before: counts are cumulative within a scan. */
function* growthOf(scan: readonly DetectionEvent[]): Iterable<Growth> {
  let packets = 0
  let ports: readonly PortRange[] = []
  for (const event of scan) {
    const grown = event.packets - packets
    const added = subtractRanges(event.ports, ports)
    if (grown <= 0 && added.length === 0) continue
    packets = Math.max(packets, event.packets)
    if (added.length > 0)
      ports = ports.length === 0 ? event.ports : mergeRanges([...ports, ...event.ports])
    yield { event, ranges: added.length > 0 ? added : event.ports, packets: Math.max(grown, 0) }
  }
}

/** `events` of one source by time. */
function attackerOf(source: string, events: readonly DetectionEvent[]): PartAttacker {
  const scans = scansOf(events)
  const top = events.reduce((best, event) => (event.level >= best.level ? event : best))
  const last = <T>(of: (event: DetectionEvent) => T | undefined): T | undefined => {
    for (let i = events.length - 1; i >= 0; i--) {
      const event = events[i]
      const value = event === undefined ? undefined : of(event)
      if (value !== undefined) return value
    }
    return undefined
  }
  const kinds = new Set<string>()
  for (const { kind, scan } of events) {
    if (scan !== undefined) kinds.add(scan)
    if (kind === 'sweep') kinds.add('sweep')
  }
  const destinations = destinationsOf(events)
  return {
    source,
    level: top.level,
    packets: scans.reduce((sum, scan) => sum + most(scan, ({ packets }) => packets), 0),
    destinationCount: Math.max(
      most(events, (event) => event.destinations),
      destinations.length,
    ),
    destinations,
    ports: mergeRanges(events.flatMap(({ ports }) => ports)),
    portsTruncated: events.some(({ portsTruncated }) => portsTruncated),
    kinds: [...kinds],
    signatures: hitsOf(events),
    reasons: top.reasons,
    os: last(({ os }) => os),
    country: last(({ country }) => country),
    asn: last(({ asn }) => asn),
    hostname: last(({ hostname }) => hostname),
    firstSeen: extreme(
      events,
      ({ firstSeen, time }) => (Number.isNaN(firstSeen) ? time : firstSeen),
      Math.min,
    ),
    lastSeen: extreme(events, ({ lastSeen }) => lastSeen, Math.max),
    detections: events.length,
    evidence: evidenceOf(events),
    row: events[0]?.row,
  }
}

function most(events: readonly DetectionEvent[], of: (event: DetectionEvent) => number): number {
  return events.reduce((max, event) => Math.max(max, of(event)), 0)
}

/** The least or greatest of the known ones, NaN if none is known. */
function extreme(
  events: readonly DetectionEvent[],
  of: (event: DetectionEvent) => number,
  pick: (a: number, b: number) => number,
): number {
  let result = Number.NaN
  for (const event of events) {
    const value = of(event)
    if (!Number.isNaN(value)) result = Number.isNaN(result) ? value : pick(result, value)
  }
  return result
}

function hitsOf(events: readonly DetectionEvent[]): readonly SignatureHit[] {
  const hits = new Map<number, SignatureHit>()
  for (const { sid, message } of events)
    if (sid !== undefined && !hits.has(sid))
      hits.set(sid, { sid, message: message ?? '', count: 0 })
  return [...hits.values()].sort((a, b) => a.sid - b.sid)
}

/**
 * The destinations that events name. An event's packets are those of all destinations, so only where it has no other
 * are they and its ports known to be that one's.
 */
function destinationsOf(events: readonly DetectionEvent[]): readonly DestinationRow[] {
  const byAddress = new Map<string, DetectionEvent[]>()
  for (const event of events) {
    if (event.destination === undefined) continue
    const list = byAddress.get(event.destination)
    if (list === undefined) byAddress.set(event.destination, [event])
    else list.push(event)
  }
  const rows = [...byAddress].map(([address, list]): DestinationRow => {
    const own = list.filter(({ destinations }) => destinations <= 1)
    const last = list.at(-1)
    return {
      address,
      packets: scansOf(own).reduce((sum, scan) => sum + most(scan, ({ packets }) => packets), 0),
      ports: mergeRanges(own.flatMap(({ ports }) => ports)),
      signatures: hitsOf(list),
      chain: last?.chain,
      interface: last?.interface,
    }
  })
  return rows.sort((a, b) => b.packets - a.packets || (a.address < b.address ? -1 : 1))
}

/** One range of time over all of a source's events, with the latest query. */
function evidenceOf(events: readonly DetectionEvent[]): Evidence | undefined {
  let merged: Evidence | undefined
  for (const { evidence } of events) {
    if (evidence === undefined) continue
    merged = {
      ...evidence,
      from: Math.min(evidence.from, merged?.from ?? evidence.from),
      to: Math.max(evidence.to, merged?.to ?? evidence.to),
    }
  }
  return merged
}

/** Evidence of a port, where all attackers' lines are in the same streams. */
function evidenceOfPorts(
  attackers: readonly PartAttacker[],
): (protocol: string, port: number) => Evidence | undefined {
  let all: Evidence | undefined
  let selector: string | undefined
  for (const { evidence } of attackers) {
    if (evidence === undefined) continue
    const own = selectorOfEvidence(evidence.query)
    if (own === undefined || (selector !== undefined && own !== selector)) return () => undefined
    selector = own
    all = {
      ...evidence,
      from: Math.min(evidence.from, all?.from ?? evidence.from),
      to: Math.max(evidence.to, all?.to ?? evidence.to),
    }
  }
  return (protocol, port) => portEvidence(selector, all, protocol, port)
}

/** Signatures over all sources. */
class SignatureTally {
  readonly #bySid = new Map<
    number,
    { message: string; sources: number; level: Level; row: RowRef }
  >()

  add(attacker: PartAttacker, events: readonly DetectionEvent[]): void {
    for (const { sid, message } of attacker.signatures) {
      const known = this.#bySid.get(sid)
      const level = attacker.level ?? 0
      if (known !== undefined) {
        known.sources++
        if (level > known.level) known.level = level
        continue
      }
      const row = events.find((event) => event.sid === sid)?.row
      if (row !== undefined) this.#bySid.set(sid, { message, sources: 1, level, row })
    }
  }

  get rows(): readonly SignatureRow[] {
    return [...this.#bySid].map(([sid, rest]) => ({ sid, count: 0, ...rest }))
  }
}

function momentsOf(
  events: readonly DetectionEvent[],
  attackers: readonly PartAttacker[],
): readonly Moment[] {
  const placeOf = new Map(attackers.map(({ source }, index) => [source, index]))
  const moments: Moment[] = []
  for (const { time, source, level, previousLevel, kind } of events) {
    if (!Number.isFinite(time)) continue
    const place = source === undefined ? -1 : (placeOf.get(source) ?? -1)
    moments.push({ time, source: place, level, previousLevel, kind })
  }
  return moments.sort((a, b) => a.time - b.time)
}

/** Unknown times come first. */
function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
  return a - b
}
