import { bucketStart } from '../../data/buckets'
import type { Heatmap } from '../../data/heatmap'
import { BADGE, type Plot } from '../canvas/draw'

export type PortAxis = 'top' | 'all'

export interface HeatLayout {
  readonly plot: Plot
  /** Right edge of the port's number; 0: no labels. */
  readonly portRight: number
  /** Left edge of the service's name, undefined: no room for it. */
  readonly serviceLeft: number | undefined
  /** How many rows fit. */
  readonly rows: number
}

const AXIS = 20
const TOP = 4
const ROW = 18
const TALL_ROW = 26
const BAND = 3
const PORT_WIDTH = 84
const SHORT_PORT_WIDTH = 44
const SERVICE_WIDTH = 92

/** Space for labels depends on the room alone, never on the data: nothing moves when other ports come up. */
export function heatLayout(axis: PortAxis, width: number, height: number): HeatLayout {
  const room = Math.max(1, height - AXIS - TOP)
  const withService = axis === 'top' && width >= 420
  const narrow = width < 260
  const badge = axis === 'top' ? BADGE + 6 : 0
  const portWidth = axis === 'all' ? SHORT_PORT_WIDTH : narrow ? 68 : PORT_WIDTH
  const portRight = badge + portWidth
  const left = portRight + 8 + (withService ? SERVICE_WIDTH : 0)
  return {
    plot: { left, top: TOP, width: Math.max(1, width - left - 4), height: room },
    portRight,
    serviceLeft: withService ? portRight + 8 : undefined,
    rows: Math.max(
      1,
      axis === 'all' ? Math.floor(room / BAND) : Math.min(60, Math.floor(room / ROW)),
    ),
  }
}

/** The plot cut to whole rows of a sensible height. */
export function fittedPlot({ plot }: HeatLayout, axis: PortAxis, rows: number): Plot {
  if (axis === 'all' || rows === 0) return plot
  return { ...plot, height: rows * Math.min(TALL_ROW, Math.floor(plot.height / rows)) }
}

/** px from the plot's left, of each bucket's start and the last one's end. */
export function bucketEdges(map: Heatmap, from: number, to: number, width: number): number[] {
  const scale = to > from ? width / (to - from) : 0
  return Array.from({ length: map.count + 1 }, (_, i) => {
    if (scale === 0) return i === 0 ? 0 : width
    return Math.max(0, Math.min(width, (bucketStart(map, i) - from) * scale))
  })
}
