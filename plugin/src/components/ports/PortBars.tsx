import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import type { PortRanking } from '../../data/ranking'
import { choicesOf, hintOf, portSubject } from '../canvas/choices'
import { useChoiceMenu } from '../canvas/useChoiceMenu'
import { LevelBadge } from '../parts/LevelBadge'
import type { LevelLook, ViewActions } from '../view'
import { serviceText } from './portText'

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
  const { menu, offer } = useChoiceMenu()
  const most = ranking.ports[0]?.packets ?? 0
  return (
    <>
      <ol className={styles.list} style={{ width }}>
        {ranking.ports.map((row) => {
          const choices = choicesOf(actions, portSubject(row.port, row))
          const name = `${row.protocol}/${row.port}${row.service ? ` ${row.service}` : ''}`
          const packets = row.packets.toLocaleString()
          const hint = hintOf(choices)
          const look = looks[row.level]
          const level = `${row.level} ${look?.text ?? ''}`
          return (
            <li key={`${row.protocol}/${row.port}`}>
              <button
                type="button"
                className={styles.row}
                disabled={hint === undefined}
                title={[name, packets, hint].filter(Boolean).join('\n')}
                aria-label={t('ports.bar', '{{name}}, {{packets}} packets, level {{level}}', {
                  name,
                  packets,
                  level,
                })}
                onClick={({ currentTarget: from, clientX, clientY }) => {
                  const box = from.getBoundingClientRect()
                  const [x, y] = [clientX || box.left, clientY || box.bottom]
                  offer({ title: name, choices, x, y, from })
                }}
              >
                <span
                  className={styles.bar}
                  style={{ width: `${most > 0 ? Math.max(0.5, (row.packets / most) * 100) : 0}%` }}
                />
                {look && <LevelBadge look={look} isSmall />}
                <span className={styles.port}>{row.port}</span>
                <span className={styles.service}>
                  {serviceText({ ...row, low: row.port, high: row.port })}
                </span>
                <span className={styles.packets}>{packets}</span>
              </button>
            </li>
          )
        })}
      </ol>
      {menu}
    </>
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
  port: css({ minWidth: '5ch', textAlign: 'right' }),
  service: css({
    flex: 1,
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
  }),
  packets: css({ textAlign: 'right' }),
})
