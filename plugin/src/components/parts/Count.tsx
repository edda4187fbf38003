import { t } from '../../i18n'
import { compactNumber, exactNumber } from '../../data/text'

interface Props {
  readonly value: number
  /** `1.2k`; the exact number is in the title. */
  readonly compact?: boolean
  /** The query reached its limit: there may be more. */
  readonly atLeast?: boolean
}

/** A number as text; its place sees to alignment and tabular figures. */
export function Count({ value, compact = false, atLeast = false }: Props) {
  const exact = exactNumber(value)
  const sign = atLeast && Number.isFinite(value) ? '≥' : ''
  const text = compact || value >= 1e7 ? compactNumber(value) : exact
  const title = sign === '' ? exact : t('count.at-least', 'At least {{count}}', { count: value })
  return <span title={text === exact && sign === '' ? undefined : title}>{sign + text}</span>
}
