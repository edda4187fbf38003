import { css } from '@emotion/css'
import type { GrafanaTheme2 } from '@grafana/data'
import { t } from '../i18n'
import { Icon, Tooltip, useStyles2 } from '@grafana/ui'
import type { InputKind, Model } from '../data/model'
import { problemText } from './problem-text'

/** Height in px. */
export const STATUS_HEIGHT = 20

const MAX_PROBLEMS = 8

interface StatusLineProps {
  readonly model: Model
  /** 0 to 1 while raw lines are being judged. */
  readonly progress: number | undefined
}

/** What the panel reads, and what a person must know of it: a limit that was reached, data that could not be read. */
export function StatusLine({ model, progress }: StatusLineProps) {
  const styles = useStyles2(getStyles)
  const { limit, problems } = model
  return (
    <div className={styles.line}>
      <span className={styles.text} role="status">
        {statusText(model, progress)}
      </span>
      {limit !== undefined && (
        <Tooltip
          content={t(
            'status.limit-why',
            'The query returned as many lines as it may. Older ones are not known: counts are minimum. Raise the line limit of the query or shorten the time range.',
          )}
        >
          <span className={styles.warning} tabIndex={0}>
            <Icon name="exclamation-triangle" size="xs" />{' '}
            {t('status.limit', 'newest {{limit}} lines only', { limit: limit.toLocaleString() })}
          </span>
        </Tooltip>
      )}
      {problems.length > 0 && (
        <Tooltip
          content={
            <ul>
              {problems.slice(0, MAX_PROBLEMS).map((problem, i) => (
                <li key={i}>{problemText(problem)}</li>
              ))}
            </ul>
          }
        >
          <span className={styles.warning} tabIndex={0}>
            <Icon name="exclamation-circle" size="xs" />{' '}
            {t('status.problems', '{{count}} problems in the data', { count: problems.length })}
          </span>
        </Tooltip>
      )}
    </div>
  )
}

function statusText({ inputs, lines }: Model, progress: number | undefined): string {
  const done =
    progress === undefined
      ? ''
      : t('status.working', 'judging lines, {{percent}} %', { percent: Math.round(progress * 100) })
  if (inputs.length === 0) return done
  const names = inputs.map(inputName).join(' + ')
  const counts =
    lines === undefined
      ? ''
      : t('status.lines', ': {{packets}} packets in {{read}} lines', {
          packets: lines.packets.toLocaleString(),
          read: lines.read.toLocaleString(),
        })
  return `${names}${counts}${done === '' ? '' : `, ${done}`}`
}

function inputName(kind: InputKind): string {
  if (kind === 'detections') return t('status.detections', 'Detections of Picket')
  if (kind === 'metrics') return t('status.metrics', 'Metrics of Picket')
  return t('status.raw-lines', 'Raw lines, detected here')
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({
    height: STATUS_HEIGHT,
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  text: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  warning: css({ flex: 'none', color: theme.colors.warning.text }),
})
