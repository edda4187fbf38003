import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import type { PortRange } from '../../data/model'
import { portCount, portText } from '../../data/port-text'
import { exactNumber, plainText } from '../../data/text'

interface Props {
  readonly ranges: readonly PortRange[]
  /** The input knew more ranges than it says. */
  readonly truncated?: boolean
}

const MOST_IN_LINE = 24
const MOST_IN_TITLE = 100

/** Ports as merged ranges on one line; behind them how many ports they are. The title has what does not fit. */
export function PortRanges({ ranges, truncated = false }: Props) {
  const styles = useStyles2(getStyles)
  if (ranges.length === 0) return <span>–</span>
  const count = portCount(ranges)
  return (
    <span className={styles.line} title={portsTitle(ranges, truncated)}>
      <span className={styles.text}>{plainText(portText(ranges, MOST_IN_LINE).text)}</span>
      {count > 1 && (
        <span className={styles.count}>
          {truncated && '≥'}
          {exactNumber(count)}
        </span>
      )}
    </span>
  )
}

/** All ports, up to a hundred ranges, and what is left out. */
export function portsTitle(ranges: readonly PortRange[], truncated = false): string {
  const { text, left } = portText(ranges, MOST_IN_TITLE)
  const shown = plainText(text, 2000)
  if (left > 0)
    return t('ports.more', '{{shown}} and {{count}} more ranges', { shown, count: left })
  return truncated ? t('ports.truncated', '{{shown}} and more', { shown }) : shown
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', gap: theme.spacing(1), minWidth: 0 }),
  text: css({
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    flex: 1,
    fontVariantNumeric: 'tabular-nums',
  }),
  count: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
})
