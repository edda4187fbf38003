import { sortAddresses } from './address'
import type { MatrixColumns } from './matrix'
import type { Model, PortRange } from './model'

/** Something an attacker hit: interval of ports, or of one destination's place. */
export interface Hit {
  readonly row: number
  readonly low: number
  readonly high: number
  readonly packets: number
}

/** Destinations in the order of the axis. */
export interface Places {
  readonly sorted: readonly string[]
  /** Place on the axis of each index into `Model.addresses`. */
  readonly ofIndex: Int32Array
  place(address: string): number
}

/** Where each destination stands when all are sorted by number. */
export function destinationPlaces(model: Model, rows: number): Places {
  const all = new Set(model.addresses)
  for (const attacker of model.attackers.slice(0, rows)) {
    for (const { address } of attacker.destinations) all.add(address)
  }
  const sorted = sortAddresses(all)
  const placeOf = new Map(sorted.map((address, i) => [address, i]))
  const place = (address: string) => placeOf.get(address) ?? -1
  return { sorted, place, ofIndex: Int32Array.from(model.addresses, place) }
}

/** What the first `rows` attackers asked for within the times. */
export function collectHits(
  model: Model,
  kind: MatrixColumns,
  from: number,
  to: number,
  rows: number,
  place: (address: string) => number,
): Hit[] {
  const { activity, addresses, attackers } = model
  const places = addresses.map(place)
  const hits: Hit[] = []
  const active = new Uint8Array(rows)
  for (let i = 0; i < activity.length; i++) {
    const row = activity.source[i] ?? -1
    if (row < 0 || row >= rows) continue
    active[row] = 1
    const time = activity.time[i] ?? NaN
    if (!(time >= from && time <= to)) continue
    const value = kind === 'port' ? activity.low[i] : places[activity.destination[i] ?? -1]
    const low = value ?? -1
    if (low < 0) continue
    const high = kind === 'port' ? Math.max(low, activity.high[i] ?? low) : low
    hits.push({ row, low, high, packets: positive(activity.packets[i]) })
  }
  // Inputs without times know totals only.
  for (let row = 0; row < rows; row++) {
    const attacker = attackers[row]
    if (attacker === undefined || active[row] === 1) continue
    if (kind === 'port') hits.push(...portHits(attacker.ports, attacker.packets, row))
    else {
      for (const { address, packets } of attacker.destinations) {
        const low = place(address)
        if (low >= 0) hits.push({ row, low, high: low, packets: positive(packets) })
      }
    }
  }
  return hits
}

function portHits(ports: readonly PortRange[], packets: number, row: number): Hit[] {
  const total = ports.reduce((sum, { low, high }) => sum + (high - low + 1), 0)
  return ports
    .filter(({ low }) => low >= 0)
    .map(({ low, high }) => ({
      row,
      low,
      high,
      packets: (positive(packets) * (high - low + 1)) / Math.max(1, total),
    }))
}

function positive(packets: number | undefined): number {
  return packets !== undefined && Number.isFinite(packets) && packets > 0 ? packets : 0
}
