import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import type { LevelLook } from '../view'

/** The small square with the level's digit, as `drawBadge` draws it. */
export function LevelDigit({ look }: { readonly look: LevelLook | undefined }) {
  const styles = useStyles2(getStyles)
  if (look === undefined) return null
  return (
    <span
      aria-hidden
      className={styles.digit}
      style={{ background: look.color, color: look.contrast }}
    >
      {look.level}
    </span>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  digit: css({
    position: 'relative',
    flex: 'none',
    display: 'inline-grid',
    placeItems: 'center',
    width: 14,
    height: 14,
    borderRadius: theme.shape.radius.sm,
    fontSize: 10,
    fontWeight: theme.typography.fontWeightMedium,
    lineHeight: 1,
  }),
})
