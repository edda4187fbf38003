import { dateTimeFormat } from '@grafana/data'
import { t } from '../../i18n'
import { TooltipDisplayMode } from '@grafana/schema'
import { useTheme2 } from '@grafana/ui'
import { useCallback, useMemo } from 'react'
import { bucketStart, timeGrid } from '../../data/buckets'
import { cellSources } from '../../data/cell-sources'
import { heatmap } from '../../data/heatmap'
import type { Evidence, Model } from '../../data/model'
import { allBands, chooseBands, type PortBand } from '../../data/port-bands'
import type { Span } from '../../data/scan-span'
import { serviceName } from '../../data/services'
import { CellGrid } from '../canvas/CellGrid'
import type { CellText } from '../canvas/CellTooltip'
import { attackerSubject, choicesOf, hintOf, portSubject, type Subject } from '../canvas/choices'
import { EmptyText } from '../canvas/EmptyText'
import type { Cell } from '../canvas/grid'
import { HiddenTable } from '../canvas/HiddenTable'
import { timeTicks } from '../canvas/timeTicks'
import { useTimeHover } from '../canvas/useTimeHover'
import { zoneOffset } from '../parts/zoneOffset'
import type { ViewProps } from '../view'
import { drawHeat } from './drawHeat'
import { bucketEdges, fittedPlot, heatLayout, type PortAxis } from './heatLayout'
import { portText } from './portText'

interface PortHeatmapProps extends Omit<ViewProps, 'fieldConfig'> {
  readonly axis: PortAxis
}

const PIXELS_PER_BUCKET = 8
const PIXELS_PER_TICK = 70

/** Packets by port and time. */
export function PortHeatmap(props: PortHeatmapProps) {
  const { model, options, looks, actions, axis, width, height, timeRange, timeZone } = props
  const theme = useTheme2()
  const from = timeRange.from.valueOf()
  const to = timeRange.to.valueOf()
  const { protocol } = options.ports
  const layout = useMemo(() => heatLayout(axis, width, height), [axis, width, height])
  const map = useMemo(() => {
    const grid = timeGrid(from, to, layout.plot.width / PIXELS_PER_BUCKET, zoneOffset(timeZone))
    const bands =
      axis === 'all' ? allBands(layout.rows) : chooseBands(model, grid, protocol, layout.rows)
    return heatmap(model, grid, bands, protocol)
  }, [model, from, to, timeZone, protocol, axis, layout])
  const plot = useMemo(() => fittedPlot(layout, axis, map.bands.length), [layout, axis, map])
  const edges = useMemo(() => bucketEdges(map, from, to, plot.width), [map, from, to, plot])
  const draw = useCallback(
    (context: CanvasRenderingContext2D) => {
      const ticks = timeTicks(from, to, plot.width / PIXELS_PER_TICK, timeZone)
      drawHeat(context, { theme, looks, axis, layout, plot, map, edges, ticks, from, to })
    },
    [theme, looks, axis, layout, plot, map, edges, from, to, timeZone],
  )
  const look = useCallback(
    ({ row, column }: Cell) => {
      const band = map.bands[row]
      if (band === undefined) return undefined
      const start = bucketStart(map, Math.max(0, column))
      const end = bucketStart(map, column < 0 ? map.count : column + 1)
      const packets = column < 0 ? map.totals[row] : map.cells[row * map.count + column]
      const found = cellSources(model, band, protocol, start, end)
      const time = column < 0 ? undefined : { from: start, to: end }
      const subject = packets ? subjectOf(model, band, found.busiest, time) : undefined
      return { band, start, end, packets: packets ?? 0, subject, ...found }
    },
    [model, map, protocol],
  )
  const describe = useCallback(
    (cell: Cell): CellText | undefined => {
      const found = look(cell)
      if (found === undefined) return undefined
      const { band, start, end, packets, sources, level, subject } = found
      const begin = dateTimeFormat(start, { timeZone })
      return {
        title: bandTitle(band),
        subtitle:
          cell.column < 0
            ? t('ports.whole-range', 'Whole time range')
            : `${begin} – ${dateTimeFormat(end, { timeZone, format: 'HH:mm:ss' })}`,
        rows: [
          { label: t('ports.packets', 'Packets'), value: countText(packets) },
          { label: t('ports.sources', 'Sources'), value: countText(sources) },
          ...(sources > 0
            ? [
                {
                  label: t('ports.level', 'Highest level'),
                  value: `${level} ${looks[level]?.text ?? ''}`,
                },
              ]
            : []),
        ],
        hint: hintOf(choicesOf(actions, subject)),
      }
    },
    [look, looks, actions, timeZone],
  )
  const { time, publish } = useTimeHover(props.eventBus)
  if (map.max === 0) {
    return (
      <EmptyText width={width} height={height}>
        {t('ports.empty', 'No ports asked for in this time range')}
      </EmptyText>
    )
  }
  const timeAt = (x: number) => Math.round(from + (x / plot.width) * (to - from))
  return (
    <>
      <CellGrid
        width={width}
        height={height}
        plot={plot}
        rows={map.bands.length}
        edges={edges}
        label={t('ports.label', 'Packets by port and time')}
        showTooltip={options.tooltip.mode !== TooltipDisplayMode.None}
        mark={time === undefined ? undefined : ((time - from) / (to - from || 1)) * plot.width}
        draw={draw}
        describe={describe}
        choices={(cell) => choicesOf(actions, look(cell)?.subject)}
        onPoint={(cell) => {
          const inside = cell !== undefined && cell.column >= 0
          publish(inside ? bucketStart(map, cell.column) + map.step / 2 : undefined)
        }}
        onSpan={(left, right) => actions.zoom(timeAt(left), timeAt(right))}
      />
      <HiddenTable
        caption={t('ports.summary', 'Packets by port')}
        columns={[
          t('ports.port', 'Port'),
          t('ports.packets', 'Packets'),
          t('ports.level', 'Highest level'),
          t('ports.busiest-time', 'Busiest time'),
        ]}
        rows={summary(map.bands, map.totals, 20).map((row) => [
          bandTitle(map.bands[row]),
          countText(map.totals[row] ?? 0),
          `${map.levels[row]} ${looks[map.levels[row] ?? 0]?.text ?? ''}`,
          dateTimeFormat(bucketStart(map, busiestBucket(map.cells, row, map.count)), {
            timeZone,
          }),
        ])}
      />
    </>
  )
}

