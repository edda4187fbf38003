import type { DangerLevel } from './detection.ts'
import type { Engine } from './engine.ts'
import type { EngineStats } from './engine-api.ts'
import { sourceAddress } from './detect/source-view.ts'
import { healthSeries } from './health/text.ts'
import { protocolName } from './protocols.ts'
import { levelShown } from './report-builder.ts'
import { COUNTER, S_PACKETS, SOURCE } from './track/layout.ts'
import { counterAt } from './track/table.ts'

const PORT_PROTOCOLS = ['tcp', 'udp', 'udplite'] as const

/** The `n` items with the highest rank, highest first. Keeps a short sorted list: n is small, the input may be a million. */
class Top<T> {
  readonly #n: number
  readonly #items: { readonly rank: number; readonly item: T }[] = []

  constructor(n: number) {
    this.#n = n
  }

  offer(rank: number, item: T): void {
    const items = this.#items
    if (items.length === this.#n && rank <= (items.at(-1)?.rank ?? 0)) return
    let at = items.length
    while (at > 0 && (items[at - 1]?.rank ?? 0) < rank) at--
    items.splice(at, 0, { rank, item })
    if (items.length > this.#n) items.pop()
  }

  get items(): readonly T[] {
    return this.#items.map(({ item }) => item)
  }
}

export function buildStats(engine: Engine, isOver: (source: number) => boolean): EngineStats {
  const { state, totals, interned, rules } = engine
  const n = engine.options.limits.metricsTopN
  const rows = state.sources.rows
  const attackers = new Top<number>(n)
  const sourcesByLevel = [0, 0, 0, 0, 0, 0]
  rows.forEach((id, o) => {
    const level = isOver(id) ? 0 : levelShown(engine, id)
    sourcesByLevel[level]!++
    if (level > 0) attackers.offer(level * 0x1_0000_0000 + rows.ints[o + S_PACKETS]!, id)
  })
  const ports = new Top<number>(n)
  const counters = state.ports.ints
  for (let row = 1; row <= 3 * 65_536; row++) {
    const packets = counterAt(counters, row * COUNTER)
    if (packets > 0) ports.offer(packets, row)
  }
  const packets: { protocol: string; prefix: string; packets: number }[] = []
  const byPrefix = state.packets.rows
  byPrefix.forEach((_, o) => {
    packets.push({
      prefix: interned.text(byPrefix.ints[o]!),
      protocol: protocolName(byPrefix.ints[o + 1]!),
      packets: counterAt(byPrefix.ints, o + 2),
    })
  })
  const signatures: { sid: number; message: string; count: number }[] = []
  const sids = state.sids.rows
  sids.forEach((_, o) => {
    const sid = sids.ints[o]!
    signatures.push({
      sid,
      message: rules.bySid(sid)?.message ?? '',
      count: counterAt(sids.ints, o + 2),
    })
  })
  return {
    lines: {
      packets: totals.packets,
      notAPacket: totals.notAPacket,
      malformed: totals.malformed,
      ignored: totals.ignored,
      read: totals.packets + totals.notAPacket + totals.malformed,
    },
    sourcesByLevel,
    sources: rows.live,
    evicted: state.evicted,
    lastPacketSeconds: Number.isNaN(totals.lastSeconds) ? undefined : totals.lastSeconds,
    packets: packets.sort((a, b) => b.packets - a.packets || (a.prefix < b.prefix ? -1 : 1)),
    signatures: signatures.sort((a, b) => b.count - a.count || a.sid - b.sid),
    health: healthSeries(state.health, interned),
    topAttackers: attackers.items.map((id) => ({
      source: sourceAddress(state, id),
      packets: rows.ints[id * SOURCE + S_PACKETS]!,
      dangerLevel: levelShown(engine, id) satisfies DangerLevel,
    })),
    topPorts: ports.items.map((row) => ({
      protocol: PORT_PROTOCOLS[(row - 1) >> 16] ?? '',
      port: (row - 1) & 0xffff,
      packets: counterAt(counters, row * COUNTER),
      sources: counters[row * COUNTER + 2]!,
    })),
  }
}
