import { css, cx } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import { plainText } from '../../data/text'

interface Props {
  readonly address: string
  /** Where a click on it filters the dashboard. */
  readonly onFilter?: ((address: string) => void) | undefined
  readonly tabIndex?: number
}

/** An address in figures of one width; what does not fit is in the title. */
export function AddressText({ address, onFilter, tabIndex }: Props) {
  const styles = useStyles2(getStyles)
  const text = plainText(address, 100)
  if (onFilter === undefined) {
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
      title={t('address.filter', 'Filter the dashboard by {{address}}', { address: text })}
      onClick={() => onFilter(address)}
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
