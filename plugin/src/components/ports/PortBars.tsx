import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import type { PortRanking } from '../../data/ranking'
import { eachText } from '../parts/eachText'
import { LevelBadge } from '../parts/LevelBadge'
import { lookOf, type LevelLook, type ViewActions } from '../view'
import { PortButton } from './PortButton'
import { numbersOf, serviceText } from './portText'

interface PortBarsProps {
  readonly ranking: PortRanking
  readonly looks: readonly LevelLook[]
  readonly actions: ViewActions
  readonly width: number
}

export const BAR_ROW = 26

/** Ports with most packets, a bar each. */
export function PortBars({ ranking, looks, actions, width }: PortBarsProps) {
  const styles = useStyles2(getStyles)
  const most = ranking.ports[0]?.each ?? 0
  const digits = ranking.ports.reduce((max, row) => Math.max(max, numbersOf(row).length), 5)
  return (
    <ol className={styles.list} style={{ width }}>
      {ranking.ports.map((row) => {
        const look = lookOf(looks, row.level)
        const share = most > 0 ? Math.max(0.5, (row.each / most) * 100) : 0
        return (
          <li key={`${row.protocol}/${row.port}`}>
            <PortButton row={row} look={look} actions={actions} className={styles.row}>
              <span className={styles.bar} style={{ width: `${share}%` }} />
              {look && <LevelBadge look={look} isSmall />}
              <span className={styles.port} style={{ minWidth: `${digits}ch` }}>
                {numbersOf(row)}
              </span>
              <span className={styles.service}>{serviceText({ ...row, low: row.port })}</span>
              <span className={styles.packets}>{eachText(row)}</span>
            </PortButton>
          </li>
        )
      })}
    </ol>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  row: css({
    position: 'relative',
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    width: '100%',
    height: BAR_ROW,
    padding: theme.spacing(0, 0.5),
    border: 'none',
    background: 'none',
    borderRadius: theme.shape.radius.default,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    textAlign: 'left',
    color: theme.colors.text.primary,
    '&:enabled:hover': { background: theme.colors.action.hover },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: -2,
    },
  }),
  bar: css({
    position: 'absolute',
    left: 0,
    top: 3,
    bottom: 3,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.primary.transparent,
    pointerEvents: 'none',
  }),
  port: css({ flex: 'none', textAlign: 'right', whiteSpace: 'nowrap' }),
  service: css({
    flex: 1,
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
  }),
  packets: css({ textAlign: 'right', whiteSpace: 'nowrap' }),
})
