import type { MatrixColumns } from '../../data/matrix'
import { BADGE, type Plot } from '../canvas/draw'

export interface MapLayout {
  readonly plot: Plot
  /** How much of the address fits, px, from `addressLeft`. */
  readonly addressLeft: number
  readonly addressWidth: number
  /** Room for the shape at the right of a row, px; 0: none, `ICON` only: no text. */
  readonly shapeWidth: number
  readonly rows: number
  readonly columns: number
}

const ROW = 16
const TALL_ROW = 24
/** Above the rows, for the shapes of columns; too much for what is small. */
const TOP = 16
const SHORT_TOP = 2
const TALL = 160
const AXIS = 20
const COLUMN = 5
const WIDE_COLUMN = 26

export function mapLayout(width: number, height: number): MapLayout {
  const addressLeft = BADGE + 6
  const addressWidth = width < 260 ? 74 : width < 480 ? 106 : 124
  const shapeWidth = width >= 560 ? 84 : width >= 260 ? 16 : 0
  const left = addressLeft + addressWidth + 6
  const plotWidth = Math.max(1, width - left - (shapeWidth === 0 ? 4 : shapeWidth + 8))
  const top = height < TALL ? SHORT_TOP : TOP
  const room = Math.max(1, height - top - AXIS)
  return {
    plot: { left, top, width: plotWidth, height: room },
    addressLeft,
    addressWidth,
    shapeWidth,
    rows: Math.max(1, Math.floor(room / ROW)),
    columns: Math.max(1, Math.floor(plotWidth / COLUMN)),
  }
}

/** The plot cut to whole rows of a sensible height. */
export function fittedMap({ plot }: MapLayout, rows: number): Plot {
  if (rows === 0) return plot
  return { ...plot, height: rows * Math.min(TALL_ROW, Math.floor(plot.height / rows)) }
}

/** px from the plot's left; few columns keep a sensible width instead of filling the panel. */
export function columnEdges(count: number, width: number, kind: MatrixColumns): number[] {
  const widest = kind === 'destination' ? 110 : WIDE_COLUMN * 2
  const each = count === 0 ? 0 : Math.min(widest, width / count)
  return Array.from({ length: count + 1 }, (_, i) => i * each)
}
