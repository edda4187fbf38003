import { bucketOf, type TimeGrid } from './buckets'
import type { Level, Model } from './model'
import type { ProtocolFilter } from './ranking'

const PORTS = 65_536

/** A row of the heatmap: one port, or a range that was scanned through. Ends included. */
export interface PortBand {
  /** Undefined: any protocol. */
  readonly protocol: string | undefined
  readonly low: number
  readonly high: number
  /** Ports of it that were asked for. */
  readonly hit: number
}

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

/**
 * The `most` rows that show most: the busiest ports as rows of their own, what lies between them as ranges, cut at round
 * numbers and at gaps nobody asked for. Sorted by protocol and port, so that a scan is a stripe across neighbouring rows.
 */
export function chooseBands(
  model: Model,
  grid: TimeGrid,
  protocol: ProtocolFilter,
  most: number,
): PortBand[] {
  const hits = portHits(model, grid, protocol)
  if (hits.length <= most) return hits.map(single)
  const singles = Math.ceil(most * 0.6)
  const busiest = hits.toSorted((a, b) => b.packets - a.packets || a.port - b.port)
  const median = busiest[Math.floor(busiest.length / 2)]?.packets ?? 0
  const hot = new Set(busiest.slice(0, singles).filter((hit) => hit.packets > 2 * median))
  const room = most - hot.size
  const rest = hits.filter((hit) => !hot.has(hit))
  const ranges = cutRanges(rest, room)
    .toSorted((a, b) => b.packets - a.packets)
    .slice(0, room)
  return [...[...hot].map(single), ...ranges]
    .map(({ protocol, low, high, hit }) => ({ protocol, low, high, hit }))
    .sort(byPort)
}

/** `count` bands over all ports, whatever the protocol; low ports, where the services are, get more room. */
export function allBands(count: number): PortBand[] {
  const bands: PortBand[] = []
  let low = 0
  for (let i = 1; i <= count && low < PORTS; i++) {
    const next = i === count ? PORTS : Math.max(low + 1, Math.round(portAt(i / count)))
    bands.push({ protocol: undefined, low, high: next - 1, hit: 0 })
    low = next
  }
  return bands
}

// Half of the axis up to about port 2000: scans for services stay apart there, and a scan of all ports is still seen whole.
const BEND = 64
/** Port at a place of the axis, 0 to 1. */
function portAt(place: number): number {
  return BEND * ((1 + PORTS / BEND) ** place - 1)
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
  const totals = new Float64Array(bands.length)
  const levels = new Uint8Array(bands.length)
  const levelOf = Uint8Array.from(attackers, (attacker) => attacker.level)
  const lookups = protocols.map((name) =>
    passes(name, protocol) ? bandLookup(bands, name) : undefined,
  )
  for (let row = 0; row < activity.length; row++) {
    const low = activity.low[row] ?? -1
    const lookup = lookups[activity.protocol[row] ?? -1]
    const bucket = bucketOf(grid, activity.time[row] ?? NaN)
    if (low < 0 || low >= PORTS || lookup === undefined || bucket < 0) continue
    const high = Math.min(PORTS - 1, Math.max(low, activity.high[row] ?? low))
    const packets = activity.packets[row] ?? 0
    if (!(packets >= 0)) continue
    const level = levelOf[activity.source[row] ?? -1] ?? 0
    // Runs of ports that lie in one band: a range of 60,000 ports costs as many steps as it has bands.
    for (let run = lookup.runOf[low] ?? 0; run < lookup.starts.length; run++) {
      const start = lookup.starts[run] ?? PORTS
      if (start > high) break
      const band = lookup.bands[run] ?? -1
      if (band < 0) continue
      const end = (lookup.starts[run + 1] ?? PORTS) - 1
      const overlap = Math.min(end, high) - Math.max(start, low) + 1
      const part = (packets * overlap) / (high - low + 1)
      const cell = band * grid.count + bucket
      cells[cell] = (cells[cell] ?? 0) + part
      totals[band] = (totals[band] ?? 0) + part
      if (level > (levels[band] ?? 0)) levels[band] = level
    }
  }
  let max = 0
  for (const value of cells) if (value > max) max = value
  return { ...grid, bands, cells, max, totals, levels }
}

/** Who asked for a band between two times (end excluded). */
export interface CellSources {
  readonly sources: number
  /** Index of the one with most packets, -1: unknown. */
  readonly busiest: number
  readonly level: Level
}

export function cellSources(
  model: Model,
  band: PortBand,
  protocol: ProtocolFilter,
  from: number,
  to: number,
): CellSources {
  const { activity, attackers, protocols } = model
  const packets = new Map<number, number>()
  for (let row = firstAtOrAfter(activity.time, from); row < activity.length; row++) {
    if (!((activity.time[row] ?? NaN) < to)) break
    const low = activity.low[row] ?? -1
    if (low < 0 || low > band.high || Math.max(low, activity.high[row] ?? low) < band.low) continue
    const name = protocols[activity.protocol[row] ?? -1]
    if (name === undefined || !passes(name, protocol)) continue
    if (band.protocol !== undefined && band.protocol !== name) continue
    const source = activity.source[row] ?? -1
    if (source >= 0) packets.set(source, (packets.get(source) ?? 0) + (activity.packets[row] ?? 0))
  }
  let busiest = -1
  let level: Level = 0
  for (const [source, n] of packets) {
    if (busiest < 0 || n > (packets.get(busiest) ?? 0)) busiest = source
    const own = attackers[source]?.level ?? 0
    if (own > level) level = own
  }
  return { sources: packets.size, busiest, level }
}

