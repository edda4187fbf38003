import { columnShapes } from './column-shapes'
import { placeAxis, portAxis, type Axis } from './matrix-axis'
import { collectHits, destinationPlaces, type Hit } from './matrix-hits'
import type { Level, Model } from './model'
import { shapeOfAttacker, type Shape } from './shapes'

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
  const cells = spreadHits(hits, axis, shown.length)
  let max = 0
  for (const value of cells) if (value > max) max = value
  const shapes = columnShapes(model, kind, from, to, axis, places)
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

/**
 * Packets by row and column, evenly over the columns of a hit. Where one begins and ends is noted, and summed up in the end:
 * how many columns it goes through makes no difference.
 */
function spreadHits(hits: readonly Hit[], axis: Axis, rows: number): Float64Array {
  const width = axis.columns.length
  const cells = new Float64Array(rows * width)
  const each = new Float64Array(rows * (width + 1))
  const open = new Int32Array(rows * (width + 1))
  for (const { row, low, high, packets } of hits) {
    const first = axis.columnOf(low)
    const last = low === high ? first : Math.max(first, axis.columnOf(high))
    if (first === last) {
      cells[row * width + first] = (cells[row * width + first] ?? 0) + packets
      continue
    }
    const part = packets / (last - first + 1)
    const start = row * (width + 1) + first
    const end = row * (width + 1) + last + 1
    each[start] = (each[start] ?? 0) + part
    each[end] = (each[end] ?? 0) - part
    open[start] = (open[start] ?? 0) + 1
    open[end] = (open[end] ?? 0) - 1
  }
  for (let row = 0; row < rows; row++) {
    let packets = 0
    let ranges = 0
    for (let column = 0; column < width; column++) {
      const at = row * (width + 1) + column
      ranges += open[at] ?? 0
      // What is added and taken away leaves a rest.
      packets = ranges === 0 ? 0 : packets + (each[at] ?? 0)
      cells[row * width + column] = (cells[row * width + column] ?? 0) + packets
    }
  }
  return cells
}
