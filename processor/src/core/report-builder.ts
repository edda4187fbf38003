import type { DangerLevel } from './detection.ts'
import {
  addressOf,
  allProtocols,
  portsText,
  quickProtocols,
  sourceAddress,
  targetAddress,
} from './detect/source-view.ts'
import { reasonsOf } from './detect/reasons.ts'
import type { Engine } from './engine.ts'
import { healthReport } from './health/text.ts'
import { protocolName, protocolNameIn } from './protocols.ts'
import type {
  Report,
  ReportDestination,
  ReportInvalidIcmp,
  ReportPort,
  ReportSignature,
  ReportSource,
} from './report.ts'
import { CHAIN_NAMES, PROTO_UNKNOWN } from './row.ts'
import { tcpFlagNames } from './tcp-flags.ts'
import { isoTime } from './time-text.ts'
import { AddressSet, compareAddress } from './address.ts'
import { KINDS } from './track/kinds.ts'
import {
  COUNTER,
  H_COUNT,
  H_FLAGS,
  H_NEXT,
  H_PORT,
  H_PORTS,
  HIT,
  P_CHAIN,
  P_HITS,
  P_INTERFACE,
  P_NEXT,
  P_OLD_PAGES,
  P_PAGES,
  P_PROTOS,
  P_TOTAL,
  PAIR,
  S_ALL_EMITTED,
  S_FIRST,
  S_LAST,
  S_MATCHES,
  S_PACKETS,
  S_PAIRS,
  S_TOP_LEVEL,
  S_LEVEL,
  SOURCE,
  TARGET,
  codeOfIcmpSid,
  typeOfIcmpSid,
} from './track/layout.ts'
import { PortSet } from './track/port-ranges.ts'
import { counterAt } from './track/table.ts'

const PORT_PROTOCOLS = ['tcp', 'udp', 'udplite'] as const
/** Numeric order of the address rows of two sources (or targets). */
function byAddress(ints: Int32Array, stride: number): (a: number, b: number) => number {
  return (a, b) => compareAddress(ints, a * stride, ints, b * stride)
}

export function levelShown(engine: Engine, source: number): DangerLevel {
  const ints = engine.state.sources.rows.ints
  const field = engine.options.retain ? S_TOP_LEVEL : S_LEVEL
  return ints[source * SOURCE + field]! as DangerLevel
}

export function buildReport(
  engine: Engine,
  options: { readonly all?: boolean; readonly generatedAt?: string },
  isOver: (source: number) => boolean,
): Report {
  const { state, totals } = engine
  const rows = state.sources.rows
  const dangerLevels = { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 }
  const ids: number[] = []
  const attackers: number[] = []
  rows.forEach((id) => {
    if (isOver(id)) return
    const level = levelShown(engine, id)
    if (level >= engine.options.minDangerLevel) {
      dangerLevels[String(level) as '1']++
      attackers.push(id)
      ids.push(id)
    } else if (options.all === true) ids.push(id)
  })
  const home = AddressSet.parse(engine.options.homeNet)
  const isLocal = (id: number): boolean => {
    const [a = 0, b = 0, c = 0, d = 0] = rows.ints.subarray(id * SOURCE, id * SOURCE + 4)
    return !home.isAny && home.contains(a, b, c, d)
  }
  const order = byAddress(rows.ints, SOURCE)
  const byLevel = (a: number, b: number): number =>
    levelShown(engine, b) - levelShown(engine, a) ||
    rows.ints[b * SOURCE + S_PACKETS]! - rows.ints[a * SOURCE + S_PACKETS]! ||
    order(a, b)
  attackers.sort(byLevel)
  ids.sort(byLevel)
  return {
    version: 1,
    generatedAt: options.generatedAt ?? '1970-01-01T00:00:00.000Z',
    profile: engine.options.profile,
    window: {
      from: Number.isNaN(totals.firstSeconds)
        ? null
        : isoTime(totals.firstSeconds, totals.firstNanos),
      to: Number.isNaN(totals.lastSeconds) ? null : isoTime(totals.lastSeconds, totals.lastNanos),
    },
    lines: {
      read: totals.packets + totals.notAPacket + totals.malformed,
      packets: totals.packets,
      skipped: {
        'not-a-packet': totals.notAPacket,
        malformed: totals.malformed,
        ignored: totals.ignored,
      },
    },
    dangerLevels,
    signatures: signaturesOf(engine),
    attackers: attackers.map((id) => ({
      source: sourceAddress(state, id),
      dangerLevel: levelShown(engine, id),
      packets: rows.ints[id * SOURCE + S_PACKETS]!,
      signatureMatches: rows.ints[id * SOURCE + S_MATCHES]!,
      ...(isLocal(id) ? { local: true as const } : {}),
    })),
    ports: portsOf(engine),
    prefixes: countsBy(engine, 0, (id) => engine.interned.text(id)),
    protocols: countsBy(engine, 1, (number) =>
      protocolNameIn(engine.options.tables.protocols, number),
    ),
    sources: ids.map((id) => buildSource(engine, id)),
    loggingHealth: healthReport(state.health, engine.interned),
    totals: {
      sources: engine.options.retain ? state.sourcesSeen : rows.live,
      destinations: engine.options.retain ? state.targetsSeen : state.targets.rows.live,
      attackers: attackers.length,
      detections: totals.detections,
    },
  }
}

