import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import type { ReactNode } from 'react'

interface EmptyTextProps {
  readonly width: number
  readonly height: number
  readonly children: ReactNode
}

/** One calm sentence where there is nothing to draw. */
export function EmptyText({ width, height, children }: EmptyTextProps) {
  const styles = useStyles2(getStyles)
  return (
    <div className={styles.box} style={{ width, height }}>
      {children}
    </div>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'grid',
    placeItems: 'center',
    textAlign: 'center',
    overflow: 'hidden',
    color: theme.colors.text.secondary,
  }),
})
