import { DashboardCursorSync, type DataFrame, type EventBus, type TimeRange } from '@grafana/data'
import { t } from '../../i18n'
import { TooltipDisplayMode, type VizLegendOptions, type VizTooltipOptions } from '@grafana/schema'
import {
  EventBusPlugin,
  KeyboardPlugin,
  TooltipPlugin2,
  usePanelContext,
  useTheme2,
  VizLayout,
} from '@grafana/ui'
import { useMemo, useState } from 'react'
import { readAnnotations } from '../../data/annotations'
import { bucketLevels, timeGrid } from '../../data/buckets'
import type { Level, Model } from '../../data/model'
import { HiddenTable } from '../canvas/HiddenTable'
import { toggled } from '../parts/LevelPills'
import { zoneOffset } from '../parts/zoneOffset'
import type { LevelLook } from '../view'
import { AnnotationLayer } from './AnnotationLayer'
import { LevelLegend } from './LevelLegend'
import { stackData, STACKED } from './levelStack'
import { LevelTooltip } from './LevelTooltip'
import { StackPlot } from './StackPlot'
import { timelineConfig } from './timelineConfig'

export interface TimelineChartProps {
  readonly model: Model
  readonly count: 'sources' | 'detections'
  readonly legend: VizLegendOptions
  readonly tooltip: VizTooltipOptions
  readonly looks: readonly LevelLook[]
  readonly timeRange: TimeRange
  readonly timeZone: string
  readonly eventBus: EventBus
  /** Of the dashboard. */
  readonly annotations: readonly DataFrame[]
  readonly width: number
  readonly height: number
  onZoom(from: number, to: number): void
}

const PIXELS_PER_BUCKET = 8
/** `TooltipHoverMode.xAll`: the packages declare the enumeration but do not export it. */
const HOVER_X = 1

/** Danger levels over time, stacked. */
export function TimelineChart(props: TimelineChartProps) {
  const { model, count, legend, tooltip, looks, timeRange, timeZone, eventBus, width, height } =
    props
  const theme = useTheme2()
  const { sync, eventsScope } = usePanelContext()
  const syncMode = sync?.() ?? DashboardCursorSync.Off
  const [hidden, setHidden] = useState<ReadonlySet<Level>>(new Set())
  const from = timeRange.from.valueOf()
  const to = timeRange.to.valueOf()
  const small = width < 260 || height < 130
  const most = Math.max(4, Math.floor(width / PIXELS_PER_BUCKET))
  const buckets = useMemo(
    () => bucketLevels(model, timeGrid(from, to, most, zoneOffset(timeZone)), count),
    [model, from, to, most, timeZone, count],
  )
  const data = useMemo(() => stackData(buckets, hidden, from, to), [buckets, hidden, from, to])
  const annotations = useMemo(
    () => readAnnotations(props.annotations, from, to),
    [props.annotations, from, to],
  )
  const config = useMemo(
    () => timelineConfig({ theme, timeZone, looks, small }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the plugins below add their hooks by these once
    [theme, timeZone, looks, small, syncMode, eventsScope],
  )
  const toggle = (level: Level) => setHidden((before) => toggled(before, level))
  const showLegend = legend.showLegend && height >= 160 && width >= 260
  return (
    <div style={{ position: 'relative', width, height, overflow: 'hidden' }}>
      <VizLayout
        width={width}
        height={height}
        legend={
          showLegend ? (
            <VizLayout.Legend placement={legend.placement} {...legendWidth(legend)}>
              <LevelLegend
                buckets={buckets}
                looks={looks}
                hidden={hidden}
                options={legend}
                onToggle={toggle}
              />
            </VizLayout.Legend>
          ) : null
        }
      >
        {(plotWidth, plotHeight) => (
          <StackPlot
            label={t('timeline.label', 'Danger levels over time')}
            config={config}
            data={data}
            width={plotWidth}
            height={plotHeight}
          >
            <KeyboardPlugin config={config} />
            {syncMode !== DashboardCursorSync.Off && (
              <EventBusPlugin config={config} eventBus={eventBus} />
            )}
            <TooltipPlugin2
              config={config}
              hoverMode={HOVER_X}
              syncMode={syncMode}
              syncScope={eventsScope}
              queryZoom={({ from, to }) => props.onZoom(Math.round(from), Math.round(to))}
              maxWidth={tooltip.maxWidth ?? 300}
              render={(plot) =>
                tooltip.mode === TooltipDisplayMode.None ? null : (
                  <LevelTooltip
                    buckets={buckets}
                    hidden={hidden}
                    looks={looks}
                    options={tooltip}
                    timeZone={timeZone}
                    time={plot.posToVal(plot.cursor.left ?? -1, 'x')}
                    value={plot.posToVal(plot.cursor.top ?? -1, 'y')}
                  />
                )
              }
            />
            <AnnotationLayer
              config={config}
              annotations={annotations}
              from={from}
              to={to}
              timeZone={timeZone}
            />
          </StackPlot>
        )}
      </VizLayout>
      <HiddenTable
        caption={
          count === 'sources'
            ? t('timeline.summary.sources', 'Most active sources at once, by danger level')
            : t('timeline.summary.detections', 'Most detections at once, by danger level')
        }
        columns={[
          t('timeline.column.level', 'Danger level'),
          t('timeline.column.peak', 'Most at once'),
        ]}
        rows={STACKED.toReversed().map((level) => [
          `${level} ${looks[level]?.text ?? ''}`,
          Math.max(0, ...(buckets.counts[level] ?? [])).toLocaleString(),
        ])}
      />
    </div>
  )
}

function legendWidth({ width }: VizLegendOptions) {
  return width === undefined ? {} : { width }
}