/** Packets by prefix (part 0 of the key) or by protocol (part 1), most first; nameless prefixes are left out. */
function countsBy(
  engine: Engine,
  part: 0 | 1,
  name: (id: number) => string,
): Record<string, number> {
  const psad = engine.options.profile === 'psad'
  const sums = new Map<string, number>()
  const rows = engine.state.packets.rows
  rows.forEach((_, o) => {
    // As psad has it, a line that it could not use or was told to ignore has no protocol.
    if (part === 1 && psad && rows.ints[o + 1] === PROTO_UNKNOWN) return
    const text = name(rows.ints[o + part]!)
    if (part === 0 && text === '') return
    sums.set(text, (sums.get(text) ?? 0) + counterAt(rows.ints, o + 2))
  })
  return Object.fromEntries([...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}

export function portsOf(engine: Engine): ReportPort[] {
  const ints = engine.state.ports.ints
  const ports: ReportPort[] = []
  for (let row = 0; row < 3 * 65_536; row++) {
    const packets = counterAt(ints, (row + 1) * COUNTER)
    if (packets > 0)
      ports.push({ protocol: PORT_PROTOCOLS[row >> 16] ?? '', port: row & 0xffff, packets })
  }
  return ports.sort(
    (a, b) =>
      b.packets - a.packets ||
      a.port - b.port ||
      PORT_PROTOCOLS.indexOf(a.protocol as 'tcp') - PORT_PROTOCOLS.indexOf(b.protocol as 'tcp'),
  )
}

function signaturesOf(engine: Engine): ReportSignature[] {
  const { state, rules } = engine
  const sources = new Map<number, Set<number>>()
  const pairs = state.pairs.rows
  pairs.forEach((_, p) => {
    for (
      let hit = pairs.ints[p + P_HITS]!;
      hit !== 0;
      hit = state.hits.rows.ints[hit * HIT + H_NEXT]!
    ) {
      const sid = state.hits.rows.ints[hit * HIT + 1]!
      if (sid < 0) continue
      let set = sources.get(sid)
      if (set === undefined) sources.set(sid, (set = new Set()))
      set.add(pairs.ints[p]!)
    }
  })
  const signatures: ReportSignature[] = []
  const rows = state.sids.rows
  rows.forEach((_, o) => {
    const sid = rows.ints[o]!
    const rule = rules.bySid(sid)
    signatures.push({
      sid,
      message: rule?.message ?? '',
      protocol: rule === undefined ? '' : rule.protocol === 0 ? 'ip' : protocolName(rule.protocol),
      count: counterAt(rows.ints, o + 2),
      sources: sources.get(sid)?.size ?? 0,
    })
  })
  return signatures.sort((a, b) => b.count - a.count || a.sid - b.sid)
}

export function buildSource(engine: Engine, id: number): ReportSource {
  const { state } = engine
  const ints = state.sources.rows.ints
  const s = id * SOURCE
  return {
    source: addressOf(ints, s),
    dangerLevel: levelShown(engine, id),
    reasons: reasonsOf(
      state,
      id,
      engine.options,
      engine.options.retain ? 'all' : 'scan',
      engine.listOf,
    ),
    packets: ints[s + S_PACKETS]!,
    protocols: allProtocols(state, id).length,
    firstSeen: isoTime(ints[s + S_FIRST]!, ints[s + S_FIRST + 1]!),
    lastSeen: isoTime(ints[s + S_LAST]!, ints[s + S_LAST + 1]!),
    scanTypes: KINDS.filter((_, bit) => (ints[s + S_ALL_EMITTED]! & (1 << bit)) !== 0),
    os: engine.prints.texts(id),
    destinations: destinationsOf(engine, id),
  }
}

function destinationsOf(engine: Engine, id: number): ReportDestination[] {
  const { state } = engine
  const pairs = state.pairs.rows.ints
  const list: number[] = []
  for (
    let pair = state.sources.rows.ints[id * SOURCE + S_PAIRS]!;
    pair !== 0;
    pair = pairs[pair * PAIR + P_NEXT]!
  )
    list.push(pair)
  const targets = state.targets.rows.ints
  list.sort(
    (a, b) =>
      pairs[b * PAIR + P_TOTAL]! - pairs[a * PAIR + P_TOTAL]! ||
      compareAddress(
        targets,
        pairs[a * PAIR + 1]! * TARGET,
        targets,
        pairs[b * PAIR + 1]! * TARGET,
      ),
  )
  return list.map((pair) => {
    const p = pair * PAIR
    const set = new PortSet()
    set.add(state, pairs[p + P_PAGES]!)
    set.add(state, pairs[p + P_OLD_PAGES]!)
    const chain = pairs[p + P_CHAIN]!
    return {
      destination: targetAddress(state, pairs[p + 1]!),
      packets: pairs[p + P_TOTAL]!,
      ports: portsText(set).ports,
      chain: chain < 0 ? engine.interned.text(-chain) : (CHAIN_NAMES[chain] ?? ''),
      interface: engine.interned.text(pairs[p + P_INTERFACE]!),
      protocols: protocolsOf(set, pairs[p + P_PROTOS]!).map((number) =>
        protocolNameIn(engine.options.tables.protocols, number),
      ),
      signatures: hitsOf(engine, pairs[p + P_HITS]!),
      ...invalidIcmpOf(engine, pairs[p + P_HITS]!),
    }
  })
}

/** Of this scan by the quick bits, of ended ones by their pages. */
function protocolsOf(set: PortSet, quick: number): number[] {
  const numbers = new Set([...quickProtocols(quick), ...set.protocolNumbers()])
  return [...numbers].sort((a, b) => a - b)
}

function invalidIcmpOf(engine: Engine, head: number): Pick<ReportDestination, 'invalidIcmp'> {
  const ints = engine.state.hits.rows.ints
  const list: ReportInvalidIcmp[] = []
  for (let hit = head; hit !== 0; hit = ints[hit * HIT + H_NEXT]!) {
    const sid = ints[hit * HIT + 1]!
    if (sid < 0)
      list.push({
        type: typeOfIcmpSid(sid),
        code: codeOfIcmpSid(sid),
        packets: ints[hit * HIT + H_COUNT]!,
      })
  }
  if (list.length === 0) return {}
  return {
    invalidIcmp: list.sort((a, b) => b.packets - a.packets || a.type - b.type || a.code - b.code),
  }
}

function hitsOf(engine: Engine, head: number): ReportDestination['signatures'] {
  const ints = engine.state.hits.rows.ints
  const hits: ReportDestination['signatures'] = []
  for (let hit = head; hit !== 0; hit = ints[hit * HIT + H_NEXT]!) {
    const h = hit * HIT
    if (ints[h + 1]! < 0) continue
    const rule = engine.rules.bySid(ints[h + 1]!)
    hits.push({
      sid: ints[h + 1]!,
      message: rule?.message ?? '',
      protocol: rule === undefined ? '' : rule.protocol === 0 ? 'ip' : protocolName(rule.protocol),
      count: ints[h + H_COUNT]!,
      ports: numbersOf(ints, h + H_PORT, ints[h + H_PORTS]!),
      flags: flagsOf(ints[h + H_FLAGS]!),
    })
  }
  return hits.sort((a, b) => b.count - a.count || a.sid - b.sid)
}

/** Ascending. Spreading a typed array takes many times as long. */
function numbersOf(ints: Int32Array, from: number, count: number): number[] {
  const numbers: number[] = []
  for (let i = from; i < from + count; i++) numbers.push(ints[i]!)
  return count > 1 ? numbers.sort((a, b) => a - b) : numbers
}

/** Bit 8 of a hit's flags: a packet without any. */
function flagsOf(bits: number): string[] {
  return [...((bits & 0x100) === 0 ? [] : ['NULL']), ...tcpFlagNames(bits)]
}
