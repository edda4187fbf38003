import type uPlot from 'uplot'

/** An annotation with the colour to draw it in. */
export interface Mark {
  readonly time: number
  /** ms; `time` where it is a moment. */
  readonly end: number
  readonly color: string
}

const FILL = 0.12

/** Shades what annotations span. It goes under the bars, whose colours mean something. */
export function shadeRegions(plot: uPlot, marks: readonly Mark[]): void {
  withinPlot(plot, () => {
    plot.ctx.globalAlpha = FILL
    for (const { time, end, color } of marks) {
      if (end <= time) continue
      const left = plot.valToPos(time, 'x', true)
      plot.ctx.fillStyle = color
      plot.ctx.fillRect(left, plot.bbox.top, plot.valToPos(end, 'x', true) - left, plot.bbox.height)
    }
  })
}

/** Dashed lines where annotations are, or begin and end. They go over the bars. */
export function drawLines(plot: uPlot, marks: readonly Mark[]): void {
  const ratio = window.devicePixelRatio || 1
  withinPlot(plot, () => {
    plot.ctx.lineWidth = Math.max(1, Math.round(ratio))
    plot.ctx.setLineDash([5 * ratio, 5 * ratio])
    for (const { time, end, color } of marks) {
      plot.ctx.strokeStyle = color
      for (const at of new Set([time, end])) {
        const x = Math.round(plot.valToPos(at, 'x', true)) + 0.5
        plot.ctx.beginPath()
        plot.ctx.moveTo(x, plot.bbox.top)
        plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height)
        plot.ctx.stroke()
      }
    }
  })
}

function withinPlot({ ctx, bbox }: uPlot, draw: () => void): void {
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw()
  ctx.restore()
}
