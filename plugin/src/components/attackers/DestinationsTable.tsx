import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { Trans } from '@grafana/i18n'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import type { DestinationRow } from '../../data/model'
import { exactNumber, plainText } from '../../data/text'
import { AddressText } from '../parts/AddressText'
import { Count } from '../parts/Count'
import { PortRanges } from '../parts/PortRanges'

interface Props {
  readonly destinations: readonly DestinationRow[]
  /** At least so many there are; not all may be known by name. */
  readonly count: number
  readonly width: number
}

const MOST_ROWS = 10
/** px below which only address and packets fit. */
const NARROW = 420

/** Whom an attacker reached for, most packets first. */
export function DestinationsTable({ destinations, count, width }: Props) {
  const styles = useStyles2(getStyles)
  const rows = destinations.toSorted((a, b) => b.packets - a.packets).slice(0, MOST_ROWS)
  const more = Math.max(count, destinations.length) - rows.length
  const isWide = width >= NARROW
  const where = ({ chain, interface: name }: DestinationRow) =>
    plainText([chain, name].filter(Boolean).join(' '), 40)
  const hasWhere = isWide && rows.some((row) => where(row) !== '')
  const hasSignatures = isWide && rows.some(({ signatures }) => signatures.length > 0)
  return (
    <div>
      <table className={styles.table}>
        <caption className={styles.caption}>
          <Trans i18nKey="destinations.caption">Destinations</Trans>
        </caption>
        <thead>
          <tr>
            <th scope="col" className={styles.address}>
              <Trans i18nKey="destinations.address">Address</Trans>
            </th>
            <th scope="col" className={styles.number}>
              <Trans i18nKey="destinations.packets">Packets</Trans>
            </th>
            {isWide && (
              <th scope="col">
                <Trans i18nKey="destinations.ports">Ports</Trans>
              </th>
            )}
            {hasWhere && (
              <th scope="col" className={styles.where}>
                <Trans i18nKey="destinations.where">Chain, interface</Trans>
              </th>
            )}
            {hasSignatures && (
              <th scope="col">
                <Trans i18nKey="destinations.signatures">Signatures</Trans>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const names = row.signatures.map(({ sid, message }) => message || `sid ${sid}`)
            return (
              <tr key={row.address}>
                <td>
                  <AddressText address={row.address} />
                </td>
                <td className={styles.number}>
                  <Count value={row.packets} />
                </td>
                {isWide && (
                  <td>
                    <PortRanges ranges={row.ports} />
                  </td>
                )}
                {hasWhere && (
                  <td className={styles.cut} title={where(row)}>
                    <bdi>{where(row)}</bdi>
                  </td>
                )}
                {hasSignatures && (
                  <td className={styles.cut} title={plainText(names.join('; '), 1000)}>
                    <bdi>{plainText(names.join(', '))}</bdi>
                  </td>
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
      {more > 0 && (
        <div className={styles.more} title={exactNumber(more)}>
          {t('destinations.more', 'and {{count}} more', { count: more })}
        </div>
      )}
    </div>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    tableLayout: 'fixed',
    '& th, & td': {
      padding: theme.spacing(0.25, 1),
      textAlign: 'left',
      fontWeight: theme.typography.fontWeightRegular,
    },
    '& th:first-child, & td:first-child': { paddingLeft: 0 },
    '& th': { color: theme.colors.text.secondary, whiteSpace: 'nowrap' },
  }),
  caption: css({
    captionSide: 'top',
    padding: 0,
    color: theme.colors.text.secondary,
    fontWeight: theme.typography.fontWeightMedium,
    textAlign: 'left',
  }),
  address: css({ width: 120 }),
  where: css({ width: 124 }),
  number: css({
    width: 68,
    '&&': { textAlign: 'right' },
    fontVariantNumeric: 'tabular-nums',
  }),
  cut: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  more: css({ color: theme.colors.text.secondary, padding: theme.spacing(0.25, 0) }),
})
