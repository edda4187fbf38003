import type { MatrixColumn } from './matrix'
import type { Hit } from './matrix-hits'

type BareColumn = Pick<MatrixColumn, 'low' | 'high' | 'gap'>

/** The horizontal axis: values that were hit, in as many columns as there is room for. */
export interface Axis {
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
export function portAxis(hits: readonly Hit[], maxColumns: number): Axis {
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

/** Destinations in order, without those nobody hit. */
export function placeAxis(hits: readonly Hit[], maxColumns: number): Axis {
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
