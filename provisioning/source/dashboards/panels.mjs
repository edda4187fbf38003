import { levelMappings, levelThresholds, steps } from './levels.mjs'
import { LOKI, MIXED, PROMETHEUS, withRefIds } from './queries.mjs'

const NO_COLOR = steps('text')

/** What every panel has. `id` is the dashboard's own numbering: alert rules may name it, so it stays once given. */
function panel(type, { id, title, description, targets, transformations, maxDataPoints }, rest) {
  return {
    id,
    type,
    title,
    description,
    datasource: dataSourceOf(targets),
    targets: withRefIds(targets),
    ...(transformations && { transformations }),
    ...(maxDataPoints && { maxDataPoints }),
    ...rest,
  }
}

function dataSourceOf(targets) {
  const uids = new Set(targets.map(({ datasource }) => datasource.uid))
  if (uids.size > 1) return MIXED
  return uids.has(LOKI.uid) ? LOKI : PROMETHEUS
}

function defaults({
  unit = 'locale',
  decimals,
  min,
  noValue,
  thresholds,
  mappings,
  color,
  dataLinks,
}) {
  return {
    unit,
    ...(decimals !== undefined && { decimals }),
    ...(min !== undefined && { min }),
    ...(noValue !== undefined && { noValue }),
    color: color ?? { mode: 'thresholds' },
    thresholds: thresholds ?? NO_COLOR,
    mappings: mappings ?? [],
    ...(dataLinks && { links: dataLinks }),
  }
}

/** An override of one field, by the name that it is shown under: `byName('Level', { unit: 'none' })`. */
export const byName = (name, properties) => ({
  matcher: { id: 'byName', options: name },
  properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
})

/** Big numbers, one a series. `spark` draws the range behind them. */
export function stat(spec) {
  const { spark = false, fill = false, overrides = [] } = spec
  return panel('stat', spec, {
    fieldConfig: { defaults: defaults(spec), overrides },
    options: {
      colorMode: fill ? 'background' : 'value',
      graphMode: spark ? 'area' : 'none',
      justifyMode: 'auto',
      orientation: spec.orientation ?? 'auto',
      percentChangeColorMode: 'standard',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      showPercentChange: false,
      textMode: spec.textMode ?? 'auto',
      wideLayout: true,
    },
  })
}

/** Lines over time; `stack` fills and stacks them, `bars` draws counts. */
export function timeseries(spec) {
  const { stack = false, bars = false, overrides = [], legendCalcs = ['mean', 'max'] } = spec
  return panel('timeseries', spec, {
    fieldConfig: {
      defaults: {
        ...defaults({ color: { mode: 'palette-classic' }, min: 0, ...spec }),
        custom: {
          drawStyle: bars ? 'bars' : 'line',
          lineWidth: bars ? 0 : 1,
          fillOpacity: bars ? 80 : stack ? 40 : 10,
          gradientMode: 'none',
          lineInterpolation: 'linear',
          showPoints: 'never',
          pointSize: 5,
          spanNulls: false,
          stacking: { mode: stack ? 'normal' : 'none', group: 'A' },
          axisPlacement: 'auto',
          axisLabel: '',
          scaleDistribution: { type: 'linear' },
          thresholdsStyle: { mode: spec.thresholds ? 'dashed' : 'off' },
        },
      },
      overrides,
    },
    options: {
      legend: { calcs: legendCalcs, displayMode: 'table', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc', hideZeros: true },
    },
  })
}

/**
 * A table. `columns` are names of fields and how they are called, in order; what is not named is left out. Rows of several queries
 * are joined by the labels that they share.
 */
export function table(spec) {
  const { columns, overrides = [], sortBy, targets } = spec
  const names = Object.keys(columns)
  return panel(
    'table',
    {
      ...spec,
      transformations: [
        ...(targets.length > 1 ? [{ id: 'merge', options: {} }] : []),
        {
          id: 'organize',
          options: {
            excludeByName: {},
            includeByName: Object.fromEntries(names.map((name) => [name, true])),
            indexByName: Object.fromEntries(names.map((name, i) => [name, i])),
            renameByName: columns,
          },
        },
      ],
    },
    {
      fieldConfig: {
        defaults: {
          ...defaults(spec),
          custom: {
            align: 'auto',
            cellOptions: { type: 'auto' },
            filterable: true,
            inspect: false,
          },
        },
        overrides,
      },
      options: {
        cellHeight: 'sm',
        showHeader: true,
        sortBy: sortBy.map((displayName) => ({ displayName, desc: true })),
      },
    },
  )
}

/** How the column of a danger level looks in a table. */
export const levelColumn = {
  mappings: levelMappings,
  thresholds: levelThresholds,
  'custom.cellOptions': { type: 'color-background', mode: 'basic' },
  'custom.width': 110,
}

/** How a count looks that the eye should compare down its column. */
export const barColumn = (color) => ({
  'custom.cellOptions': { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' },
  color: { mode: 'fixed', fixedColor: color },
  min: 0,
})

/** Log lines, newest first. */
export function logLines(spec) {
  return panel('logs', spec, {
    fieldConfig: { defaults: {}, overrides: [] },
    options: {
      dedupStrategy: 'none',
      enableInfiniteScrolling: true,
      enableLogDetails: true,
      prettifyLogMessage: false,
      showCommonLabels: false,
      showLabels: false,
      showTime: true,
      sortOrder: 'Descending',
      wrapLogMessage: spec.wrap ?? false,
    },
  })
}

/** Picket's own panel. Options that are left out have the plugin's defaults. */
export function picketPanel(spec) {
  return panel('picket-attackers-panel', spec, {
    fieldConfig: {
      defaults: {
        color: { mode: 'thresholds' },
        mappings: [],
        thresholds: levelThresholds,
        ...(spec.dataLinks && { links: spec.dataLinks }),
      },
      overrides: [],
    },
    options: {
      version: 1,
      evidence: { datasource: LOKI.uid, selector: '{job="firewall"}' },
      ...spec.options,
    },
  })
}
