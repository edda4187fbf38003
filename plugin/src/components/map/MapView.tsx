import { css } from '@emotion/css'
import { t } from '../../i18n'
import { TooltipDisplayMode } from '@grafana/schema'
import { useStyles2, useTheme2 } from '@grafana/ui'
import { useCallback, useMemo, useState } from 'react'
import { matrix, type Matrix, type MatrixColumns } from '../../data/matrix'
import { CellGrid } from '../canvas/CellGrid'
import type { CellText } from '../canvas/CellTooltip'
import { attackerSubject, choicesOf, hintOf, portSubject } from '../canvas/choices'
import { EmptyText } from '../canvas/EmptyText'
import type { Cell } from '../canvas/grid'
import { HiddenTable } from '../canvas/HiddenTable'
import { ShadeScale } from '../canvas/ShadeScale'
import { BAR_HEIGHT, ViewBar } from '../canvas/ViewBar'
import type { ViewProps } from '../view'
import { columnText } from './columnText'
import { drawMap, strengthsOf } from './drawMap'
import { columnEdges, fittedMap, mapLayout } from './mapLayout'
import { ShapeIcon } from './ShapeIcon'
import { shapeExplained, shapeText } from './shapeText'

/** The *Map of a scan*: attackers against what they asked for, so that scans show by their shape. */
export function MapView(props: ViewProps) {
  const { model, options, looks, actions, width, height, timeRange } = props
  const theme = useTheme2()
  const styles = useStyles2(getStyles)
  const [chosen, setChosen] = useState<MatrixColumns>()
  const kind = chosen ?? options.map.columns
  const withBar = height >= 200 && width >= 260
  const gridHeight = withBar ? height - BAR_HEIGHT : height
  const from = timeRange.from.valueOf()
  const to = timeRange.to.valueOf()
  const layout = useMemo(() => mapLayout(width, gridHeight), [width, gridHeight])
  const map = useMemo(
    () => matrix(model, kind, from, to, layout.rows, layout.columns),
    [model, kind, from, to, layout],
  )
  const plot = useMemo(() => fittedMap(layout, map.rows.length), [layout, map])
  const edges = useMemo(() => columnEdges(map.columns.length, plot.width, kind), [map, plot, kind])
  const draw = useCallback(
    (context: CanvasRenderingContext2D) =>
      drawMap(context, { theme, looks, layout, plot, map, edges, attackers: model.attackers }),
    [theme, looks, layout, plot, map, edges, model],
  )
  const choices = useCallback(
    ({ row, column }: Cell) => {
      const attacker = model.attackers[map.rows[row]?.attacker ?? -1]
      if (attacker !== undefined) return choicesOf(actions, attackerSubject(attacker))
      const place = map.columns[column]
      if (place === undefined || kind !== 'port' || place.low !== place.high) return []
      const port = model.ports.find((row) => row.port === place.low)
      return choicesOf(actions, portSubject(place.low, port))
    },
    [model, map, kind, actions],
  )
  const describe = useCallback(
    (cell: Cell): CellText | undefined => {
      const row = map.rows[cell.row]
      const column = map.columns[cell.column]
      const attacker = model.attackers[row?.attacker ?? -1]
      if (row === undefined && column === undefined) return undefined
      const shape = row === undefined ? column?.shape : row.shape
      const what = columnLabel(kind)
      return {
        title: attacker?.source ?? `${what} ${columnText(map, cell.column)}`,
        subtitle: shape && shapeExplained(shape),
        rows: [
          ...(row
            ? [
                {
                  label: t('map.level', 'Level'),
                  value: `${row.level} ${looks[row.level]?.text ?? ''}`,
                },
              ]
            : []),
          ...(row && column ? [{ label: what, value: columnText(map, cell.column) }] : []),
          { label: t('map.packets', 'Packets'), value: packetsText(map, cell) },
          ...(row || !column
            ? []
            : [{ label: t('map.sources', 'Sources shown'), value: String(column.sources) }]),
        ],
        hint: hintOf(choices(cell)),
      }
    },
    [model, map, kind, looks, choices],
  )
  if (map.rows.length === 0 || map.max === 0) {
    return (
      <EmptyText width={width} height={height}>
        {t('map.empty', 'No scans to map in this time range')}
      </EmptyText>
    )
  }
  return (
    <div className={styles.view} style={{ width, height }}>
      {withBar && (
        <ViewBar<MatrixColumns>
          label={t('map.columns.label', 'Columns')}
          options={[
            { value: 'destination', label: t('map.columns.destination', 'Destinations') },
            { value: 'port', label: t('map.columns.port', 'Ports') },
          ]}
          value={kind}
          onChange={setChosen}
        >
          {width >= 520 && map.columns.some(({ shape }) => shape === 'distributed') && (
            <span className={styles.shape} title={shapeExplained('distributed')}>
              <ShapeIcon shape="distributed" /> {shapeText('distributed')}
            </span>
          )}
          {width >= 480 && <ShadeScale colors={strengthsOf(theme.colors.text.secondary)} />}
          {map.more > 0 && (
            <span>{t('map.more', '{{count}} more sources', { count: map.more })}</span>
          )}
        </ViewBar>
      )}
      <CellGrid
        width={width}
        height={gridHeight}
        plot={plot}
        rows={map.rows.length}
        edges={edges}
        label={
          kind === 'port'
            ? t('map.label.port', 'Packets by source and port')
            : t('map.label.destination', 'Packets by source and destination')
        }
        showTooltip={options.tooltip.mode !== TooltipDisplayMode.None}
        draw={draw}
        describe={describe}
        choices={choices}
      />
      <HiddenTable
        caption={t('map.summary', 'Shapes of scans by source')}
        columns={[
          t('map.source', 'Source'),
          t('map.level', 'Level'),
          t('map.packets', 'Packets'),
          t('map.shape', 'Shape'),
        ]}
        rows={map.rows.map(({ attacker, level, packets, shape }) => [
          model.attackers[attacker]?.source ?? '',
          `${level} ${looks[level]?.text ?? ''}`,
          packets.toLocaleString(),
          shape ? shapeExplained(shape) : '',
        ])}
      />
    </div>
  )
}

function columnLabel(kind: MatrixColumns): string {
  return kind === 'port' ? t('map.port', 'Port') : t('map.destination', 'Destination')
}

/** Of a cell, or of a whole row or column. */
function packetsText({ rows, columns, cells }: Matrix, { row, column }: Cell): string {
  const width = columns.length
  let packets = 0
  if (row >= 0 && column >= 0) packets = cells[row * width + column] ?? 0
  else if (row >= 0) {
    packets = cells.subarray(row * width, (row + 1) * width).reduce((sum, n) => sum + n, 0)
  } else rows.forEach((_, i) => (packets += cells[i * width + column] ?? 0))
  return packets.toLocaleString(undefined, { maximumFractionDigits: packets < 10 ? 1 : 0 })
}

const getStyles = () => ({
  view: css({ position: 'relative', overflow: 'hidden' }),
  shape: css({ display: 'inline-flex', alignItems: 'center', gap: 5 }),
})
