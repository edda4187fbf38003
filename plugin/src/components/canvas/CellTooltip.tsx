import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { Portal, useStyles2, VizTooltipContainer } from '@grafana/ui'

/** What a cell, a row or a column says of itself. */
export interface CellText {
  readonly title: string
  readonly subtitle?: string | undefined
  readonly rows: ReadonlyArray<{ readonly label: string; readonly value: string }>
  /** What a click does. */
  readonly hint?: string | undefined
}

interface CellTooltipProps {
  readonly text: CellText
  /** In the window, px. */
  readonly x: number
  readonly y: number
}

export function CellTooltip({ text, x, y }: CellTooltipProps) {
  const styles = useStyles2(tooltipStyles)
  return (
    <Portal>
      <VizTooltipContainer position={{ x, y }} offset={{ x: 10, y: 10 }}>
        <div className={styles.title}>{text.title}</div>
        {text.subtitle !== undefined && <div className={styles.dim}>{text.subtitle}</div>}
        <dl className={styles.rows}>
          {text.rows.map(({ label, value }) => (
            <div key={label} className={styles.row}>
              <dt className={styles.dim}>{label}</dt>
              <dd className={styles.value}>{value}</dd>
            </div>
          ))}
        </dl>
        {text.hint !== undefined && <div className={styles.hint}>{text.hint}</div>}
      </VizTooltipContainer>
    </Portal>
  )
}

/** The same in a sentence, for screen readers. */
export function cellSentence({ title, subtitle, rows, hint }: CellText): string {
  const facts = rows.map(({ label, value }) => `${label} ${value}`)
  return [title, subtitle, ...facts, hint].filter((part) => part !== undefined).join(', ')
}

export const tooltipStyles = (theme: GrafanaTheme2) => ({
  box: css({ padding: theme.spacing(1), fontSize: theme.typography.bodySmall.fontSize }),
  title: css({
    fontWeight: theme.typography.fontWeightMedium,
    overflowWrap: 'anywhere',
    maxWidth: 320,
  }),
  dim: css({ color: theme.colors.text.secondary, fontWeight: 'inherit' }),
  rows: css({ margin: theme.spacing(0.5, 0, 0) }),
  row: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(2) }),
  value: css({
    margin: 0,
    textAlign: 'right',
    fontVariantNumeric: 'tabular-nums',
    overflowWrap: 'anywhere',
  }),
  hint: css({
    marginTop: theme.spacing(0.5),
    paddingTop: theme.spacing(0.5),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    color: theme.colors.text.secondary,
  }),
})
