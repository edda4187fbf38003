import { css, cx } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import type { LevelLook } from '../view'

interface Props {
  readonly look: LevelLook
  /** Of `levelName`, where many are drawn: translating takes longer than drawing. */
  readonly name?: string | undefined
  /** As small as on a canvas. */
  readonly isSmall?: boolean
}

/** A danger level as its digit on its colour; the word is its name for everyone who sees no colour. */
export function LevelBadge({ look, name = levelName(look), isSmall = false }: Props) {
  const styles = useStyles2(getStyles)
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      className={cx(styles.badge, isSmall && styles.small)}
      style={{ background: look.color, color: look.contrast }}
    >
      {look.level}
    </span>
  )
}

export const levelName = ({ level, text }: LevelLook) =>
  t('level.name', 'Danger level {{level}}: {{text}}', { level, text })

const getStyles = (theme: GrafanaTheme2) => ({
  badge: css({
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    flex: 'none',
    width: 20,
    height: 20,
    borderRadius: theme.shape.radius.default,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightBold,
    fontVariantNumeric: 'tabular-nums',
    lineHeight: 1,
  }),
  small: css({
    // Over the bar that lies behind it.
    position: 'relative',
    width: 14,
    height: 14,
    borderRadius: theme.shape.radius.sm,
    fontSize: 10,
    fontWeight: theme.typography.fontWeightMedium,
  }),
})
