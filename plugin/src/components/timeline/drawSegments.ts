import type uPlot from 'uplot'
import { STACKED } from './levelStack'

/**
 * Bars of one level, from the top of the level below to its own: uPlot's bars all stand on the axis, and then the edges of
 * those behind shine through. A bucket is as wide as its time, also where the range cuts it.
 */
export const drawSegments: uPlot.Series.PathBuilder = (plot, series, first, last) => {
  const fill = new Path2D()
  const [times] = plot.data
  const own = plot.data[series]
  const below = series < STACKED.length ? plot.data[series + 1] : undefined
  const { left, width } = plot.bbox
  const clip = (x: number) => Math.max(left, Math.min(left + width, Math.round(x)))
  for (let i = first; i <= last; i++) {
    const top = own?.[i] ?? 0
    const bottom = below?.[i] ?? 0
    const end = times[i + 1]
    if (top <= bottom || end === undefined) continue
    const x = clip(plot.valToPos(times[i] ?? 0, 'x', true))
    const next = clip(plot.valToPos(end, 'x', true))
    const y = Math.round(plot.valToPos(top, 'y', true))
    const base = Math.round(plot.valToPos(bottom, 'y', true))
    const gap = next - x >= 4 ? 1 : 0
    fill.rect(x, y, Math.max(1, next - x - gap), base - y)
  }
  return { fill, stroke: null, flags: 0 }
}
