import { colorManipulator, type GrafanaTheme2 } from '@grafana/data'
import type { Matrix } from '../../data/matrix'
import type { Attacker } from '../../data/model'
import { drawBadge, fitText, fontOf, shadeOf, type Plot } from '../canvas/draw'
import type { LevelLook } from '../view'
import type { MapLayout } from './mapLayout'
import { columnText } from './columnText'
import { drawShape, ICON } from './shapeParts'
import { shapeText } from './shapeText'

export interface MapPicture {
  readonly theme: GrafanaTheme2
  readonly looks: readonly LevelLook[]
  readonly layout: MapLayout
  readonly plot: Plot
  readonly map: Matrix
  readonly edges: readonly number[]
  readonly attackers: readonly Attacker[]
}

/** Opacity of a cell from few packets to many: the colour itself says the level. */
const STRENGTHS = [0.45, 0.65, 0.85, 1]

/** The strengths of a cell in any colour. */
export function strengthsOf(color: string): string[] {
  return STRENGTHS.map((strength) => colorManipulator.alpha(color, strength))
}

export function drawMap(context: CanvasRenderingContext2D, picture: MapPicture): void {
  drawColumns(context, picture)
  picture.map.rows.forEach((_, row) => drawRow(context, picture, row))
}

function drawRow(context: CanvasRenderingContext2D, picture: MapPicture, row: number): void {
  const { theme, looks, layout, plot, map, edges, attackers } = picture
  const height = plot.height / map.rows.length
  const top = plot.top + row * height
  const middle = top + height / 2
  const { attacker, level, shape } = map.rows[row] ?? { attacker: -1, level: 0, shape: undefined }
  const look = looks[level]
  if (look === undefined) return
  drawBadge(context, theme, look, 0, middle)
  context.font = fontOf(theme)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillStyle = theme.colors.text.primary
  const address = fitText(context, attackers[attacker]?.source ?? '', layout.addressWidth)
  context.fillText(address, layout.addressLeft, middle)

  context.fillStyle = theme.colors.border.weak
  context.fillRect(plot.left, Math.round(top + height) - 1, edges.at(-1) ?? 0, 1)
  const columns = map.columns.length
  for (let column = 0; column < columns; column++) {
    const value = map.cells[row * columns + column] ?? 0
    if (value <= 0) continue
    const left = edges[column] ?? 0
    const width = (edges[column + 1] ?? left) - left
    const strength = STRENGTHS[shadeOf(value, map.max, STRENGTHS.length)] ?? 1
    context.fillStyle = colorManipulator.alpha(look.color, strength)
    context.fillRect(plot.left + left, top, Math.max(1, width - (width >= 8 ? 1 : 0)), height - 1)
  }
  if (shape === undefined || layout.shapeWidth === 0) return
  const right = plot.left + plot.width + 8
  context.fillStyle = theme.colors.text.secondary
  drawShape(context, shape, right, middle - ICON / 2)
  if (layout.shapeWidth > ICON + 20) {
    context.fillText(shapeText(shape), right + ICON + 6, middle)
  }
}

function drawColumns(context: CanvasRenderingContext2D, picture: MapPicture): void {
  const { theme, plot, map, edges } = picture
  const bottom = plot.top + plot.height
  context.font = fontOf(theme)
  context.textBaseline = 'top'
  context.textAlign = 'left'
  context.fillStyle = theme.colors.text.secondary
  map.columns.forEach(({ shape }, i) => {
    if (shape === undefined || plot.top <= ICON) return
    drawShape(context, shape, plot.left + middleOf(edges, i) - ICON / 2, plot.top - ICON - 2)
  })
  for (const { text, left, middle } of columnLabels(context, picture)) {
    context.fillStyle = theme.colors.border.medium
    context.fillRect(Math.round(middle), bottom, 1, 4)
    context.fillStyle = theme.colors.text.secondary
    context.fillText(text, left, bottom + 6)
  }
}

interface ColumnLabel {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly middle: number
}

const LABEL_GAP = 12

/** Labels that have room: those of one port or destination before those of many, those that many sources hit first. */
function columnLabels(
  context: CanvasRenderingContext2D,
  { plot, map, edges }: MapPicture,
): readonly ColumnLabel[] {
  const placed: ColumnLabel[] = []
  const order = map.columns
    .map(({ low, high, sources }, at) => ({ at, isOne: low === high, sources }))
    .sort((a, b) => Number(b.isOne) - Number(a.isOne) || b.sources - a.sources || a.at - b.at)
  // A label is some 30 px wide: what comes after so many has no room, and measuring takes time.
  for (const { at } of order.slice(0, MOST_LABELS)) {
    const text = columnText(map, at)
    const { width } = context.measureText(text)
    const middle = plot.left + middleOf(edges, at)
    const left = Math.max(plot.left, Math.min(plot.left + plot.width - width, middle - width / 2))
    const right = left + width
    const isFree = placed.every(
      (other) => right + LABEL_GAP <= other.left || left >= other.right + LABEL_GAP,
    )
    if (isFree && width <= plot.width) placed.push({ text, left, right, middle })
  }
  return placed
}

const MOST_LABELS = 400

function middleOf(edges: readonly number[], column: number): number {
  const left = edges[column] ?? 0
  return (left + (edges[column + 1] ?? left)) / 2
}
