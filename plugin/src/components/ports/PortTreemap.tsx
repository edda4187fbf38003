import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import type { PortRanking } from '../../data/ranking'
import { treemap } from '../../data/treemap'
import { choicesOf, hintOf, portSubject } from '../canvas/choices'
import { useChoiceMenu } from '../canvas/useChoiceMenu'
import type { LevelLook, ViewActions } from '../view'
import { serviceText } from './portText'

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
  const { menu, offer } = useChoiceMenu()
  const ports = ranking.ports.filter(({ share }) => share * width * height >= MIN_AREA)
  const boxes = treemap(
    ports.map(({ packets }) => packets),
    width,
    height,
  )
  return (
    <>
      <ol className={styles.map} style={{ width, height }}>
        {ports.map((row, i) => {
          const box = boxes[i]
          if (box === undefined) return null
          const look = looks[row.level]
          const choices = choicesOf(actions, portSubject(row.port, row))
          const name = `${row.protocol}/${row.port}${row.service ? ` ${row.service}` : ''}`
          const packets = row.packets.toLocaleString()
          const hint = hintOf(choices)
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
                onClick={({ currentTarget: from, clientX, clientY }) => {
                  const box = from.getBoundingClientRect()
                  const [x, y] = [clientX || box.left, clientY || box.bottom]
                  offer({ title: name, choices, x, y, from })
                }}
              >
                <span className={styles.port}>
                  {box.width >= 26 + 8 * String(row.port).length && row.port}
                  <span className={styles.level}>{row.level}</span>
                </span>
                {box.width >= 50 && box.height >= 38 && (
                  <span className={styles.service}>
                    {serviceText({ ...row, low: row.port, high: row.port })}
                  </span>
                )}
                {box.width >= 50 && box.height >= 56 && (
                  <span className={styles.service}>{packets}</span>
                )}
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
