import { css, cx } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { Trans } from '@grafana/i18n'
import { t } from '../../i18n'
import { Button, ClipboardButton, LinkButton, useStyles2 } from '@grafana/ui'
import type { ReactNode } from 'react'
import type { Attacker } from '../../data/model'
import { scanSpan } from '../../data/scan-span'
import { exactNumber, plainText } from '../../data/text'
import { EvidenceLink } from '../parts/EvidenceLink'
import { portsTitle } from '../parts/PortRanges'
import type { TimeTexts } from '../parts/times'
import type { ViewActions } from '../view'
import { DestinationsTable } from './DestinationsTable'

interface Props {
  readonly attacker: Attacker
  readonly actions: ViewActions
  readonly times: TimeTexts
  readonly width: number
}

const MOST_REASONS = 12
const MOST_SIGNATURES = 12
const MOST_TEXT = 400

/** All that is known of an attacker, and the ways from here. */
export function AttackerDetails({ attacker, actions, times, width }: Props) {
  const styles = useStyles2(getStyles)
  const { source, reasons, signatures, destinations, ports, firstSeen, lastSeen } = attacker
  const facts: Array<[label: string, value: string, title?: string]> = [
    [t('details.first-seen', 'First seen'), times.full(firstSeen), times.title(firstSeen)],
    [t('details.last-seen', 'Last seen'), times.full(lastSeen), times.title(lastSeen)],
    [t('details.detections', 'Detections'), exactNumber(attacker.detections)],
  ]
  const known: Array<[label: string, value: string | undefined]> = [
    [t('details.hostname', 'Name'), attacker.hostname],
    [t('details.os', 'System'), attacker.os],
    [t('details.country', 'Country'), attacker.country],
    [t('details.asn', 'Network'), attacker.asn],
  ]
  for (const [label, value] of known) if (value) facts.push([label, plainText(value)])
  if (ports.length > 0) {
    facts.push([t('details.ports', 'Ports'), portsTitle(ports, attacker.portsTruncated)])
  }
  return (
    <div className={styles.details}>
      <DetailActions attacker={attacker} actions={actions} />
      <div className={styles.columns}>
        <div className={styles.column}>
          {reasons.length > 0 && (
            <Section title={t('details.reasons', 'Reasons')}>
              <Items texts={reasons} most={MOST_REASONS} />
            </Section>
          )}
          {signatures.length > 0 && (
            <Section title={t('details.signatures', 'Signatures')}>
              <Items
                texts={signatures.map(({ sid, message, count }) => {
                  const times = count > 1 ? ` (${exactNumber(count)}×)` : ''
                  return `${sid} ${message.slice(0, MOST_TEXT)}${times}`
                })}
                most={MOST_SIGNATURES}
              />
            </Section>
          )}
          <dl className={styles.facts} aria-label={t('details.of', 'Of {{source}}', { source })}>
            {facts.map(([label, value, title = value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd title={title}>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        </div>
        {destinations.length > 0 && (
          <div className={cx(styles.column, styles.wide)}>
            <DestinationsTable
              destinations={destinations}
              count={attacker.destinationCount}
              width={width}
            />
          </div>
        )}
      </div>
    </div>
  )
}

function DetailActions({ attacker, actions }: Pick<Props, 'attacker' | 'actions'>) {
  const styles = useStyles2(getStyles)
  const { source } = attacker
  const span = scanSpan(attacker)
  return (
    <div className={styles.actions}>
      <EvidenceLink href={actions.explore(attacker.evidence)} of={plainText(source, 100)} />
      {actions.links(attacker.row).map((link, i) => (
        <LinkButton
          key={`${i} ${link.title}`}
          href={link.href}
          target={link.target}
          rel="noopener noreferrer"
          size="sm"
          variant="secondary"
          icon={link.target === '_blank' ? 'external-link-alt' : 'link'}
          onClick={link.onClick}
        >
          {plainText(link.title, 60)}
        </LinkButton>
      ))}
      {actions.calls(attacker.row).map(({ title, run }, i) => (
        <Button key={`${i} ${title}`} size="sm" variant="secondary" icon="play" onClick={run}>
          {plainText(title, 60)}
        </Button>
      ))}
      {span && (
        <Button
          size="sm"
          variant="secondary"
          icon="search-plus"
          onClick={() => actions.zoom(span.from, span.to)}
        >
          <Trans i18nKey="details.zoom">Zoom to this scan</Trans>
        </Button>
      )}
      {actions.canFilter('source') && (
        <Button
          size="sm"
          variant="secondary"
          icon="filter"
          onClick={() => actions.filter('source', source)}
        >
          <Trans i18nKey="details.filter">Filter dashboard</Trans>
        </Button>
      )}
      <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => source}>
        <Trans i18nKey="details.copy">Copy address</Trans>
      </ClipboardButton>
    </div>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const styles = useStyles2(getStyles)
  return (
    <div>
      <div className={styles.title}>{title}</div>
      {children}
    </div>
  )
}

function Items({ texts, most }: { readonly texts: readonly string[]; readonly most: number }) {
  const styles = useStyles2(getStyles)
  const more = texts.length - most
  return (
    <ul className={styles.list}>
      {texts.slice(0, most).map((text, i) => (
        <li key={i}>
          <bdi>{plainText(text, MOST_TEXT)}</bdi>
        </li>
      ))}
      {more > 0 && (
        <li className={styles.more}>{t('details.more', 'and {{count}} more', { count: more })}</li>
      )}
    </ul>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  details: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1, 1, 1.5, 4),
    cursor: 'auto',
    [theme.breakpoints.down('sm')]: { paddingLeft: theme.spacing(1) },
  }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  columns: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(2, 4) }),
  column: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    flex: '2 1 260px',
    minWidth: 0,
    maxWidth: '100%',
    overflowWrap: 'anywhere',
  }),
  wide: css({ flex: '3 1 300px' }),
  title: css({
    color: theme.colors.text.secondary,
    fontWeight: theme.typography.fontWeightMedium,
    marginBottom: theme.spacing(0.25),
  }),
  list: css({ margin: 0, padding: 0, listStyle: 'none' }),
  more: css({ color: theme.colors.text.secondary }),
  facts: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 3),
    margin: 0,
    '& dt': {
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightMedium,
    },
    '& dd': { margin: 0, fontVariantNumeric: 'tabular-nums' },
  }),
})
