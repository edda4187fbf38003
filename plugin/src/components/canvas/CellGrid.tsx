import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import {
  useId,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
} from 'react'
import { t } from '../../i18n'
import { visuallyHidden } from '../parts/visually-hidden'
import { CellTooltip, cellSentence, type CellText } from './CellTooltip'
import type { Choice } from './choices'
import type { Plot } from './draw'
import { boxOf, cellAt, columnCount, moveBy, type Cell, type GridShape } from './grid'
import { useCanvas, type Draw } from './useCanvas'
import { useChoiceMenu } from './useChoiceMenu'

export interface CellGridProps extends GridShape {
  readonly width: number
  readonly height: number
  /** Name for screen readers. */
  readonly label: string
  readonly showTooltip: boolean
  /** px from the plot's left, to mark a time that another panel points at. */
  readonly mark?: number | undefined
  /** Keep it with `useCallback`: a new one draws again. */
  readonly draw: Draw
  describe(cell: Cell): CellText | undefined
  /** What can be done with a cell. */
  choices(cell: Cell): readonly Choice[]
  /** The pointer is at a cell, or has left. */
  onPoint?(cell: Cell | undefined): void
  /** Dragged across, px from the plot's left. */
  onSpan?(from: number, to: number): void
}

interface Pointed {
  readonly cell: Cell
  /** In the window. */
  readonly x: number
  readonly y: number
}

/** Below this many px a drag is a click. */
const MIN_DRAG = 5

