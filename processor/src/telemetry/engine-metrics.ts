import { Counter, Gauge, type Registry } from 'prom-client'
import type { EngineStats } from '../core/engine-api.ts'
import type { MetricsOptions } from './metrics.ts'

/** Prefixes with a series of their own; the rest is `other`. */
const MAX_PREFIXES = 50
const OTHER = 'other'
const DEFAULT_TOP_N = 50

/** The metrics that are read off the engine's running numbers. */
export function createEngineMetrics(
  registry: Registry,
  options: Pick<MetricsOptions, 'topN' | 'signatures'>,
): { update(stats: EngineStats): void } {
  const registers = [registry]
  const topN = options.topN ?? DEFAULT_TOP_N

  const packets = new Counter({
    name: 'picket_packets_total',
    help: 'Packets by protocol and log prefix; prefixes beyond the fifty most frequent are "other".',
    labelNames: ['protocol', 'prefix'],
    registers,
  })
  const matches = new Counter({
    name: 'picket_signature_matches_total',
    help: 'Packets that matched a signature.',
    labelNames: ['sid', 'message'],
    registers,
  })
  for (const { sid, message } of options.signatures ?? []) matches.inc({ sid, message }, 0)
  const sources = new Gauge({
    name: 'picket_sources',
    help: 'Sources tracked now, by danger level.',
    labelNames: ['danger_level'],
    registers,
  })
  for (let level = 0; level <= 5; level++) sources.set({ danger_level: level }, 0)
  const evicted = new Counter({
    name: 'picket_evicted_sources_total',
    help: 'Sources forgotten before their time because limits.sources was reached.',
    registers,
  })
  const attackerPackets = new Gauge({
    name: 'picket_attacker_packets',
    help: 'Packets of the top attackers.',
    labelNames: ['source'],
    registers,
  })
  const attackerLevel = new Gauge({
    name: 'picket_attacker_danger_level',
    help: 'Danger level of the top attackers.',
    labelNames: ['source'],
    registers,
  })
  const portPackets = new Gauge({
    name: 'picket_scanned_port_packets',
    help: 'Packets to the ports scanned most.',
    labelNames: ['protocol', 'port'],
    registers,
  })
  const portSources = new Gauge({
    name: 'picket_scanned_port_sources',
    help: 'Sources that tried the ports scanned most.',
    labelNames: ['protocol', 'port'],
    registers,
  })

  const packetsSince = deltas()
  const matchesSince = deltas()
  const evictedSince = deltas()
  const shown = new Set<string>()

  return {
    update(stats) {
      showPrefixes(stats, shown)
      const packetDeltas = packetsSince.next(
        stats.packets,
        (p) => `${p.protocol} ${p.prefix}`,
        (p) => p.packets,
      )
      for (const [{ protocol, prefix }, by] of packetDeltas) {
        packets.inc({ protocol, prefix: shown.has(prefix) ? prefix : OTHER }, by)
      }
      const matchDeltas = matchesSince.next(
        stats.signatures,
        (s) => String(s.sid),
        (s) => s.count,
      )
      for (const [{ sid, message }, by] of matchDeltas) matches.inc({ sid, message }, by)
      for (const [, by] of evictedSince.next(
        [stats],
        () => '',
        (s) => s.evicted,
      ))
        evicted.inc(by)

      for (let level = 0; level <= 5; level++)
        sources.set({ danger_level: level }, stats.sourcesByLevel[level] ?? 0)

      // Emptied first: who dropped out of the list has no series any more.
      for (const gauge of [attackerPackets, attackerLevel]) gauge.reset()
      for (const { source, packets: count, dangerLevel } of stats.topAttackers.slice(0, topN)) {
        attackerPackets.set({ source }, count)
        attackerLevel.set({ source }, dangerLevel)
      }
      for (const gauge of [portPackets, portSources]) gauge.reset()
      for (const { protocol, port, packets: count, sources: from } of stats.topPorts.slice(
        0,
        topN,
      )) {
        portPackets.set({ protocol, port }, count)
        portSources.set({ protocol, port }, from)
      }
    },
  }
}

/** Free places go to the most frequent prefixes. A place once taken is kept, or a counter would seem to go down. */
function showPrefixes({ packets }: EngineStats, shown: Set<string>): void {
  if (shown.size >= MAX_PREFIXES) return
  const totals = new Map<string, number>()
  for (const { prefix, packets: count } of packets) {
    if (!shown.has(prefix)) totals.set(prefix, (totals.get(prefix) ?? 0) + count)
  }
  const candidates = [...totals].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  for (const [prefix] of candidates.slice(0, MAX_PREFIXES - shown.size)) shown.add(prefix)
}

/** What was added to running totals since the last look. A total that went down is a new start and adds nothing. */
function deltas(): {
  next<T>(items: readonly T[], key: (item: T) => string, total: (item: T) => number): [T, number][]
} {
  let before = new Map<string, number>()
  return {
    next(items, key, total) {
      const now = new Map<string, number>()
      const result: [(typeof items)[number], number][] = []
      for (const item of items) {
        const by = total(item) - (before.get(key(item)) ?? 0)
        now.set(key(item), total(item))
        if (by > 0) result.push([item, by])
      }
      before = now
      return result
    },
  }
}
