import { css } from '@emotion/css'
import { formattedValueToString, type GrafanaTheme2 } from '@grafana/data'
import { SeriesIcon, useStyles2, type VizLegendItem } from '@grafana/ui'

interface LegendItemProps<T> {
  readonly item: VizLegendItem<T>
  onToggle(): void
}

/**
 * One level of a list legend. Grafana 13 names the buttons of its own items after which series are shown ("All series
 * selected"), which says neither what they are nor, for levels that are hidden one by one, the truth.
 */
export function LegendItem<T>({ item, onToggle }: LegendItemProps<T>) {
  const styles = useStyles2(getStyles)
  const { label, color = '', disabled = false } = item
  return (
    <span className={styles.item}>
      <SeriesIcon color={color} />
      <button type="button" className={styles.label} aria-pressed={!disabled} onClick={onToggle}>
        {label}
      </button>
      {item.getDisplayValues?.().map((value, i) => (
        <span key={i} className={styles.value} title={value.description}>
          {value.title}: {formattedValueToString(value)}
        </span>
      ))}
    </span>
  )
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  label: css({
    padding: 0,
    border: 'none',
    borderRadius: theme.shape.radius.sm,
    background: 'none',
    fontSize: 'inherit',
    whiteSpace: 'nowrap',
    '&[aria-pressed="false"]': { color: theme.colors.text.disabled },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: 1,
    },
  }),
  value: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
})
