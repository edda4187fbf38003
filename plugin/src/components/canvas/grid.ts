import type { Plot } from './draw'

/** A place on a grid; row -1: above the cells, column -1: beside them. */
export interface Cell {
  readonly row: number
  readonly column: number
}

export interface GridShape {
  readonly plot: Plot
  readonly rows: number
  /** px from the plot's left, one more than there are columns, rising. */
  readonly edges: readonly number[]
}

export function columnCount({ edges }: GridShape): number {
  return Math.max(0, edges.length - 1)
}

/** The cell at a point of the canvas; the label beside a row and that above or below a column count for all of it. */
export function cellAt(grid: GridShape, x: number, y: number): Cell | undefined {
  const { plot, rows, edges } = grid
  const row = Math.floor(((y - plot.top) / plot.height) * rows)
  const inRows = y >= plot.top && row >= 0 && row < rows
  const left = x - plot.left
  const column = edges.findIndex((edge, i) => left >= edge && left < (edges[i + 1] ?? -1))
  if (inRows) return { row, column }
  return column >= 0 ? { row: -1, column } : undefined
}

/** Where a cell lies on the canvas; a whole row or column for -1. */
export function boxOf({ plot, rows, edges }: GridShape, { row, column }: Cell): Plot {
  const height = plot.height / Math.max(1, rows)
  const left = column < 0 ? 0 : (edges[column] ?? 0)
  const right = column < 0 ? plot.width : (edges[column + 1] ?? plot.width)
  return {
    left: plot.left + left,
    width: right - left,
    top: row < 0 ? plot.top : plot.top + row * height,
    height: row < 0 ? plot.height : height,
  }
}

/** Where a key leads from a cell; undefined for a key that is not the grid's. */
export function moveBy(
  grid: GridShape,
  cell: Cell,
  key: string,
  withControl: boolean,
): Cell | undefined {
  const lastRow = grid.rows - 1
  const lastColumn = columnCount(grid) - 1
  const row = (to: number) => ({ ...cell, row: Math.max(0, Math.min(lastRow, to)) })
  const column = (to: number) => ({ ...cell, column: Math.max(-1, Math.min(lastColumn, to)) })
  switch (key) {
    case 'ArrowUp':
      return row(cell.row - 1)
    case 'ArrowDown':
      return row(cell.row + 1)
    case 'PageUp':
      return row(cell.row - 10)
    case 'PageDown':
      return row(cell.row + 10)
    case 'ArrowLeft':
      return column(cell.column - 1)
    case 'ArrowRight':
      return column(cell.column + 1)
    case 'Home':
      return withControl ? { row: 0, column: 0 } : column(-1)
    case 'End':
      return withControl ? { row: lastRow, column: lastColumn } : column(lastColumn)
    default:
      return undefined
  }
}
