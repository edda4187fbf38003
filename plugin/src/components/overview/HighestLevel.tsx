import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import { LEVELS } from '../../data/model'
import { exactNumber } from '../../data/text'
import { levelName } from '../parts/LevelBadge'
import type { LevelLook } from '../view'

interface Props {
  readonly looks: readonly LevelLook[]
  /** Sources at each level. */
  readonly counts: readonly number[]
  readonly width: number
  readonly height: number
}

/** The most dangerous level there is, for panels in which nothing else fits. */
export function HighestLevel({ looks, counts, width, height }: Props) {
  const styles = useStyles2(getStyles)
  const level = LEVELS.findLast((level) => (counts[level] ?? 0) > 0) ?? 0
  const look = looks[level]
  if (look === undefined) return null
  const count = counts[level] ?? 0
  const name = `${levelName(look)}, ${t('overview.sources', '{{count}} sources', { count })}`
  return (
    <div
      role="img"
      aria-label={name}
      title={`${levelName(look)}: ${exactNumber(count)}`}
      className={styles}
      style={{
        background: look.color,
        color: look.contrast,
        fontSize: Math.max(10, Math.min(48, height * 0.7, width * 0.5)),
      }}
    >
      {level}
    </div>
  )
}

const getStyles = (theme: GrafanaTheme2) =>
  css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    height: '100%',
    overflow: 'hidden',
    borderRadius: theme.shape.radius.default,
    fontWeight: theme.typography.fontWeightBold,
    lineHeight: 1,
  })
