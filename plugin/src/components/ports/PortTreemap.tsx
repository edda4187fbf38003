import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import type { PortRanking } from '../../data/ranking'
import { compactNumber } from '../../data/text'
import { treemap } from '../../data/treemap'
import { lookOf, type LevelLook, type ViewActions } from '../view'
import { PortButton } from './PortButton'
import { numbersOf, serviceText } from './portText'

/** px: of a digit, a line, and left and right in a box. */
const DIGIT = 8
const LINE = 18
const PADDING = 10

interface PortTreemapProps {
  readonly ranking: PortRanking
  readonly looks: readonly LevelLook[]
  readonly actions: ViewActions
  readonly width: number
  readonly height: number
}

/** Smaller boxes, px², could not be pointed at. */
const MIN_AREA = 200

/** Ports by packets as areas, coloured by the highest level of their sources. */
export function PortTreemap({ ranking, looks, actions, width, height }: PortTreemapProps) {
  const styles = useStyles2(getStyles)
  const ports = ranking.ports.filter(({ share }) => share * width * height >= MIN_AREA)
  const boxes = treemap(
    ports.map(({ packets }) => packets),
    width,
    height,
  )
  return (
    <ol className={styles.map} style={{ width, height }}>
      {ports.map((row, i) => {
        const box = boxes[i]
        if (box === undefined) return null
        const look = lookOf(looks, row.level)
        const numbers = numbersOf(row)
        const portWidth = DIGIT * numbers.length + PADDING
        const isOneLine = box.width >= portWidth + 2 * DIGIT
        // The port before all else, as long as there is a line left for the level.
        const hasPort = isOneLine || (box.width >= portWidth && box.height >= 2 * LINE)
        const lines = Math.floor((box.height - 2) / LINE) - (hasPort && !isOneLine ? 2 : 1)
        return (
          <li key={`${row.protocol}/${row.port}`}>
            <PortButton
              row={row}
              look={look}
              actions={actions}
              className={styles.box}
              style={{
                left: box.x,
                top: box.y,
                width: Math.max(1, box.width - 2),
                height: Math.max(1, box.height - 2),
                backgroundColor: look?.color,
                color: look?.contrast,
              }}
            >
              <span className={styles.port}>
                {hasPort && <span>{numbers}</span>}
                <span className={styles.level}>{row.level}</span>
              </span>
              {box.width >= 50 && lines >= 1 && (
                <span className={styles.service}>{serviceText({ ...row, low: row.port })}</span>
              )}
              {box.width >= 50 && lines >= 2 && <span>{compactNumber(row.packets)}</span>}
            </PortButton>
          </li>
        )
      })}
    </ol>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  map: css({ position: 'relative', listStyle: 'none', margin: 0, padding: 0, overflow: 'hidden' }),
  box: css({
    position: 'absolute',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'stretch',
    padding: theme.spacing(0, 0.5),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    overflow: 'hidden',
    textAlign: 'left',
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: theme.typography.bodySmall.lineHeight,
    fontVariantNumeric: 'tabular-nums',
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.text.primary}`,
      outlineOffset: -2,
    },
  }),
  port: css({
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: theme.spacing(1),
    justifyContent: 'space-between',
    fontWeight: theme.typography.fontWeightMedium,
  }),
  level: css({ fontWeight: theme.typography.fontWeightRegular }),
  service: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
})