/** A port stands for itself. A range is no value to filter by: who scanned it is. */
function subjectOf(
  model: Model,
  band: PortBand,
  busiest: number,
  time: Span | undefined,
): Subject | undefined {
  const zoom = time && { ...time, label: t('ports.zoom', 'Zoom to this time') }
  if (band.low === band.high) {
    const row = model.ports.find(
      ({ port, protocol }) =>
        port === band.low && (band.protocol === undefined || protocol === band.protocol),
    )
    const subject = portSubject(band.low, row)
    return { ...subject, evidence: within(subject.evidence, time), zoom }
  }
  const attacker = model.attackers[busiest]
  if (attacker === undefined) return undefined
  const subject = attackerSubject(attacker)
  return { ...subject, evidence: within(subject.evidence, time), zoom: zoom ?? subject.zoom }
}

/** The lines of a cell are those of its time. */
function within(evidence: Evidence | undefined, time: Span | undefined): Evidence | undefined {
  if (evidence === undefined || time === undefined) return evidence
  const from = Math.max(evidence.from, time.from)
  const to = Math.min(evidence.to, time.to)
  return from < to ? { ...evidence, from, to } : evidence
}

function bandTitle(band: PortBand | undefined): string {
  if (band === undefined) return ''
  if (band.protocol === undefined) return portText(band)
  const name = band.low === band.high ? serviceName(band.protocol, band.low) : undefined
  return `${band.protocol}/${portText(band)}${name ? ` ${name}` : ''}`
}

/** Packets of a range are shared out over its rows: parts of one are shown as such. */
export function countText(count: number): string {
  return count.toLocaleString(undefined, { maximumFractionDigits: count < 10 ? 1 : 0 })
}

function summary(bands: readonly PortBand[], totals: Float64Array, most: number): number[] {
  return bands
    .map((_, row) => row)
    .filter((row) => (totals[row] ?? 0) > 0)
    .sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0))
    .slice(0, most)
}

function busiestBucket(cells: Float64Array, row: number, count: number): number {
  const own = cells.subarray(row * count, (row + 1) * count)
  return own.indexOf(Math.max(...own))
}
