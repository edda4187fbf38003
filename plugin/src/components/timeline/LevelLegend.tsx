import { fieldReducers, FieldType, reduceField, type DisplayValue } from '@grafana/data'
import { LegendDisplayMode, type VizLegendOptions } from '@grafana/schema'
import { PanelContextProvider, usePanelContext, VizLegend, type VizLegendItem } from '@grafana/ui'
import { useMemo } from 'react'
import type { LevelBuckets } from '../../data/buckets'
import type { Level } from '../../data/model'
import type { LevelLook } from '../view'
import { LegendItem } from './LegendItem'
import { STACKED } from './levelStack'

interface LevelLegendProps {
  readonly buckets: LevelBuckets
  readonly looks: readonly LevelLook[]
  readonly hidden: ReadonlySet<Level>
  readonly options: VizLegendOptions
  onToggle(level: Level): void
}

/** The levels, highest first; a click shows or hides one. */
export function LevelLegend({ buckets, looks, hidden, options, onToggle }: LevelLegendProps) {
  const panel = usePanelContext()
  // The dashboard's own way to hide series writes overrides by field name. Levels are no fields.
  const context = useMemo(() => {
    const { onToggleSeriesVisibility: _, ...rest } = panel
    return rest
  }, [panel])
  const mode = options.displayMode ?? LegendDisplayMode.List
  const toggle = ({ data }: VizLegendItem<Level>) => {
    if (data !== undefined) onToggle(data)
  }
  const items = STACKED.toReversed().map((level): VizLegendItem<Level> => ({
    label: `${level} ${looks[level]?.text ?? ''}`,
    color: looks[level]?.color ?? '',
    yAxis: 1,
    disabled: hidden.has(level),
    data: level,
    getItemKey: () => String(level),
    getDisplayValues: () => calcValues(options.calcs, buckets.counts[level]),
  }))
  return (
    <PanelContextProvider value={context}>
      <VizLegend<Level>
        placement={options.placement}
        displayMode={mode}
        items={items}
        onLabelClick={toggle}
        {...(mode === LegendDisplayMode.List && {
          itemRenderer: (item) => <LegendItem item={item} onToggle={() => toggle(item)} />,
        })}
      />
    </PanelContextProvider>
  )
}

function calcValues(calcs: readonly string[], counts: Float64Array | undefined): DisplayValue[] {
  const known = fieldReducers.list(calcs.filter((id) => fieldReducers.getIfExists(id)))
  const field = { name: '', type: FieldType.number, config: {}, values: [...(counts ?? [])] }
  const results = reduceField({ field, reducers: known.map(({ id }) => id) })
  return known.map(({ id, name, description }) => {
    const numeric = Number(results[id])
    const text = Number.isFinite(numeric)
      ? numeric.toLocaleString(undefined, { maximumFractionDigits: 2 })
      : '-'
    return { title: name, ...(description && { description }), numeric, text }
  })
}
