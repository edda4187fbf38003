import { css, cx } from '@emotion/css'
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data'
import { Button, RadioButtonGroup, useStyles2 } from '@grafana/ui'
import type { useLive } from './useLive'
import { PRESETS, type Chosen, type Preset } from './ranges'
import { VIEWS } from './useView'

interface HeaderProps {
  readonly view: string
  readonly chosen: Chosen
  readonly live: ReturnType<typeof useLive>
  readonly theme: 'dark' | 'light'
  readonly onChoose: (chosen: Chosen) => void
  readonly onToggleTheme: () => void
}

const PRESET_OPTIONS = PRESETS.map(({ label, value }) => ({ label, value: value as Preset }))
const number = new Intl.NumberFormat('en')

/** Name, state and counts, the choice of view and time. */
export function Header({ view, chosen, live, theme, onChoose, onToggleTheme }: HeaderProps) {
  const styles = useStyles2(getStyles)
  const { report, isCut, detections } = live
  const other = theme === 'dark' ? 'light' : 'dark'
  return (
    <header className={styles.header}>
      <a className={styles.skip} href="#main" onClick={skipToMain}>
        Skip to the panel
      </a>
      <div className={styles.row}>
        <h1 className={styles.name}>Picket</h1>
        <p role="status" className={cx(styles.status, !live.isReached && styles.lost)}>
          <span aria-hidden="true" className={live.isReached ? styles.dot : undefined}>
            {live.isReached ? '●' : '▲'}
          </span>{' '}
          {statusOf(live)}
        </p>
        <dl className={styles.counts}>
          <Count name="Lines read" value={report?.lines.read} />
          <Count name="Packets" value={report?.lines.packets} />
          <Count name="Sources" value={report?.totals.sources} />
          <Count name="Detections" value={report?.totals.detections} />
        </dl>
        {isCut && (
          <span className={styles.quiet}>
            {number.format(detections.length)} detections, newest only
          </span>
        )}
        <span className={styles.gap} />
        <nav aria-label="Picket" className={styles.links}>
          <a href="/plain">Plain page</a>
          <a href="/api/v1/report">Report</a>
          <a href="/metrics">Metrics</a>
        </nav>
        <Button size="sm" variant="secondary" fill="outline" onClick={onToggleTheme}>
          {other === 'dark' ? 'Dark theme' : 'Light theme'}
        </Button>
      </div>
      <div className={styles.row}>
        <nav aria-label="Views" className={styles.views}>
          {VIEWS.map(([name, title]) => (
            <a
              key={name}
              href={`#${name}`}
              className={styles.view}
              aria-current={name === view ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <span className={styles.gap} />
        {typeof chosen !== 'string' && (
          <Button
            size="sm"
            variant="secondary"
            icon="search-minus"
            onClick={() => onChoose('all')}
            tooltip="Back to everything"
          >
            {`${dateTimeFormat(chosen.from)} to ${dateTimeFormat(chosen.to)}`}
          </Button>
        )}
        <RadioButtonGroup
          size="sm"
          aria-label="Time range"
          options={PRESET_OPTIONS}
          value={typeof chosen === 'string' ? chosen : undefined}
          onChange={onChoose}
        />
      </div>
    </header>
  )
}

function Count({ name, value }: { name: string; value: number | undefined }) {
  const styles = useStyles2(getStyles)
  return (
    <div className={styles.count}>
      <dt>{name}</dt>
      <dd className={styles.number}>{value === undefined ? '–' : number.format(value)}</dd>
    </div>
  )
}

function statusOf({ report, isReached }: HeaderProps['live']): string {
  if (isReached) return report === undefined ? 'Loading' : 'Live'
  const since =
    report === undefined ? '' : `; shown is the state of ${report.generatedAt.slice(11, 19)} UTC`
  return `Picket cannot be reached, trying again${since}.`
}

/** Without a hash in the address, which names the view. */
function skipToMain(event: { preventDefault(): void }) {
  event.preventDefault()
  document.getElementById('main')?.focus()
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  skip: css({
    position: 'absolute',
    left: '-100vw',
    '&:focus': {
      left: theme.spacing(2),
      top: theme.spacing(1),
      zIndex: 1,
      padding: theme.spacing(1),
      background: theme.colors.background.primary,
    },
  }),
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 2),
    minHeight: theme.spacing(4),
  }),
  name: css({ margin: 0, fontSize: theme.typography.h4.fontSize }),
  status: css({ margin: 0, color: theme.colors.text.secondary }),
  dot: css({ color: theme.colors.success.text }),
  lost: css({ color: theme.colors.warning.text }),
  counts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2), margin: 0 }),
  count: css({
    display: 'flex',
    gap: theme.spacing(0.75),
    dt: { color: theme.colors.text.secondary, fontWeight: 'normal' },
  }),
  number: css({
    margin: 0,
    minWidth: '4ch',
    fontVariantNumeric: 'tabular-nums',
    fontWeight: theme.typography.fontWeightMedium,
  }),
  quiet: css({ color: theme.colors.text.secondary }),
  gap: css({ flex: 1 }),
  links: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    a: { color: theme.colors.text.link, '&:hover': { textDecoration: 'underline' } },
  }),
  views: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
  view: css({
    padding: theme.spacing(0.5, 1),
    color: theme.colors.text.secondary,
    borderBottom: '2px solid transparent',
    '&:hover': { color: theme.colors.text.primary, borderColor: theme.colors.border.strong },
    '&[aria-current]': {
      color: theme.colors.text.primary,
      borderColor: theme.colors.primary.border,
    },
  }),
})
