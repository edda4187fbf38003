import { css, cx } from '@emotion/css'
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import { useState, type FocusEvent, type KeyboardEvent } from 'react'
import type { Annotation } from '../../data/annotations'
import { plainText } from '../../data/text'
import { t } from '../../i18n'
import { CellTooltip, cellSentence, type CellText } from '../canvas/CellTooltip'

/** The lower edge of a plot, px. */
export interface MarkerPlace {
  readonly left: number
  readonly top: number
  readonly width: number
}

interface AnnotationMarkersProps {
  readonly marks: ReadonlyArray<Annotation & { readonly color: string }>
  readonly from: number
  readonly to: number
  readonly timeZone: string
  readonly place: MarkerPlace
}

const WIDTH = 12
const MOST_TITLE = 120
const MOST_TEXT = 600

/** One stop for Tab; arrow keys go from marker to marker. What a marker stands for shows on hover and focus. */
export function AnnotationMarkers({ marks, from, to, timeZone, place }: AnnotationMarkersProps) {
  const styles = useStyles2(getStyles)
  const [stop, setStop] = useState(0)
  const [shown, setShown] = useState<{
    readonly at: number
    readonly x: number
    readonly y: number
  }>()
  const reachable = Math.min(stop, marks.length - 1)
  const pointed = shown && marks[shown.at]
  const scale = place.width / (to - from || 1)
  const show = (at: number, target: Element) => {
    const { left, width, bottom } = target.getBoundingClientRect()
    setShown({ at, x: left + width / 2, y: bottom })
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const to = {
      ArrowLeft: reachable - 1,
      ArrowRight: reachable + 1,
      Home: 0,
      End: marks.length - 1,
    }[event.key]
    if (event.key === 'Escape' && shown !== undefined) setShown(undefined)
    else if (to === undefined) return
    else {
      const marker = event.currentTarget.children[to]
      if (marker instanceof HTMLElement) marker.focus()
    }
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      role="group"
      aria-label={t('annotations.label', 'Annotations')}
      className={styles.group}
      style={place}
      onKeyDown={onKeyDown}
    >
      {marks.map((mark, i) => {
        const isRegion = mark.end > mark.time
        const start = Math.max(0, (mark.time - from) * scale)
        const end = Math.min(place.width, (mark.end - from) * scale)
        const width = Math.max(WIDTH, end - start)
        return (
          <button
            key={i}
            type="button"
            className={styles.marker}
            tabIndex={i === reachable ? 0 : -1}
            aria-label={cellSentence(markText(mark, timeZone))}
            style={{ left: (start + end - width) / 2, width }}
            onPointerEnter={(event) => show(i, event.currentTarget)}
            onPointerLeave={() => setShown(undefined)}
            onFocus={(event: FocusEvent) => {
              setStop(i)
              show(i, event.currentTarget)
            }}
            onBlur={() => setShown(undefined)}
          >
            <span
              className={cx(styles.shape, !isRegion && styles.point)}
              style={{ backgroundColor: mark.color }}
            />
          </button>
        )
      })}
      {shown && pointed && (
        <CellTooltip text={markText(pointed, timeZone)} x={shown.x} y={shown.y} />
      )}
    </div>
  )
}

function markText({ time, end, title, text, tags }: Annotation, timeZone: string): CellText {
  const at = dateTimeFormat(time, { timeZone })
  const head = title || text || t('annotations.untitled', 'Annotation')
  return {
    title: plainText(head, title === '' ? MOST_TEXT : MOST_TITLE),
    subtitle: end > time ? `${at} – ${dateTimeFormat(end, { timeZone })}` : at,
    rows: [
      ...(title !== '' && text !== ''
        ? [{ label: t('annotations.text', 'Text'), value: plainText(text, MOST_TEXT) }]
        : []),
      ...(tags.length > 0
        ? [
            {
              label: t('annotations.tags', 'Tags'),
              value: tags.map((tag) => plainText(tag, 50)).join(', '),
            },
          ]
        : []),
    ],
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  group: css({ position: 'absolute', height: 0 }),
  marker: css({
    position: 'absolute',
    top: 0,
    height: 10,
    padding: 0,
    border: 'none',
    background: 'none',
    display: 'flex',
    justifyContent: 'center',
    borderRadius: theme.shape.radius.sm,
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: 1,
    },
  }),
  shape: css({ width: '100%', height: 5, borderRadius: theme.shape.radius.sm }),
  point: css({
    width: 10,
    height: 8,
    borderRadius: 0,
    clipPath: 'polygon(50% 0, 100% 100%, 0 100%)',
  }),
})
