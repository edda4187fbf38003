import { sortAddresses } from './address'
import type { Level, Model, PortRange } from './model'
import { BURST_WINDOW, shapeOfAttacker, shapeOfColumn, type Shape } from './shapes'

export type MatrixColumns = 'destination' | 'port'

export interface MatrixRow {
  /** Index into `Model.attackers`. */
  readonly attacker: number
  readonly level: Level
  readonly packets: number
  readonly shape: Shape | undefined
}

/** What stands side by side at one place of the horizontal axis. */
export interface MatrixColumn {
  /** First and last port; index into `Matrix.destinations` for destinations. Ends included. */
  readonly low: number
  readonly high: number
  /** True where ports that nobody asked for lie before it. */
  readonly gap: boolean
  /** Rows shown that hit it. */
  readonly sources: number
  readonly shape: Shape | undefined
}

export interface Matrix {
  readonly kind: MatrixColumns
  readonly rows: readonly MatrixRow[]
  /** Attackers that did not fit. */
  readonly more: number
  readonly columns: readonly MatrixColumn[]
  /** Packets: `cells[row * columns.length + column]`. */
  readonly cells: Float64Array
  readonly max: number
  /** Addresses in the order of the axis; empty for ports. */
  readonly destinations: readonly string[]
}

/** Something an attacker hit: interval of ports, or of one destination's place. */
interface Hit {
  readonly row: number
  readonly low: number
  readonly high: number
  readonly packets: number
}

/** The first `maxRows` attackers against what they asked for within the times, in at most `maxColumns` columns. */
export function matrix(
  model: Model,
  kind: MatrixColumns,
  from: number,
  to: number,
  maxRows: number,
  maxColumns: number,
): Matrix {
  const shown = model.attackers.slice(0, Math.max(0, maxRows))
  const places = destinationPlaces(model, shown.length)
  const hits = collectHits(model, kind, from, to, shown.length, places.place)
  const axis = kind === 'port' ? portAxis(hits, maxColumns) : placeAxis(hits, maxColumns)
  const width = axis.columns.length
  const cells = new Float64Array(shown.length * width)
  for (const { row, low, high, packets } of hits) {
    const first = axis.columnOf(low)
    const last = Math.max(first, axis.columnOf(high))
    for (let column = first; column <= last; column++) {
      const cell = row * width + column
      cells[cell] = (cells[cell] ?? 0) + packets / (last - first + 1)
    }
  }
  let max = 0
  for (const value of cells) if (value > max) max = value
  const shapes = columnShapes(model, kind, from, to, width, (value) => axis.find(value), places)
  return {
    kind,
    rows: shown.map((attacker) => ({
      attacker: attacker.index,
      level: attacker.level,
      packets: attacker.packets,
      shape: shapeOfAttacker(attacker),
    })),
    more: model.attackers.length - shown.length,
    columns: axis.columns.map((column, at) => ({
      ...column,
      sources: shown.reduce((n, _, row) => n + ((cells[row * width + at] ?? 0) > 0 ? 1 : 0), 0),
      // Of several ports or destinations together, many sources say nothing.
      shape: column.low === column.high ? shapes[at] : undefined,
    })),
    cells,
    max,
    destinations: kind === 'port' ? [] : places.sorted,
  }
}

interface Places {
  readonly sorted: readonly string[]
  /** Place on the axis of each index into `Model.addresses`. */
  readonly ofIndex: Int32Array
  place(address: string): number
}

/** Where each destination stands when all are sorted by number. */
function destinationPlaces(model: Model, rows: number): Places {
  const all = new Set(model.addresses)
  for (const attacker of model.attackers.slice(0, rows)) {
    for (const { address } of attacker.destinations) all.add(address)
  }
  const sorted = sortAddresses(all)
  const placeOf = new Map(sorted.map((address, i) => [address, i]))
  const place = (address: string) => placeOf.get(address) ?? -1
  return { sorted, place, ofIndex: Int32Array.from(model.addresses, place) }
}

