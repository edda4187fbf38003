import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { RadioButtonGroup, useStyles2 } from '@grafana/ui'
import type { ReactNode } from 'react'

interface ViewBarProps<T extends string> {
  readonly label: string
  readonly options: ReadonlyArray<{ readonly value: T; readonly label: string }>
  readonly value: T
  onChange(value: T): void
  /** At the right. */
  readonly children?: ReactNode
}

export const BAR_HEIGHT = 32

/** One line above a picture: what it shows, as a choice, and how to read it. */
export function ViewBar<T extends string>(props: ViewBarProps<T>) {
  const styles = useStyles2(getStyles)
  return (
    <div className={styles.bar}>
      <RadioButtonGroup<T>
        size="sm"
        aria-label={props.label}
        options={props.options.map(({ value, label }) => ({ value, label }))}
        value={props.value}
        onChange={props.onChange}
      />
      <div className={styles.rest}>{props.children}</div>
    </div>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(2),
    height: BAR_HEIGHT,
    overflow: 'hidden',
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
  rest: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'flex-end',
    gap: theme.spacing(1.5),
    flex: 1,
    minWidth: 0,
    height: 24,
    whiteSpace: 'nowrap',
  }),
})
