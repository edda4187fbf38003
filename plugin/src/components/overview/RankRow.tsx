import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../../i18n'
import { Icon, useStyles2 } from '@grafana/ui'
import type { ReactNode } from 'react'
import { LevelBadge } from '../parts/LevelBadge'
import type { LevelLook } from '../view'

/** px. */
export const RANK_HEIGHT = 26

interface Props {
  readonly look: LevelLook | undefined
  /** What is ranked, plain: an address, a port. */
  readonly name: string
  readonly label: ReactNode
  /** px of the label; what is left over is for `detail`, or else for the label. */
  readonly labelWidth: number
  readonly detail?: ReactNode
  readonly picture?: ReactNode
  readonly value: ReactNode
  readonly onFilter: (() => void) | undefined
  /** Address of Explore with the lines. */
  readonly href: string | undefined
}

/** One line of a ranking. It filters the dashboard if it can, and else opens the lines; the lines have a link in either case. */
export function RankRow(props: Props) {
  const { look, name, label, labelWidth, detail, picture, value, onFilter, href } = props
  const styles = useStyles2(getStyles)
  const linesOf = t('evidence.of', 'Show the lines of {{of}} in Explore', { of: name })
  const link = { href, target: '_blank', rel: 'noopener noreferrer' } as const
  const style = detail === undefined ? { flex: 1 } : { width: labelWidth }
  return (
    <li className={styles.row}>
      {look && <LevelBadge look={look} />}
      {onFilter !== undefined ? (
        <button
          type="button"
          className={styles.label}
          style={style}
          title={t('overview.filter', 'Filter the dashboard by {{name}}', { name })}
          onClick={onFilter}
        >
          {label}
        </button>
      ) : href !== undefined ? (
        <a {...link} className={styles.label} style={style} title={linesOf}>
          {label}
        </a>
      ) : (
        <span className={styles.label} style={style} title={name}>
          {label}
        </span>
      )}
      {detail !== undefined && <div className={styles.detail}>{detail}</div>}
      {picture !== undefined && <div className={styles.picture}>{picture}</div>}
      <div className={styles.value}>{value}</div>
      {onFilter !== undefined && href !== undefined && (
        <a {...link} className={styles.lines} aria-label={linesOf} title={linesOf}>
          <Icon name="compass" size="sm" />
        </a>
      )}
    </li>
  )
}

/** How large a part of the largest value this is. */
export function ShareBar({ share }: { readonly share: number }) {
  const styles = useStyles2(getStyles)
  const percent = Math.max(2, Math.min(100, share * 100))
  return (
    <div className={styles.track} aria-hidden>
      <div className={styles.bar} style={{ width: `${Number.isFinite(percent) ? percent : 0}%` }} />
    </div>
  )
}

const getStyles = (theme: GrafanaTheme2) => {
  const focus = {
    '&:focus-visible': {
      outline: `2px solid ${theme.colors.primary.main}`,
      outlineOffset: -2,
      borderRadius: theme.shape.radius.default,
    },
  }
  return {
    row: css({
      position: 'relative',
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      height: RANK_HEIGHT,
      padding: theme.spacing(0, 1),
      listStyle: 'none',
      fontSize: theme.typography.bodySmall.fontSize,
      borderRadius: theme.shape.radius.default,
      '&:hover': { background: theme.colors.action.hover },
    }),
    label: css({
      flex: 'none',
      minWidth: 0,
      padding: 0,
      border: 0,
      background: 'none',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      color: theme.colors.text.primary,
      fontFamily: theme.typography.fontFamilyMonospace,
      fontSize: theme.typography.bodySmall.fontSize,
      textAlign: 'left',
      // The whole line is the target, but for the link at its end.
      'button&::before, a&::before': { content: '""', position: 'absolute', inset: 0 },
      'button&:hover, a&:hover': { color: theme.colors.text.link },
      ...focus,
    }),
    detail: css({
      flex: 1,
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      color: theme.colors.text.secondary,
    }),
    picture: css({ flex: 'none', color: theme.colors.text.secondary }),
    value: css({
      flex: 'none',
      minWidth: 48,
      textAlign: 'right',
      fontVariantNumeric: 'tabular-nums',
    }),
    lines: css({
      position: 'relative',
      display: 'flex',
      flex: 'none',
      padding: 2,
      color: theme.colors.text.secondary,
      '&:hover': { color: theme.colors.text.link },
      ...focus,
    }),
    track: css({ width: 72, height: 6 }),
    bar: css({
      height: '100%',
      borderRadius: theme.shape.radius.default,
      background: theme.colors.text.disabled,
    }),
  }
}