function collectHits(
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

type BareColumn = Pick<MatrixColumn, 'low' | 'high' | 'gap'>
interface Axis {
  readonly columns: readonly BareColumn[]
  /** Column of a value that was hit. */
  columnOf(value: number): number
  /** Column of any value, -1: none. */
  find(value: number): number
}

/**
 * Ports in order, without those nobody asked for. Cut wherever a range begins or ends; a piece of many ports is wider
 * than one of few, but by the logarithm of their number, or one full scan would leave no room for anything else. So is
 * a port that many asked for, lest it share a column with its neighbours.
 */
function portAxis(hits: readonly Hit[], maxColumns: number): Axis {
  const edges = new Map<number, number>()
  const rows = new Map<number, Set<number>>()
  for (const { row, low, high } of hits) {
    if (low === high) rows.set(low, (rows.get(low) ?? new Set()).add(row))
    edges.set(low, (edges.get(low) ?? 0) + 1)
    edges.set(high + 1, (edges.get(high + 1) ?? 0) - 1)
  }
  const sorted = [...edges.keys()].sort((a, b) => a - b)
  const pieces: Array<{ low: number; high: number; weight: number }> = []
  let open = 0
  sorted.forEach((edge, i) => {
    open += edges.get(edge) ?? 0
    const next = sorted[i + 1]
    if (open <= 0 || next === undefined) return
    const sources = rows.get(edge)?.size ?? 1
    const weight = (1 + Math.log2(next - edge)) * (1 + Math.log2(Math.max(1, sources)))
    pieces.push({ low: edge, high: next - 1, weight })
  })
  return fit(pieces, maxColumns)
}

function placeAxis(hits: readonly Hit[], maxColumns: number): Axis {
  const places = [...new Set(hits.map(({ low }) => low))].sort((a, b) => a - b)
  return fit(
    places.map((place) => ({ low: place, high: place, weight: 1 })),
    maxColumns,
  )
}

/** Deals pieces out to columns by their weight; wide ones take several, each a part of their ports. */
function fit(
  pieces: ReadonlyArray<{ low: number; high: number; weight: number }>,
  maxColumns: number,
): Axis {
  const total = pieces.reduce((sum, piece) => sum + piece.weight, 0)
  const width = Math.max(1, Math.min(Math.floor(maxColumns), Math.round(total)))
  const columns: Array<{ low: number; high: number; gap: boolean }> = []
  let before = 0
  let last = -2
  for (const { low, high, weight } of pieces) {
    const first = Math.min(width - 1, Math.floor((before / total) * width))
    before += weight
    const end = Math.min(width, Math.max(first + 1, Math.floor((before / total) * width)))
    const parts = Math.min(end - first, high - low + 1)
    for (let part = 0; part < parts; part++) {
      const from = low + Math.floor(((high - low + 1) * part) / parts)
      const to = low + Math.floor(((high - low + 1) * (part + 1)) / parts) - 1
      const open = columns.at(-1)
      // A piece that begins in a column that is taken already shares it.
      if (part === 0 && first === last && open !== undefined) open.high = to
      else
        columns.push({
          low: from,
          high: to,
          gap: columns.length > 0 && from > (open?.high ?? 0) + 1,
        })
    }
    last = end - 1
  }
  const columnOf = (value: number) => {
    let lowest = 0
    let highest = columns.length - 1
    while (lowest < highest) {
      const middle = (lowest + highest + 1) >> 1
      if ((columns[middle]?.low ?? Infinity) <= value) lowest = middle
      else highest = middle - 1
    }
    return Math.max(0, lowest)
  }
  return {
    columns,
    columnOf,
    find(value) {
      const column = columnOf(value)
      const at = columns[column]
      return at !== undefined && value >= at.low && value <= at.high ? column : -1
    },
  }
}

/**
 * Looks at all sources, not only at those shown: a distributed scan comes from many that do little. A source whose bar lies
 * across the columns hits each of them, and says nothing about one.
 */
function columnShapes(
  { activity, attackers }: Model,
  kind: MatrixColumns,
  from: number,
  to: number,
  width: number,
  columnOf: (value: number) => number,
  places: Places,
): Array<Shape | undefined> {
  const length = Math.max(1, Math.ceil((to - from) / BURST_WINDOW))
  // Weeks have thousands of windows; the peak is looked for in so many, each longer.
  const windows = Math.min(length, 500)
  const counts = Array.from({ length: width }, () => new Uint32Array(windows))
  const own = kind === 'port' ? 'vertical' : 'sweep'
  const across = Uint8Array.from(attackers, (attacker) => {
    const shape = shapeOfAttacker(attacker)
    return shape === own || shape === 'block' ? 1 : 0
  })
  const seen = new Set<number>()
  let current = -1
  for (let i = 0; i < activity.length; i++) {
    const time = activity.time[i] ?? NaN
    if (!(time >= from && time <= to)) continue
    const source = activity.source[i] ?? -1
    const low = activity.low[i] ?? -1
    if (source < 0 || across[source] === 1) continue
    if (kind === 'port' && (activity.high[i] ?? low) > low) continue
    const value = kind === 'port' ? low : (places.ofIndex[activity.destination[i] ?? -1] ?? -1)
    const column = value < 0 ? -1 : columnOf(value)
    if (column < 0) continue
    const window = Math.min(windows - 1, Math.floor(((time - from) / (to - from || 1)) * windows))
    if (window !== current) {
      seen.clear()
      current = window
    }
    const key = column * attackers.length + source
    if (seen.has(key)) continue
    seen.add(key)
    const row = counts[column]
    if (row !== undefined) row[window] = (row[window] ?? 0) + 1
  }
  return counts.map((row) => shapeOfColumn([...row]))
}

function positive(packets: number | undefined): number {
  return packets !== undefined && Number.isFinite(packets) && packets > 0 ? packets : 0
}
