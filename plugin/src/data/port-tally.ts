import type { Evidence, Level, PortRange, PortRow } from './model'

const PORTS = 65_536
/** Names of protocols are the data's: each new one costs two megabytes. */
const MOST_PROTOCOLS = 16

/** Sums over ports, from ranges: two writes a range and one walk at the end, however wide the ranges are. */
class ProtocolTally {
  readonly packets = new Float64Array(PORTS + 1)
  /** Changes of the number of sources at each level. */
  readonly sources: readonly Int32Array[] = Array.from(
    { length: 6 },
    () => new Int32Array(PORTS + 1),
  )
}

/** Packets, sources and highest level of each port. */
export class PortTally {
  readonly #byProtocol = new Map<string, ProtocolTally>()

  /** Packets that went to a range, spread evenly over it. */
  add(protocol: string, low: number, high: number, packets: number): void {
    const changes = this.#of(protocol)?.packets
    if (changes === undefined) return
    const share = packets / (high - low + 1)
    changes[low] = (changes[low] ?? 0) + share
    changes[high + 1] = (changes[high + 1] ?? 0) - share
  }

  /** A source that asked for these ports (merged). */
  addSource(ports: readonly PortRange[], level: Level): void {
    for (const { protocol, low, high } of ports) {
      const changes = this.#of(protocol)?.sources[level]
      if (changes === undefined) continue
      changes[low] = (changes[low] ?? 0) + 1
      changes[high + 1] = (changes[high + 1] ?? 0) - 1
    }
  }

  /** Most packets first, then by port and protocol. A port that was asked for has at least one packet. */
  rows(evidence: (protocol: string, port: number) => Evidence | undefined): readonly PortRow[] {
    const rows: PortRow[] = []
    for (const [protocol, tally] of this.#byProtocol) {
      const counts = [0, 0, 0, 0, 0, 0]
      let packets = 0
      for (let port = 0; port < PORTS; port++) {
        packets += tally.packets[port] ?? 0
        let sources = 0
        let highest: Level = 0
        for (let level = 0; level < 6; level++) {
          const count = (counts[level] ?? 0) + (tally.sources[level]?.[port] ?? 0)
          counts[level] = count
          sources += count
          if (count > 0) highest = level as Level
        }
        if (sources === 0) continue
        rows.push({
          protocol,
          port,
          packets: Math.max(1, Math.round(packets)),
          sources,
          level: highest,
          evidence: evidence(protocol, port),
        })
      }
    }
    return rows.sort(comparePorts)
  }

  #of(protocol: string): ProtocolTally | undefined {
    let tally = this.#byProtocol.get(protocol)
    if (tally === undefined && this.#byProtocol.size < MOST_PROTOCOLS)
      this.#byProtocol.set(protocol, (tally = new ProtocolTally()))
    return tally
  }
}

export function comparePorts(a: PortRow, b: PortRow): number {
  return (
    b.packets - a.packets ||
    a.port - b.port ||
    (a.protocol === b.protocol ? 0 : a.protocol < b.protocol ? -1 : 1)
  )
}
