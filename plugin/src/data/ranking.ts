import type { PortRow } from './model'
import { portRuns, type PortRun } from './port-runs'
import { serviceName } from './services'

export type ProtocolFilter = 'all' | 'tcp' | 'udp'

export interface RankedPort extends PortRun {
  readonly service: string | undefined
  /** Of the packets to all ports that pass the filter, 0 to 1. */
  readonly share: number
}

export interface PortRanking {
  /** Most packets to a port first; scanned ranges are one row each. */
  readonly ports: readonly RankedPort[]
  /** Rows that did not fit. */
  readonly more: number
  readonly packets: number
}

/** The `limit` ports and ranges with most packets to a port. */
export function rankPorts(
  ports: readonly PortRow[],
  protocol: ProtocolFilter,
  limit: number,
): PortRanking {
  const wanted = portRuns(
    ports.filter((row) => row.port >= 0 && passesProtocol(row.protocol, protocol)),
  )
  const packets = wanted.reduce((sum, row) => sum + count(row), 0)
  const best = wanted.slice(0, Math.max(0, limit))
  return {
    ports: best.map((row) => ({
      ...row,
      service: row.high > row.port ? undefined : serviceName(row.protocol, row.port),
      share: packets === 0 ? 0 : count(row) / packets,
    })),
    more: wanted.length - best.length,
    packets,
  }
}

/** True for a protocol's name that the filter shows. */
export function passesProtocol(name: string, filter: ProtocolFilter): boolean {
  return filter === 'all' || name.toLowerCase() === filter
}

function count({ packets }: PortRow): number {
  return Number.isFinite(packets) && packets > 0 ? packets : 0
}
