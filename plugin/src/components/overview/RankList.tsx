import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import { useId, type ReactNode } from 'react'
import { exactNumber } from '../../data/text'
import { RANK_HEIGHT } from './RankRow'

interface Props<Row> {
  readonly title: string
  readonly rows: readonly Row[]
  readonly empty: string
  readonly width: number
  readonly height: number
  readonly children: (row: Row) => ReactNode
}

const TITLE_HEIGHT = 26

/** The first of a ranking, as many as fit. */
export function RankList<Row>({ title, rows, empty, width, height, children }: Props<Row>) {
  const styles = useStyles2(getStyles)
  const id = useId()
  const shown = rows.slice(0, Math.max(0, Math.floor((height - TITLE_HEIGHT) / RANK_HEIGHT)))
  return (
    <section aria-labelledby={id} style={{ width, height }} className={styles.list}>
      <div className={styles.head}>
        <span id={id} className={styles.title}>
          {title}
        </span>
        {rows.length > shown.length && (
          <span>
            {t('overview.shown', '{{shown}} of {{total}}', {
              shown: exactNumber(shown.length),
              total: exactNumber(rows.length),
            })}
          </span>
        )}
      </div>
      {rows.length === 0 ? (
        <div className={styles.empty}>{empty}</div>
      ) : (
        <ul className={styles.rows}>{shown.map(children)}</ul>
      )}
    </section>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ overflow: 'hidden' }),
  head: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    height: TITLE_HEIGHT,
    padding: theme.spacing(0, 1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
  title: css({ fontWeight: theme.typography.fontWeightMedium, color: theme.colors.text.primary }),
  empty: css({
    padding: theme.spacing(0.5, 1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  rows: css({ margin: 0, padding: 0 }),
})
