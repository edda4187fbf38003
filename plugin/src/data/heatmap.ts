import { bucketOf, type TimeGrid } from './buckets'
import type { Model } from './model'
import { PORTS, type PortBand } from './port-bands'
import { PortSpread, type BandSums } from './port-spread'
import { passesProtocol, type ProtocolFilter } from './ranking'

export interface Heatmap extends TimeGrid {
  readonly bands: readonly PortBand[]
  /** Packets by band and bucket: `cells[band * count + bucket]`. Packets of a range are spread over its ports. */
  readonly cells: Float64Array
  readonly max: number
  /** Packets by band. */
  readonly totals: Float64Array
  /** Highest level of the sources that asked for a band. */
  readonly levels: Uint8Array
}

/** Packets by band and bucket, in one pass. */
export function heatmap(
  model: Model,
  grid: TimeGrid,
  bands: readonly PortBand[],
  protocol: ProtocolFilter,
): Heatmap {
  const { activity, attackers, protocols } = model
  const cells = new Float64Array(bands.length * grid.count)
  const levels = new Uint8Array(bands.length)
  const levelOf = Uint8Array.from(attackers, (attacker) => attacker.level)
  const spreads = spreadsOf(bands, protocols, protocol, { count: grid.count, cells, levels })
  for (let row = 0; row < activity.length; row++) {
    const low = activity.low[row] ?? -1
    const spread = spreads[activity.protocol[row] ?? -1]
    const bucket = bucketOf(grid, activity.time[row] ?? NaN)
    const packets = activity.packets[row] ?? 0
    if (low < 0 || low >= PORTS || spread === undefined || bucket < 0 || !(packets >= 0)) continue
    const high = Math.min(PORTS - 1, Math.max(low, activity.high[row] ?? low))
    spread.add(low, high, bucket, packets, levelOf[activity.source[row] ?? -1] ?? 0)
  }
  for (const spread of new Set(spreads)) spread?.finish()
  const totals = new Float64Array(bands.length)
  let max = 0
  cells.forEach((value, i) => {
    const band = Math.floor(i / grid.count)
    totals[band] = (totals[band] ?? 0) + value
    if (value > max) max = value
  })
  return { ...grid, bands, cells, max, totals, levels }
}

/** By number of the protocol; one for all protocols that no band names. */
function spreadsOf(
  bands: readonly PortBand[],
  protocols: readonly string[],
  filter: ProtocolFilter,
  sums: BandSums,
): Array<PortSpread | undefined> {
  const named = new Set(bands.map((band) => band.protocol))
  const made = new Map<string, PortSpread>()
  return protocols.map((name) => {
    const key = named.has(name) ? name : ''
    if (!passesProtocol(name, filter) || (key === '' && !named.has(undefined))) return undefined
    const spread = made.get(key) ?? new PortSpread(bands, key, sums)
    made.set(key, spread)
    return spread
  })
}
