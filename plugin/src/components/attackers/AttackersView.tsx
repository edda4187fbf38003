import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { Trans } from '@grafana/i18n'
import { t } from '../../i18n'
import { Button, useStyles2 } from '@grafana/ui'
import { useCallback, useDeferredValue, useMemo, useState } from 'react'
import { shownColumns } from '../../data/columns'
import type { Attacker, Level } from '../../data/model'
import { DEFAULT_SORT, filterAttackers, sortAttackers, unknownColumns } from '../../data/rows'
import { searchIndex, type SearchIndex } from '../../data/search'
import { sparks } from '../../data/spark'
import { toggled } from '../parts/LevelPills'
import { timeTexts } from '../parts/times'
import type { ViewProps } from '../view'
import { AttackerDetails } from './AttackerDetails'
import { AttackersGrid } from './AttackersGrid'
import { AttackersToolbar, TOOLBAR_HEIGHT } from './AttackersToolbar'
import { SCROLLBAR } from './grid-styles'

/** Steps of an activity picture. */
const BINS = 24
/** px of one figure of an address, and of what is around it. */
const FIGURE = 7.3
const AROUND = 18
/** Figures of the longest IPv6 address; what is longer is none. */
const LONGEST = 39
/** px below which there are rows only. */
const TOOLBAR_FROM = { width: 300, height: 160 }

/** Everyone who attacks, most dangerous first: to sort, to search, and to open for what is behind it. */
export function AttackersView(props: ViewProps) {
  const { model, options, looks, actions, width, height, timeRange, timeZone } = props
  const styles = useStyles2(getStyles)
  const [sort, setSort] = useState(DEFAULT_SORT)
  const [levels, setLevels] = useState<ReadonlySet<Level>>(new Set())
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const onToggle = useCallback((source: string) => setOpen((old) => toggled(old, source)), [])

  const [from, to] = [timeRange.from.valueOf(), timeRange.to.valueOf()]
  const { attackers, activity } = model
  const pictures = useMemo(
    () => sparks(activity, attackers.length, from, to, BINS),
    [activity, attackers, from, to],
  )
  const times = useMemo(() => timeTexts(timeRange, timeZone), [timeRange, timeZone])

  const hasToolbar = width >= TOOLBAR_FROM.width && height >= TOOLBAR_FROM.height
  const wanted = useDeferredValue(hasToolbar ? search : '')
  const index = useMemo(() => once(() => searchIndex(attackers)), [attackers])
  const found = useMemo(
    () =>
      filterAttackers(
        attackers,
        { levels: hasToolbar ? levels : new Set(), search: wanted },
        index,
      ),
    [attackers, levels, wanted, hasToolbar, index],
  )
  const rows = useMemo(() => sortAttackers(found, sort, pictures), [found, sort, pictures])

  const known = useMemo(
    () => ({
      empty: unknownColumns(model),
      longest: attackers.reduce((most, { source }) => Math.max(most, source.length), 0),
    }),
    [model, attackers],
  )
  const columns = useMemo(
    () =>
      shownColumns({
        wanted: options.attackers.columns,
        width: width - SCROLLBAR,
        // An IPv6 address may be long, but it is not all that there is to say.
        sourceWidth: Math.min(
          Math.min(known.longest, LONGEST) * FIGURE + AROUND,
          Math.max(128, width * 0.3),
        ),
        empty: known.empty,
      }),
    [options.attackers.columns, width, known],
  )

  const details = (attacker: Attacker) => (
    <AttackerDetails attacker={attacker} actions={actions} times={times} width={width} />
  )
  const filter = useMemo(
    () =>
      actions.canFilter('source')
        ? {
            label: t('address.filter', 'Filter the dashboard'),
            apply: (address: string) => actions.filter('source', address),
          }
        : undefined,
    [actions],
  )
  const isFiltered = hasToolbar && (levels.size > 0 || wanted.trim() !== '')
  return (
    <div className={styles.view} style={{ width, height }} data-testid="picket-attackers">
      {hasToolbar && (
        <AttackersToolbar
          looks={looks}
          counts={model.levels}
          levels={levels}
          onLevels={setLevels}
          search={search}
          onSearch={setSearch}
          rows={rows}
          total={attackers.length}
          width={width}
        />
      )}
      {rows.length > 0 ? (
        <AttackersGrid
          rows={rows}
          columns={columns}
          looks={looks}
          sparks={pictures}
          times={times}
          atLeast={model.limit !== undefined}
          open={open}
          onToggle={onToggle}
          sort={sort}
          onSort={setSort}
          filter={filter}
          details={details}
          width={width}
          height={height - (hasToolbar ? TOOLBAR_HEIGHT : 0)}
        />
      ) : (
        <div className={styles.empty}>
          {isFiltered ? (
            <>
              <Trans i18nKey="attackers.none-found">No attacker matches.</Trans>
              <Button
                size="sm"
                variant="secondary"
                onClick={() => {
                  setSearch('')
                  setLevels(new Set())
                }}
              >
                <Trans i18nKey="attackers.clear">Clear filters</Trans>
              </Button>
            </>
          ) : (
            <Trans i18nKey="attackers.none">No attackers in this time range.</Trans>
          )}
        </div>
      )}
    </div>
  )
}

function once(make: () => SearchIndex): () => SearchIndex {
  let made: SearchIndex | undefined
  return () => (made ??= make())
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', overflow: 'hidden' }),
  empty: css({
    flex: 1,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
    textAlign: 'center',
  }),
})
