import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import {
  Fragment,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { flushSync } from 'react-dom'
import { gridTemplate, type ShownColumn } from '../../data/columns'
import type { Attacker } from '../../data/model'
import { rowWindow, scrollFor, topOf, type RowHeights } from '../../data/row-window'
import type { Sort } from '../../data/rows'
import type { Sparks } from '../../data/spark'
import type { AddressFilter } from '../parts/AddressText'
import { levelName } from '../parts/LevelBadge'
import type { TimeTexts } from '../parts/times'
import type { LevelLook } from '../view'
import { AttackerRow, type RowLabels } from './AttackerRow'
import { DetailsRow } from './DetailsRow'
import { GridHeader } from './GridHeader'
import { getGridStyles, ROW_HEIGHT } from './grid-styles'
import { placeAfterKey } from './keys'

interface Props {
  readonly rows: readonly Attacker[]
  readonly columns: readonly ShownColumn[]
  readonly looks: readonly LevelLook[]
  readonly sparks: Sparks
  readonly times: TimeTexts
  readonly atLeast: boolean
  /** Addresses of open rows. */
  readonly open: ReadonlySet<string>
  readonly onToggle: (source: string) => void
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly filter: AddressFilter | undefined
  readonly details: (attacker: Attacker) => ReactNode
  readonly width: number
  readonly height: number
}

const OVERSCAN = 6
/** Guess for the first frame of an open row; the true height is known before anyone sees it. */
const DETAILS_HEIGHT = 200

/**
 * A grid of which only what is seen is in the document. Rows are known by their addresses: focus and open rows stay with
 * them when new data brings them to other places. The row that has the focus is always there, also where it is not seen.
 */
export function AttackersGrid(props: Props) {
  const { rows, columns, looks, sparks, times, atLeast, open, onToggle, filter } = props
  const { sort, onSort, details, width, height } = props
  const styles = useStyles2(getGridStyles)
  const scroller = useRef<HTMLDivElement>(null)
  const hasFocus = useRef(false)
  const [scrollTop, setScrollTop] = useState(0)
  const [active, setActive] = useState({ source: '', place: 0 })
  const [heights, setHeights] = useState<ReadonlyMap<string, number>>(new Map())

  const places = useMemo(() => new Map(rows.map(({ source }, i) => [source, i])), [rows])
  const geometry: RowHeights = useMemo(() => {
    const extra = [...open]
      .map((source) => ({
        place: places.get(source) ?? -1,
        height: heights.get(source) ?? DETAILS_HEIGHT,
      }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place)
    return { count: rows.length, height: ROW_HEIGHT, extra }
  }, [rows.length, places, open, heights])

  const labels: RowLabels = useMemo(
    () => ({
      open: t('attackers.open', 'Show details'),
      close: t('attackers.close', 'Hide details'),
      levels: looks.map(levelName),
    }),
    [looks],
  )

  const viewport = Math.max(ROW_HEIGHT, height - ROW_HEIGHT)
  const { start, end } = rowWindow(geometry, scrollTop, viewport, OVERSCAN)
  // A row that is gone leaves the keyboard at its place.
  const activePlace = places.get(active.source) ?? Math.min(active.place, rows.length - 1)
  const shown = Array.from({ length: end - start }, (_, i) => start + i)
  if (activePlace >= 0 && activePlace < start) shown.unshift(activePlace)
  if (activePlace >= end) shown.push(activePlace)

  const rowAt = (place: number) =>
    scroller.current?.querySelector<HTMLElement>(`[data-place="${place}"]`)
  const focusPlace = (place: number) => {
    const source = rows[place]?.source
    const element = scroller.current
    if (source === undefined || element === null) return
    element.scrollTop = scrollFor(geometry, place, element.scrollTop, viewport)
    flushSync(() => {
      setActive({ source, place })
      setScrollTop(wholeRows(element.scrollTop))
    })
    rowAt(place)?.focus({ preventScroll: true })
  }

  useLayoutEffect(() => {
    // What is taken out of the document loses the focus without a word.
    if (hasFocus.current && document.activeElement === document.body) {
      rowAt(activePlace)?.focus({ preventScroll: true })
    }
    // The browser moves the scroll position itself when there is less to scroll.
    if (scroller.current !== null) setScrollTop(wholeRows(scroller.current.scrollTop))
  }, [rows, activePlace])

  const onHeight = useCallback((source: string, height: number) => {
    setHeights((old) => (old.get(source) === height ? old : new Map(old).set(source, height)))
  }, [])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const place = placeOf(event.target)
    const attacker = place === undefined ? undefined : rows[place]
    if (place === undefined || attacker === undefined) return
    const isOpen = open.has(attacker.source)
    const inDetails = isWithin(event.target, '[data-details]')
    if (event.key === 'Escape' || (event.key === 'ArrowLeft' && !inDetails)) {
      if (!isOpen) return
      event.preventDefault()
      event.stopPropagation()
      onToggle(attacker.source)
      focusPlace(place)
      return
    }
    if (inDetails) return
    const onRow = event.target === rowAt(place)
    if (event.key === 'ArrowRight' || (onRow && (event.key === 'Enter' || event.key === ' '))) {
      event.preventDefault()
      if (event.key !== 'ArrowRight' || !isOpen) onToggle(attacker.source)
      return
    }
    const page = Math.max(1, Math.floor(viewport / ROW_HEIGHT) - 1)
    const next = placeAfterKey(event.key, place, rows.length, page)
    if (next === undefined) return
    event.preventDefault()
    focusPlace(next)
  }

  const onClick = (event: MouseEvent) => {
    const place = placeOf(event.target)
    const source = place === undefined ? undefined : rows[place]?.source
    if (place === undefined || source === undefined) return
    if (isWithin(event.target, 'a, button:not([data-toggle]), [data-details]')) return
    // Text that was just marked by dragging is to be copied.
    if (document.getSelection()?.type === 'Range') return
    setActive({ source, place })
    onToggle(source)
  }

  const template = gridTemplate(columns)
  return (
    <div
      role="treegrid"
      aria-label={t('attackers.grid', 'Attackers')}
      aria-rowcount={1 + rows.length + geometry.extra.length}
      ref={scroller}
      className={styles.grid}
      style={{ width, height }}
      onScroll={(event) => {
        const top = wholeRows(event.currentTarget.scrollTop)
        // At once: rows that come a frame later leave an empty one.
        flushSync(() => setScrollTop(top))
      }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocus={(event) => {
        const place = placeOf(event.target)
        hasFocus.current = place !== undefined
        const source = place === undefined ? undefined : rows[place]?.source
        if (place !== undefined && source !== undefined && source !== active.source) {
          setActive({ source, place })
        }
      }}
      onBlur={() => (hasFocus.current = false)}
    >
      <GridHeader
        columns={columns}
        template={template}
        sort={sort}
        onSort={onSort}
        styles={styles}
      />
      <div
        role="rowgroup"
        className={styles.body}
        style={{ height: topOf(geometry, geometry.count) }}
      >
        {shown.map((place) => {
          const attacker = rows[place]
          const look = attacker && looks[attacker.level]
          if (attacker === undefined || look === undefined) return null
          const isOpen = open.has(attacker.source)
          const before = geometry.extra.filter((row) => row.place < place).length
          const top = topOf(geometry, place)
          return (
            <Fragment key={attacker.source}>
              <AttackerRow
                attacker={attacker}
                look={look}
                columns={columns}
                template={template}
                place={place}
                rowIndex={2 + place + before}
                top={top}
                isOpen={isOpen}
                isActive={place === activePlace}
                sparks={sparks}
                times={times}
                atLeast={atLeast}
                styles={styles}
                labels={labels}
                filter={filter}
              />
              {isOpen && (
                <DetailsRow
                  source={attacker.source}
                  place={place}
                  rowIndex={3 + place + before}
                  columns={columns.length}
                  top={top + ROW_HEIGHT}
                  className={styles.details}
                  onHeight={onHeight}
                >
                  {details(attacker)}
                </DetailsRow>
              )}
            </Fragment>
          )
        })}
      </div>
    </div>
  )
}

/** Scrolling within a row changes nothing that is drawn. */
const wholeRows = (px: number) => Math.floor(px / ROW_HEIGHT) * ROW_HEIGHT

const isWithin = (target: EventTarget, selector: string) =>
  target instanceof Element && target.closest(selector) !== null

/** Of the row, or the details, that this is a part of. */
function placeOf(target: EventTarget): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-place]') : null
  return row === null ? undefined : Number(row.dataset['place'])
}
