import { compareText } from './code-points'
import type { PortRow } from './model'

/** Neighbouring ports that were asked for alike: a scan through them, as one row. A port of its own is a run of one. */
export interface PortRun extends PortRow {
  /** Last port of it; `port` is the first. */
  readonly high: number
  /** Packets to each of its ports, on average; `packets` are those of all. */
  readonly each: number
}

/** Fewer neighbours may be chance: 8080 and 8081. */
const FEWEST_PORTS = 4

/**
 * The rows with scanned ranges as one row each, most packets to a port first. Of a range no single line of evidence
 * holds, and its sources are those of its most asked-for port: at least so many.
 */
export function portRuns(rows: readonly PortRow[]): readonly PortRun[] {
  const byPort = rows.toSorted(
    (a, b) => compareText(a.protocol, b.protocol) || a.port - b.port || b.packets - a.packets,
  )
  const runs: PortRun[] = []
  for (let i = 0; i < byPort.length;) {
    const from = i
    let least = packetsOf(byPort[i])
    let most = least
    for (i++; i < byPort.length; i++) {
      const row = byPort[i]
      if (row === undefined || !follows(row, byPort[i - 1])) break
      const packets = packetsOf(row)
      if (!isAlike(Math.min(least, packets), Math.max(most, packets))) break
      least = Math.min(least, packets)
      most = Math.max(most, packets)
    }
    if (i - from >= FEWEST_PORTS) runs.push(asOne(byPort.slice(from, i)))
    else for (const row of byPort.slice(from, i)) runs.push(alone(row))
  }
  return runs.sort((a, b) => b.each - a.each || a.port - b.port)
}

/** The next port, asked for by sources as dangerous. What has no port has no neighbour. */
function follows(row: PortRow, before: PortRow | undefined): boolean {
  return (
    before !== undefined &&
    before.port >= 0 &&
    row.port === before.port + 1 &&
    row.protocol === before.protocol &&
    row.level === before.level
  )
}

/** Within twice as many, or a few. */
function isAlike(least: number, most: number): boolean {
  return most - least <= Math.max(3, least)
}

function alone(row: PortRow): PortRun {
  return { ...row, high: row.port, each: packetsOf(row) }
}

function asOne(rows: readonly PortRow[]): PortRun {
  const { protocol, port, level } = rows[0] as PortRow
  const packets = rows.reduce((sum, row) => sum + packetsOf(row), 0)
  const sources = rows.reduce((most, row) => Math.max(most, row.sources), 0)
  const high = port + rows.length - 1
  return { protocol, port, high, level, sources, packets, each: packets / rows.length }
}

function packetsOf(row: PortRow | undefined): number {
  return row !== undefined && row.packets > 0 && Number.isFinite(row.packets) ? row.packets : 0
}
