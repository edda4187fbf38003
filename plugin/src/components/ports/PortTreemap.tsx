import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import type { PortRanking } from '../../data/ranking'
import { treemap } from '../../data/treemap'
import { actOn, hintOf } from '../canvas/act'
import type { LevelLook, ViewActions } from '../view'

interface PortTreemapProps {
  readonly ranking: PortRanking
  readonly looks: readonly LevelLook[]
  readonly actions: ViewActions
  readonly width: number
  readonly height: number
}

/** Ports by packets as areas, coloured by the highest level of their sources. */
export function PortTreemap({ ranking, looks, actions, width, height }: PortTreemapProps) {
  const styles = useStyles2(getStyles)
  const boxes = treemap(
    ranking.ports.map(({ packets }) => packets),
    width,
    height,
  )
  return (
    <ol className={styles.map} style={{ width, height }}>
      {ranking.ports.map((row, i) => {
        const box = boxes[i]
        if (box === undefined || box.width < 3 || box.height < 3) return null
        const look = looks[row.level]
        const subject = { target: 'port', value: String(row.port), evidence: row.evidence } as const
        const name = `${row.protocol}/${row.port}${row.service ? ` ${row.service}` : ''}`
        const packets = row.packets.toLocaleString()
        const hint = hintOf(actions, subject)
        const level = `${row.level} ${look?.text ?? ''}`
        const summary = t('ports.bar', '{{name}}, {{packets}} packets, level {{level}}', {
          name,
          packets,
          level,
        })
        return (
          <li key={`${row.protocol}/${row.port}`}>
            <button
              type="button"
              className={styles.box}
              disabled={hint === undefined}
              title={[summary, hint].filter(Boolean).join('\n')}
              aria-label={summary}
              style={{
                left: box.x,
                top: box.y,
                width: Math.max(1, box.width - 2),
                height: Math.max(1, box.height - 2),
                background: look?.color,
                color: look?.contrast,
              }}
              onClick={() => actOn(actions, subject)}
            >
              {box.width >= 30 && box.height >= 20 && (
                <span className={styles.port}>
                  {row.port}
                  {box.width >= 62 && <span className={styles.level}>{row.level}</span>}
                </span>
              )}
              {box.width >= 50 && box.height >= 38 && (
                <span className={styles.service}>{row.service ?? row.protocol}</span>
              )}
              {box.width >= 50 && box.height >= 56 && (
                <span className={styles.service}>{packets}</span>
              )}
            </button>
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
    padding: theme.spacing(0.25, 0.5),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    overflow: 'hidden',
    textAlign: 'left',
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
    justifyContent: 'space-between',
    fontWeight: theme.typography.fontWeightMedium,
  }),
  level: css({ fontWeight: theme.typography.fontWeightRegular }),
  service: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
})