/** A grid of cells on a canvas: hover, click, drag, and the same with the keyboard. */
export function CellGrid(props: CellGridProps) {
  const { width, height, plot, rows, edges, describe, choices, onPoint, onSpan } = props
  const styles = useStyles2(getStyles)
  const hidden = useStyles2(visuallyHidden)
  const help = useId()
  const canvas = useCanvas(width, height, props.draw)
  const box = useRef<HTMLDivElement>(null)
  const [pointed, setPointed] = useState<Pointed>()
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>()
  const [focused, setFocused] = useState(false)
  const last = useRef<Cell>({ row: 0, column: 0 })
  const { menu, offer } = useChoiceMenu()
  const grid = useMemo(() => ({ plot, rows, edges }), [plot, rows, edges])
  const row = pointed?.cell.row
  const column = pointed?.cell.column
  const text = useMemo(
    () => (row === undefined || column === undefined ? undefined : describe({ row, column })),
    [describe, row, column],
  )
  const cursor = pointed && boxOf(grid, pointed.cell)

  const point = (next: Pointed | undefined) => {
    setPointed(next)
    if (next !== undefined) last.current = next.cell
    if (next?.cell.row !== row || next?.cell.column !== column) onPoint?.(next?.cell)
  }
  const place = (event: PointerEvent) => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }
  const inPlot = (x: number) => Math.max(0, Math.min(plot.width, x - plot.left))

  const onPointerDown = (event: PointerEvent) => {
    const { x, y } = place(event)
    if (event.button !== 0 || onSpan === undefined || (cellAt(grid, x, y)?.column ?? -1) < 0) return
    event.currentTarget.setPointerCapture?.(event.pointerId)
    setDrag({ from: inPlot(x), to: inPlot(x) })
  }
  const onPointerMove = (event: PointerEvent) => {
    const { x, y } = place(event)
    if (drag !== undefined) setDrag({ from: drag.from, to: inPlot(x) })
    const cell = cellAt(grid, x, y)
    point(cell && { cell, x: event.clientX, y: event.clientY })
  }
  const onPointerUp = (event: PointerEvent) => {
    if (event.button !== 0) return
    const { x, y } = place(event)
    setDrag(undefined)
    if (drag !== undefined && onSpan !== undefined && Math.abs(drag.to - drag.from) >= MIN_DRAG) {
      onSpan(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to))
      return
    }
    const cell = cellAt(grid, x, y)
    if (cell !== undefined) act({ cell, x: event.clientX, y: event.clientY })
  }
  const act = ({ cell, x, y }: Pointed) => {
    const title = describe(cell)?.title ?? ''
    if (box.current !== null) offer({ title, choices: choices(cell), x, y, from: box.current })
  }
  const leave = () => {
    setDrag(undefined)
    point(undefined)
  }
  /** Where the keyboard goes on: the cell pointed at last, if it is still there. */
  const lastCell = (): Cell => {
    const { row, column } = last.current
    return row < rows && column < columnCount(grid) ? last.current : { row: 0, column: 0 }
  }
  const show = (cell: Cell) => {
    const area = boxOf(grid, cell)
    const { left = 0, top = 0 } = box.current?.getBoundingClientRect() ?? {}
    point({ cell, x: left + area.left + area.width / 2, y: top + area.top + area.height / 2 })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const cell = pointed?.cell ?? lastCell()
    if (event.key === 'Escape') {
      if (pointed === undefined && drag === undefined) return
      leave()
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (pointed !== undefined) act(pointed)
    } else {
      const next = moveBy(grid, cell, event.key, event.ctrlKey || event.metaKey)
      if (next === undefined) return
      show(pointed === undefined ? cell : next)
    }
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <>
      <div
        ref={box}
        role="application"
        tabIndex={0}
        aria-label={props.label}
        aria-describedby={help}
        className={styles.box}
        style={{ width, height, cursor: text?.hint === undefined ? 'default' : 'pointer' }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={leave}
        onPointerCancel={leave}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          setFocused(true)
          if (event.currentTarget.matches(':focus-visible') && rows > 0) show(lastCell())
        }}
        onBlur={() => {
          setFocused(false)
          leave()
        }}
      >
        <canvas ref={canvas} className={styles.canvas} style={{ width, height }} aria-hidden />
        {props.mark !== undefined && props.mark >= 0 && props.mark <= plot.width && (
          <div
            className={styles.mark}
            style={{ left: plot.left + props.mark, top: plot.top, height: plot.height }}
          />
        )}
        {cursor && drag === undefined && <div className={styles.cursor} style={placed(cursor)} />}
        {drag !== undefined && Math.abs(drag.to - drag.from) >= MIN_DRAG && (
          <div className={styles.span} style={placed(spanOf(plot, drag))} />
        )}
        {text && pointed && props.showTooltip && drag === undefined && (
          <CellTooltip text={text} x={pointed.x} y={pointed.y} />
        )}
        <div id={help} className={hidden}>
          {t('grid.help', 'Arrow keys move from cell to cell, Enter acts on a cell.')}
        </div>
        <div aria-live="polite" className={hidden}>
          {focused && text ? cellSentence(text) : ''}
        </div>
      </div>
      {menu}
    </>
  )
}

function spanOf(plot: Plot, { from, to }: { readonly from: number; readonly to: number }): Plot {
  return { ...plot, left: plot.left + Math.min(from, to), width: Math.abs(to - from) }
}

function placed({ left, top, width, height }: Plot): CSSProperties {
  return { left, top, width, height }
}

const getStyles = (theme: GrafanaTheme2) => {
  const over = { position: 'absolute', pointerEvents: 'none' } as const
  return {
    box: css({
      position: 'relative',
      overflow: 'hidden',
      touchAction: 'pan-y',
      userSelect: 'none',
      '&:focus-visible': {
        outline: `2px solid ${theme.colors.primary.main}`,
        outlineOffset: -2,
      },
    }),
    canvas: css({ display: 'block' }),
    cursor: css({ ...over, outline: `1px solid ${theme.colors.text.primary}`, outlineOffset: 0 }),
    mark: css({ ...over, borderLeft: `1px dashed ${theme.colors.text.secondary}` }),
    span: css({ ...over, background: theme.colors.action.selected }),
  }
}
