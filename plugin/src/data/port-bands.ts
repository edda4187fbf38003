import { bucketOf, type TimeGrid } from './buckets'
import type { Model } from './model'
import { passesProtocol, type ProtocolFilter } from './ranking'

export const PORTS = 65_536

/** A row of the heatmap: one port, or a range that was scanned through. Ends included. */
export interface PortBand {
  /** Undefined: any protocol. */
  readonly protocol: string | undefined
  readonly low: number
  readonly high: number
  /** Ports of it that were asked for. */
  readonly hit: number
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
    if (low < 0 || low >= PORTS || name === undefined || !passesProtocol(name, protocol)) continue
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
      // What is added and taken away leaves a rest.
      if (rows === 0) packets = 0
      else hits.push({ protocol: protocols[number] ?? '', port, packets })
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
