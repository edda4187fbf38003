import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { FilterInput, useStyles2 } from '@grafana/ui'
import type { Attacker, Level } from '../../data/model'
import { exactNumber } from '../../data/text'
import { LevelPills } from '../parts/LevelPills'
import { visuallyHidden } from '../parts/visually-hidden'
import type { LevelLook } from '../view'
import { ExportMenu } from './ExportMenu'

interface Props {
  readonly looks: readonly LevelLook[]
  readonly counts: readonly number[]
  readonly levels: ReadonlySet<Level>
  readonly onLevels: (levels: ReadonlySet<Level>) => void
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly rows: readonly Attacker[]
  readonly total: number
  readonly width: number
}

/** px, with the distance to what is below. */
export const TOOLBAR_HEIGHT = 40
/** px from which both the levels and the search fit, and from which the count does. */
const LEVELS_FROM = 440
const COUNT_FROM = 560

export function AttackersToolbar(props: Props) {
  const { looks, counts, levels, onLevels, search, onSearch, rows, total, width } = props
  const styles = useStyles2(getStyles)
  const shown = t('attackers.shown', '{{shown}} of {{total}}', {
    shown: exactNumber(rows.length),
    total: exactNumber(total),
  })
  return (
    <div className={styles.toolbar}>
      {width >= LEVELS_FROM && (
        <LevelPills looks={looks} counts={counts} chosen={levels} onChange={onLevels} />
      )}
      <div className={styles.search}>
        <FilterInput
          value={search}
          onChange={onSearch}
          escapeRegex={false}
          aria-label={t('attackers.search', 'Search attackers')}
          placeholder={t('attackers.search-for', 'Address, network, port, signature')}
          title={t(
            'attackers.search-help',
            'Address, network (203.0.113.0/24), port (22, tcp/22, 1000-2000), signature, kind, system or country. All words must match.',
          )}
        />
      </div>
      <span role="status" className={width >= COUNT_FROM ? styles.count : styles.hidden}>
        {shown}
      </span>
      <ExportMenu rows={rows} />
    </div>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  hidden: visuallyHidden(),
  toolbar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: TOOLBAR_HEIGHT,
    flex: 'none',
    paddingBottom: theme.spacing(1),
  }),
  search: css({ flex: 1, minWidth: 0, maxWidth: 380 }),
  count: css({
    marginLeft: 'auto',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
})
