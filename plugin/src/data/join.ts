import { addressOrder } from './address'
import { sortedByTime, withSources } from './activity'
import {
  NO_ACTIVITY,
  type Attacker,
  type Level,
  type Moment,
  type PortRow,
  type SignatureRow,
} from './model'
import type { Part, PartAttacker } from './part'
import { comparePorts } from './port-tally'
import { isStep, type Steps } from './steps'

/** The parts of a model that come from the inputs. */
export interface Joined {
  readonly attackers: readonly Attacker[]
  readonly ports: readonly PortRow[]
  readonly signatures: readonly SignatureRow[]
  readonly levels: readonly number[]
  readonly activity: Part['activity']
  readonly moments: readonly Moment[]
  readonly addresses: readonly string[]
  readonly protocols: readonly string[]
}

/**
 * One picture of all parts, the best of them first: attackers by address, each field from the first part that knows it.
 * Activity and moments are of one part, because the same packet may stand in two.
 */
export function* joinSteps(parts: readonly Part[], minLevel: number): Steps<Joined> {
  const joined = new Map<string, PartAttacker>()
  for (const { attackers } of parts)
    for (const [row, attacker] of attackers.entries()) {
      if (isStep(row)) yield
      const better = joined.get(attacker.source)
      joined.set(attacker.source, better === undefined ? attacker : completed(better, attacker))
    }
  const all = [...joined.values()]
  yield
  const attackers = all
    .filter(({ level }) => (level ?? 0) >= minLevel)
    .map((attacker) => ({
      attacker,
      level: attacker.level ?? 0,
      order: addressOrder(attacker.source),
    }))
    .sort(compareAttackers)
    .map(({ attacker, level }, index): Attacker => ({ ...attacker, level, index }))
  yield
  const places = new Map(attackers.map(({ source, index }) => [source, index]))
  const withActivity = parts.find(({ activity }) => activity.length > 0)
  const withMoments = parts.find(({ moments }) => moments.length > 0)
  const placesIn = (part: Part): Int32Array =>
    Int32Array.from(part.attackers, ({ source }) => places.get(source) ?? -1)
  return {
    attackers,
    ports: joinPorts(parts),
    signatures: joinSignatures(parts),
    levels: levelsOf(all, parts),
    activity:
      withActivity === undefined
        ? NO_ACTIVITY
        : withSources(sortedByTime(withActivity.activity), placesIn(withActivity)),
    moments: withMoments === undefined ? [] : momentsOf(withMoments, placesIn(withMoments)),
    addresses: withActivity?.addresses ?? [],
    protocols: withActivity?.protocols ?? [],
  }
}

function completed(better: PartAttacker, other: PartAttacker): PartAttacker {
  const list = <T>(a: readonly T[], b: readonly T[]): readonly T[] => (a.length > 0 ? a : b)
  const number = (a: number, b: number): number => (a > 0 ? a : b)
  return {
    source: better.source,
    level: better.level ?? other.level,
    packets: number(better.packets, other.packets),
    destinationCount: number(better.destinationCount, other.destinationCount),
    destinations: list(better.destinations, other.destinations),
    ports: list(better.ports, other.ports),
    portsTruncated: better.ports.length > 0 ? better.portsTruncated : other.portsTruncated,
    kinds: list(better.kinds, other.kinds),
    signatures: list(better.signatures, other.signatures),
    reasons: list(better.reasons, other.reasons),
    os: better.os ?? other.os,
    country: better.country ?? other.country,
    asn: better.asn ?? other.asn,
    hostname: better.hostname ?? other.hostname,
    firstSeen: Number.isNaN(better.firstSeen) ? other.firstSeen : better.firstSeen,
    lastSeen: Number.isNaN(better.lastSeen) ? other.lastSeen : better.lastSeen,
    detections: number(better.detections, other.detections),
    evidence: better.evidence ?? other.evidence,
    row: better.row ?? other.row,
  }
}

function joinPorts(parts: readonly Part[]): readonly PortRow[] {
  const [first, ...others] = parts.filter(({ ports }) => ports.length > 0)
  if (first === undefined) return []
  if (others.length === 0) return first.ports.toSorted(comparePorts)
  const joined = new Map<string, PortRow>()
  for (const { ports } of [first, ...others])
    for (const row of ports) {
      const key = `${row.protocol}/${row.port}`
      const better = joined.get(key)
      joined.set(
        key,
        better === undefined
          ? row
          : {
              ...better,
              sources: better.sources > 0 ? better.sources : row.sources,
              level: better.level ?? row.level,
              evidence: better.evidence ?? row.evidence,
              row: better.row ?? row.row,
            },
      )
    }
  return [...joined.values()].sort(comparePorts)
}

/** Most matches first, then most sources, then by sid. */
function joinSignatures(parts: readonly Part[]): readonly SignatureRow[] {
  const joined = new Map<number, SignatureRow>()
  for (const { signatures } of parts)
    for (const row of signatures) {
      const better = joined.get(row.sid)
      joined.set(
        row.sid,
        better === undefined
          ? row
          : {
              sid: row.sid,
              message: better.message === '' ? row.message : better.message,
              count: better.count > 0 ? better.count : row.count,
              sources: better.sources > 0 ? better.sources : row.sources,
              level: better.level ?? row.level,
              evidence: better.evidence ?? row.evidence,
              row: better.row ?? row.row,
            },
      )
    }
  return [...joined.values()].sort(
    (a, b) => b.count - a.count || b.sources - a.sources || a.sid - b.sid,
  )
}

/** Sources at each level: those that are listed, or as many as an input counts. */
function levelsOf(attackers: readonly PartAttacker[], parts: readonly Part[]): readonly number[] {
  const levels = [0, 0, 0, 0, 0, 0]
  for (const { level } of attackers) levels[level ?? 0] = (levels[level ?? 0] ?? 0) + 1
  const counted = parts.find((part) => part.levels !== undefined)?.levels
  return levels.map((count, level) => Math.max(count, counted?.[level] ?? 0))
}

function momentsOf({ moments }: Part, places: Int32Array): readonly Moment[] {
  return moments.map(({ time, source, level, previousLevel, kind }) => ({
    time,
    source: places[source] ?? -1,
    level,
    previousLevel,
    kind,
  }))
}

interface Ranked {
  readonly attacker: PartAttacker
  readonly level: Level
  /** `addressOrder` of the source. */
  readonly order: string
}

/** Most dangerous first, then most packets, then by address. */
function compareAttackers(a: Ranked, b: Ranked): number {
  const byWeight = b.level - a.level || b.attacker.packets - a.attacker.packets
  if (byWeight !== 0) return byWeight
  return a.order < b.order ? -1 : 1
}
