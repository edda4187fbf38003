import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import { LEVELS, type Level } from '../../data/model'
import { compactNumber, exactNumber } from '../../data/text'
import type { LevelLook } from '../view'
import { levelName } from './LevelBadge'
import { visuallyHidden } from './visually-hidden'

interface Props {
  readonly looks: readonly LevelLook[]
  /** Sources at each level. */
  readonly counts: readonly number[]
  readonly chosen: ReadonlySet<Level>
  readonly onChange: (chosen: ReadonlySet<Level>) => void
}

/** Buttons that choose levels: digit on its colour, and how many sources it has. None chosen means all. */
export function LevelPills({ looks, counts, chosen, onChange }: Props) {
  const styles = useStyles2(getStyles)
  // Without a source level 0 is no choice: most inputs never bring it.
  const levels = LEVELS.filter((level) => level > 0 || (counts[0] ?? 0) > 0).toReversed()
  return (
    <div role="group" aria-label={t('levels.filter', 'Danger levels')} className={styles.group}>
      {levels.map((level) => {
        const look = looks[level]
        if (look === undefined) return null
        const count = counts[level] ?? 0
        return (
          <button
            key={level}
            type="button"
            className={styles.pill}
            aria-pressed={chosen.has(level)}
            title={count < 1000 ? levelName(look) : `${levelName(look)} (${exactNumber(count)})`}
            onClick={() => onChange(toggled(chosen, level))}
          >
            <span
              className={styles.digit}
              style={{ background: look.color, color: look.contrast }}
              aria-hidden
            >
              {level}
            </span>
            <span className={styles.count}>{compactNumber(count)}</span>
            <span className={styles.hidden}>
              {t('levels.sources-at', 'sources at danger level {{level}}, {{text}}', {
                level,
                text: look.text,
              })}
            </span>
          </button>
        )
      })}
    </div>
  )
}

/** The set with the level added, or taken out. */
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(value)) next.add(value)
  return next
}

const getStyles = (theme: GrafanaTheme2) => ({
  hidden: visuallyHidden(),
  group: css({ display: 'flex', gap: theme.spacing(0.5), flex: 'none' }),
  pill: css({
    display: 'flex',
    alignItems: 'center',
    height: 24,
    padding: 0,
    overflow: 'hidden',
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    background: 'none',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    '&:hover': { background: theme.colors.action.hover, color: theme.colors.text.primary },
    '&[aria-pressed="true"]': {
      background: theme.colors.action.selected,
      borderColor: theme.colors.primary.border,
      color: theme.colors.text.maxContrast,
    },
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: 1,
    },
  }),
  digit: css({
    alignSelf: 'stretch',
    display: 'flex',
    alignItems: 'center',
    padding: theme.spacing(0, 0.75),
    fontWeight: theme.typography.fontWeightBold,
  }),
  // As wide as the longest text, so that the row stays where it is as numbers change.
  count: css({ width: '4.5ch', textAlign: 'right', paddingRight: theme.spacing(0.75) }),
})
