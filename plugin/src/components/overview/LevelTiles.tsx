import { css, cx } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { useStyles2 } from '@grafana/ui'
import type { Level } from '../../data/model'
import { compactNumber, exactNumber, plainText } from '../../data/text'
import { levelName } from '../parts/LevelBadge'
import { toggled } from '../parts/LevelPills'
import { visuallyHidden } from '../parts/visually-hidden'
import type { LevelLook } from '../view'

interface Props {
  readonly looks: readonly LevelLook[]
  /** Sources at each level. */
  readonly counts: readonly number[]
  readonly atLeast: boolean
  readonly chosen: ReadonlySet<Level>
  readonly onChange: (chosen: ReadonlySet<Level>) => void
  readonly width: number
  readonly height: number
}

const SHOWN: readonly Level[] = [5, 4, 3, 2, 1]
/** px of a tile from which the level's word fits, and of a row from which it has a line of its own. */
const WORD_WIDTH = 112
const WORD_HEIGHT = 56

/** How many sources there are at each level. A click leaves only those in the lists below. */
export function LevelTiles(props: Props) {
  const { looks, counts, atLeast, chosen, onChange, width, height } = props
  const styles = useStyles2(getStyles)
  const hasWord = width / SHOWN.length >= WORD_WIDTH && height >= WORD_HEIGHT
  return (
    <div
      role="group"
      aria-label={t('overview.levels', 'Sources at each danger level')}
      className={styles.row}
      style={{ height }}
    >
      {SHOWN.map((level) => {
        const look = looks[level]
        if (look === undefined) return null
        const count = counts[level] ?? 0
        const isNone = count === 0
        return (
          <button
            key={level}
            type="button"
            aria-pressed={chosen.has(level)}
            title={`${levelName(look)}: ${exactNumber(count)}`}
            className={cx(styles.tile, hasWord || styles.narrow)}
            onClick={() => onChange(toggled(chosen, level))}
          >
            <span
              aria-hidden
              className={cx(styles.digit, isNone && styles.none)}
              style={
                isNone
                  ? { borderColor: look.color }
                  : { background: look.color, color: look.contrast }
              }
            >
              {level}
            </span>
            <span className={styles.texts}>
              <span className={cx(styles.count, isNone && styles.quiet)}>
                {atLeast && !isNone && '≥'}
                {compactNumber(count)}
              </span>
              {hasWord && (
                <span className={styles.word} aria-hidden>
                  {plainText(look.text, 40)}
                </span>
              )}
            </span>
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

const getStyles = (theme: GrafanaTheme2) => ({
  hidden: visuallyHidden(),
  row: css({ display: 'flex', gap: theme.spacing(1), width: '100%' }),
  tile: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1.25),
    flex: '1 1 0',
    minWidth: 0,
    padding: theme.spacing(0.5, 1.25),
    overflow: 'hidden',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    textAlign: 'left',
    '&:hover': { borderColor: theme.colors.border.strong },
    '&[aria-pressed="true"]': {
      borderColor: theme.colors.primary.border,
      background: theme.colors.action.selected,
      boxShadow: `inset 0 0 0 1px ${theme.colors.primary.border}`,
    },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  narrow: css({
    flexDirection: 'column',
    justifyContent: 'center',
    gap: 2,
    padding: theme.spacing(0.25),
    textAlign: 'center',
  }),
  digit: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    flex: 'none',
    width: 22,
    height: 22,
    borderRadius: theme.shape.radius.default,
    fontWeight: theme.typography.fontWeightBold,
    lineHeight: 1,
  }),
  none: css({ borderWidth: 1, borderStyle: 'solid', color: theme.colors.text.secondary }),
  texts: css({ display: 'flex', flexDirection: 'column', minWidth: 0, maxWidth: '100%' }),
  count: css({
    fontSize: theme.typography.h4.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
    lineHeight: 1.2,
  }),
  quiet: css({ color: theme.colors.text.secondary }),
  word: css({
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: 1.3,
  }),
})
