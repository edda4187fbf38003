import type { GrafanaTheme2 } from '@grafana/data'
import {
  AxisPlacement,
  GraphGradientMode,
  ScaleDirection,
  ScaleOrientation,
  VisibilityMode,
} from '@grafana/schema'
import { UPlotConfigBuilder } from '@grafana/ui'
import type { LevelLook } from '../view'
import { COUNT_STEPS, countTick } from './countTick'
import { drawSegments } from './drawSegments'
import { STACKED, windowOf } from './levelStack'

interface TimelineConfig {
  readonly theme: GrafanaTheme2
  readonly timeZone: string
  readonly looks: readonly LevelLook[]
  /** Less room for the vertical axis. */
  readonly small: boolean
}

const ratio = () => window.devicePixelRatio || 1

/** Axes, scales and series for `stackData`. */
export function timelineConfig({ theme, timeZone, looks, small }: TimelineConfig) {
  const builder = new UPlotConfigBuilder(timeZone)
  builder.addScale({
    scaleKey: 'x',
    isTime: true,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: (plot) => windowOf(plot.data),
  })
  builder.addScale({
    scaleKey: 'y',
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
    range: (_plot, _min, max) => [0, Math.max(1, max * 1.05)],
  })
  builder.addAxis({
    scaleKey: 'x',
    isTime: true,
    placement: AxisPlacement.Bottom,
    timeZone,
    theme,
    grid: { show: false },
    // A label at the very end would be cut.
    filter: (plot, splits) =>
      splits.map((time) =>
        plot.valToPos(time, 'x') > plot.bbox.width / ratio() - 16 ? null : time,
      ),
  })
  builder.addAxis({
    scaleKey: 'y',
    placement: AxisPlacement.Left,
    theme,
    // Fixed, so that the plot does not move sideways when the counts get a digit more.
    size: small ? 40 : 50,
    incrs: COUNT_STEPS,
    values: (_plot, splits, _axis, _space, step) => splits.map((value) => countTick(value, step)),
    ticks: { show: false },
  })
  for (const level of STACKED.toReversed()) {
    const color = looks[level]?.color ?? theme.colors.text.primary
    builder.addSeries({
      scaleKey: 'y',
      theme,
      pathBuilder: drawSegments,
      lineWidth: 0,
      lineColor: color,
      fillColor: color,
      gradientMode: GraphGradientMode.None,
      showPoints: VisibilityMode.Never,
      show: true,
    })
  }
  builder.addSeries({ scaleKey: 'y', theme, show: false })
  builder.setCursor({ points: { show: false } })
  return builder
}
