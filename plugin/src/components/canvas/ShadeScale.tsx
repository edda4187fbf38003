import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'

interface ShadeScaleProps {
  /** From few packets to many. */
  readonly colors: readonly string[]
}

/** How to read the strength of a cell's colour. */
export function ShadeScale({ colors }: ShadeScaleProps) {
  const styles = useStyles2(getStyles)
  return (
    <span className={styles.scale}>
      {t('ports.fewer', 'Fewer packets')}
      <span className={styles.shades} aria-hidden>
        {colors.map((color, i) => (
          <span key={i} className={styles.shade} style={{ background: color }} />
        ))}
      </span>
      {t('ports.scale-more', 'more')}
    </span>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  scale: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.75) }),
  shades: css({ display: 'inline-flex' }),
  shade: css({ width: 12, height: 10 }),
})
