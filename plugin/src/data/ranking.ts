import type { PortRow } from './model'
import { serviceName } from './services'

export type ProtocolFilter = 'all' | 'tcp' | 'udp'

export interface RankedPort extends PortRow {
  readonly service: string | undefined
  /** Of the packets to all ports that pass the filter, 0 to 1. */
  readonly share: number
}

export interface PortRanking {
  /** Most packets first. */
  readonly ports: readonly RankedPort[]
  /** Ports that did not fit. */
  readonly more: number
  readonly packets: number
}

/** The `limit` ports with most packets. */
export function rankPorts(
  ports: readonly PortRow[],
  protocol: ProtocolFilter,
  limit: number,
): PortRanking {
  const wanted = ports.filter((row) => row.port >= 0 && passesProtocol(row.protocol, protocol))
  const packets = wanted.reduce((sum, row) => sum + count(row), 0)
  const best = wanted
    .toSorted((a, b) => count(b) - count(a) || a.port - b.port)
    .slice(0, Math.max(0, limit))
  return {
    ports: best.map((row) => ({
      ...row,
      service: serviceName(row.protocol, row.port),
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
