import { dateTimeFormat } from '@grafana/data'
import { t } from '../../i18n'
import { SortOrder, TooltipDisplayMode, type VizTooltipOptions } from '@grafana/schema'
import { SeriesTable, useStyles2 } from '@grafana/ui'
import { bucketOf, bucketStart, type LevelBuckets } from '../../data/buckets'
import type { Level } from '../../data/model'
import { tooltipStyles } from '../canvas/CellTooltip'
import type { LevelLook } from '../view'
import { bucketRows, levelAt } from './levelStack'

interface LevelTooltipProps {
  readonly buckets: LevelBuckets
  readonly hidden: ReadonlySet<Level>
  readonly looks: readonly LevelLook[]
  readonly options: VizTooltipOptions
  readonly timeZone: string
  /** Under the pointer: ms and a count on the vertical axis. */
  readonly time: number
  readonly value: number
}

/** What was active in the bucket under the pointer. */
export function LevelTooltip(props: LevelTooltipProps) {
  const { buckets, hidden, looks, options, timeZone, time, value } = props
  const styles = useStyles2(tooltipStyles)
  const bucket = bucketOf(buckets, time)
  if (bucket < 0) return null
  const start = bucketStart(buckets, bucket)
  const end = bucketStart(buckets, bucket + 1)
  const pointed = levelAt(buckets, hidden, bucket, value)
  const rows = bucketRows(buckets, hidden, time, sortOf(options.sort)).filter(
    ({ level, count }) =>
      (options.mode !== TooltipDisplayMode.Single || level === pointed) &&
      (options.hideZeros !== true || count > 0),
  )
  return (
    <div className={styles.box}>
      <SeriesTable
        timestamp={`${dateTimeFormat(start, { timeZone })} – ${dateTimeFormat(end, { timeZone, format: 'HH:mm:ss' })}`}
        series={rows.map(({ level, count }) => ({
          color: looks[level]?.color ?? '',
          label: `${level} ${looks[level]?.text ?? ''}`,
          value: count.toLocaleString(),
          isActive: rows.length > 1 && level === pointed,
        }))}
      />
      {rows.length === 0 && t('timeline.nothing', 'Nothing active')}
    </div>
  )
}

function sortOf(sort: SortOrder): 'none' | 'asc' | 'desc' {
  if (sort === SortOrder.Ascending) return 'asc'
  return sort === SortOrder.Descending ? 'desc' : 'none'
}
