import { css, cx } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import { plainText } from '../../data/text'

export interface AddressFilter {
  /** What the click does, translated once for all addresses. */
  readonly label: string
  apply(address: string): void
}

interface Props {
  readonly address: string
  /** Where a click on it filters the dashboard. */
  readonly filter?: AddressFilter | undefined
  readonly tabIndex?: number
}

/** An address in figures of one width; what does not fit is in the title. */
export function AddressText({ address, filter, tabIndex }: Props) {
  const styles = useStyles2(getStyles)
  const text = plainText(address, 100)
  if (filter === undefined) {
    return (
      <bdi className={styles.text} title={text}>
        {text}
      </bdi>
    )
  }
  return (
    <button
      type="button"
      className={cx(styles.text, styles.button)}
      tabIndex={tabIndex}
      title={`${text}: ${filter.label}`}
      onClick={() => filter.apply(address)}
    >
      <bdi>{text}</bdi>
    </button>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({
    display: 'block',
    maxWidth: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  button: css({
    padding: 0,
    border: 0,
    background: 'none',
    color: theme.colors.text.primary,
    textAlign: 'left',
    '&:hover': { color: theme.colors.text.link, textDecoration: 'underline' },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: -2,
      borderRadius: theme.shape.radius.default,
    },
  }),
})
