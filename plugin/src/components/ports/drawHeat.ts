import type { GrafanaTheme2 } from '@grafana/data'
import type { Heatmap } from '../../data/heatmap'
import { BADGE, drawBadge, fitText, fontOf, shadeOf, shades, type Plot } from '../canvas/draw'
import type { TimeTick } from '../canvas/timeTicks'
import type { LevelLook } from '../view'
import type { HeatLayout, PortAxis } from './heatLayout'
import { portText, serviceText } from './portText'

export interface HeatPicture {
  readonly theme: GrafanaTheme2
  readonly looks: readonly LevelLook[]
  readonly axis: PortAxis
  readonly layout: HeatLayout
  readonly plot: Plot
  readonly map: Heatmap
  readonly edges: readonly number[]
  readonly ticks: readonly TimeTick[]
  readonly from: number
  readonly to: number
}

/** Ports that the axis over all ports is marked at. */
const MARKS = [0, 22, 80, 443, 1024, 3389, 8080, 20_000, 65_535]

export function drawHeat(context: CanvasRenderingContext2D, picture: HeatPicture): void {
  drawTimeAxis(context, picture)
  if (picture.axis === 'all') drawPortAxis(context, picture)
  else drawRowLabels(context, picture)
  drawCells(context, picture)
}

function drawCells(context: CanvasRenderingContext2D, picture: HeatPicture): void {
  const { theme, axis, plot, map, edges } = picture
  const colors = shades(theme)
  const height = plot.height / Math.max(1, map.bands.length)
  const gap = axis === 'top' ? 1 : 0
  const columnGap = plot.width / map.count >= 4 ? 1 : 0
  map.bands.forEach((_, band) => {
    const top = plot.top + band * height
    if (axis === 'top') {
      context.fillStyle = theme.colors.border.weak
      context.fillRect(plot.left, Math.round(top + height) - 1, plot.width, 1)
    }
    for (let bucket = 0; bucket < map.count; bucket++) {
      const value = map.cells[band * map.count + bucket] ?? 0
      if (value <= 0) continue
      const left = edges[bucket] ?? 0
      const right = edges[bucket + 1] ?? left
      context.fillStyle = colors[shadeOf(value, map.max, colors.length)] ?? ''
      // Never thinner than what can be seen, also where everything happened in one moment.
      context.fillRect(
        plot.left + left,
        top,
        Math.max(1, right - left - columnGap),
        Math.max(1, height - gap),
      )
    }
  })
}

function drawRowLabels(context: CanvasRenderingContext2D, picture: HeatPicture): void {
  const { theme, looks, layout, plot, map } = picture
  const height = plot.height / Math.max(1, map.bands.length)
  map.bands.forEach((band, i) => {
    const middle = plot.top + (i + 0.5) * height
    const look = looks[map.levels[i] ?? 0]
    if (look !== undefined) drawBadge(context, theme, look, 0, middle)
    context.font = fontOf(theme)
    context.textBaseline = 'middle'
    context.textAlign = 'right'
    context.fillStyle = theme.colors.text.primary
    const port = fitText(context, portText(band), layout.portRight - BADGE - 4)
    context.fillText(port, layout.portRight, middle)
    if (layout.serviceLeft === undefined) return
    context.textAlign = 'left'
    context.fillStyle = theme.colors.text.secondary
    const room = plot.left - layout.serviceLeft - 8
    context.fillText(fitText(context, serviceText(band), room), layout.serviceLeft, middle)
  })
}

function drawPortAxis(context: CanvasRenderingContext2D, picture: HeatPicture): void {
  const { theme, layout, plot, map } = picture
  const height = plot.height / Math.max(1, map.bands.length)
  context.font = fontOf(theme)
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  let free = -Infinity
  for (const port of MARKS) {
    const band = map.bands.findIndex(({ high }) => high >= port)
    const y = plot.top + (port === 65_535 ? plot.height : band * height)
    context.fillStyle = theme.colors.border.weak
    context.fillRect(plot.left, Math.round(y), plot.width, 1)
    const at = Math.max(plot.top + 6, Math.min(plot.top + plot.height - 6, y))
    const isLast = port === 65_535
    if (at < free || (!isLast && at > plot.top + plot.height - 20)) continue
    context.fillStyle = theme.colors.text.primary
    context.fillText(String(port), layout.portRight, at)
    free = at + 14
  }
}

function drawTimeAxis(context: CanvasRenderingContext2D, picture: HeatPicture): void {
  const { theme, plot, ticks, from, to } = picture
  context.font = fontOf(theme)
  context.textBaseline = 'top'
  context.textAlign = 'center'
  for (const { time, text } of ticks) {
    const x = plot.left + ((time - from) / Math.max(1, to - from)) * plot.width
    const half = context.measureText(text).width / 2
    context.fillStyle = theme.colors.border.weak
    context.fillRect(Math.round(x), plot.top + plot.height, 1, 4)
    context.fillStyle = theme.colors.text.secondary
    const inside = Math.max(half, Math.min(plot.left + plot.width - half, x))
    context.fillText(text, inside, plot.top + plot.height + 6)
  }
}