interface PortHit {
  readonly protocol: string
  readonly port: number
  readonly packets: number
}

interface Range extends PortBand {
  readonly packets: number
}
type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Ports no further apart than this are of one scan: scanners leave some out. */
const MIN_REACH = 16

/** Ports that were asked for, with packets, by protocol and port. A range counts for all of its ports. */
function portHits(model: Model, grid: TimeGrid, protocol: ProtocolFilter): PortHit[] {
  const { activity, protocols } = model
  const changes = new Map<number, { packets: Float64Array; rows: Int32Array }>()
  for (let row = 0; row < activity.length; row++) {
    const low = activity.low[row] ?? -1
    const number = activity.protocol[row] ?? -1
    const name = protocols[number]
    if (low < 0 || low >= PORTS || name === undefined || !passes(name, protocol)) continue
    if (bucketOf(grid, activity.time[row] ?? NaN) < 0) continue
    let change = changes.get(number)
    if (change === undefined) {
      change = { packets: new Float64Array(PORTS + 1), rows: new Int32Array(PORTS + 1) }
      changes.set(number, change)
    }
    const end = Math.min(PORTS - 1, Math.max(low, activity.high[row] ?? low)) + 1
    const packets = activity.packets[row] ?? 0
    const each = packets >= 0 ? packets / (end - low) : 0
    change.packets[low] = (change.packets[low] ?? 0) + each
    change.packets[end] = (change.packets[end] ?? 0) - each
    change.rows[low] = (change.rows[low] ?? 0) + 1
    change.rows[end] = (change.rows[end] ?? 0) - 1
  }
  const hits: PortHit[] = []
  for (const [number, change] of changes) {
    let packets = 0
    let rows = 0
    for (let port = 0; port < PORTS; port++) {
      packets += change.packets[port] ?? 0
      rows += change.rows[port] ?? 0
      if (rows > 0) hits.push({ protocol: protocols[number] ?? '', port, packets })
    }
  }
  return hits
}

/**
 * Ranges out of ports sorted by protocol and number: neighbours belong together, and what is too far apart to be of one
 * scan does not. What is longer than a share of all ports would be with `room` rows is cut at round numbers.
 */
function cutRanges(hits: readonly PortHit[], room: number): Range[] {
  const step = roundStep(PORTS / Math.max(1, room))
  const reach = Math.max(MIN_REACH, Math.min(step / 4, 4 * medianGap(hits)))
  const ranges: Range[] = []
  let start = 0
  hits.forEach((hit, i) => {
    const next = hits[i + 1]
    if (next?.protocol === hit.protocol && next.port - hit.port <= reach) return
    ranges.push(...cutAtSteps(hits.slice(start, i + 1), step))
    start = i + 1
  })
  return ranges
}

/** One range, or several if it is much longer than a step. */
function cutAtSteps(hits: readonly PortHit[], step: number): Range[] {
  const span = (hits.at(-1)?.port ?? 0) - (hits[0]?.port ?? 0)
  const ranges: Array<Writable<Range>> = []
  for (const { protocol, port, packets } of hits) {
    const last = ranges.at(-1)
    const cut =
      span > 1.5 * step && Math.floor(port / step) !== Math.floor((last?.high ?? 0) / step)
    if (last !== undefined && !cut) {
      last.high = port
      last.hit++
      last.packets += packets
    } else ranges.push({ protocol, low: port, high: port, hit: 1, packets })
  }
  return ranges
}

function medianGap(hits: readonly PortHit[]): number {
  const gaps = new Float64Array(Math.max(0, hits.length - 1))
  for (let i = 0; i < gaps.length; i++) {
    gaps[i] = Math.abs((hits[i + 1]?.port ?? 0) - (hits[i]?.port ?? 0))
  }
  return gaps.sort()[gaps.length >> 1] ?? 0
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least) ?? 10 * power
}

function single({ protocol, port }: PortHit): PortBand {
  return { protocol, low: port, high: port, hit: 1 }
}

function byPort(a: PortBand, b: PortBand): number {
  return a.low - b.low || a.high - b.high || (a.protocol ?? '').localeCompare(b.protocol ?? '')
}

interface BandLookup {
  /** First port of each run of ports in the same band. */
  readonly starts: readonly number[]
  /** Band of each run, -1: none. */
  readonly bands: readonly number[]
  /** Run of each port. */
  readonly runOf: Int32Array
}

/** Rows of one port win over ranges that lie around them. */
function bandLookup(bands: readonly PortBand[], protocol: string): BandLookup {
  const bandOf = new Int16Array(PORTS).fill(-1)
  const order = bands.map((_, i) => i).sort((a, b) => span(bands[b]) - span(bands[a]))
  for (const i of order) {
    const band = bands[i]
    if (band === undefined || (band.protocol !== undefined && band.protocol !== protocol)) continue
    bandOf.fill(i, band.low, band.high + 1)
  }
  const starts: number[] = []
  const bandsOfRuns: number[] = []
  const runOf = new Int32Array(PORTS)
  for (let port = 0; port < PORTS; port++) {
    const band = bandOf[port] ?? -1
    if (port === 0 || band !== bandsOfRuns.at(-1)) {
      starts.push(port)
      bandsOfRuns.push(band)
    }
    runOf[port] = starts.length - 1
  }
  return { starts, bands: bandsOfRuns, runOf }
}

function span(band: PortBand | undefined): number {
  return band === undefined ? 0 : band.high - band.low
}

function passes(name: string, protocol: ProtocolFilter): boolean {
  return protocol === 'all' || name.toLowerCase() === protocol
}

function firstAtOrAfter(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? Infinity) < time) low = middle + 1
    else high = middle
  }
  return low
}
