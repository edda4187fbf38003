import { z } from 'zod'

export const dataSourceRef = z.union([
  z.strictObject({ type: z.literal('loki'), uid: z.literal('${loki}') }),
  z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${prometheus}') }),
  z.strictObject({ type: z.literal('grafana'), uid: z.literal('-- Grafana --') }),
  z.strictObject({ type: z.literal('datasource'), uid: z.literal('-- Mixed --') }),
])

export const gridPos = z.strictObject({
  h: z.int().positive(),
  w: z.int().min(1).max(24),
  x: z.int().min(0).max(23),
  y: z.int().min(0),
})

const lokiTarget = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: z.strictObject({ type: z.literal('loki'), uid: z.literal('${loki}') }),
  editorMode: z.literal('code'),
  expr: z.string().min(1),
  queryType: z.enum(['range', 'instant']),
  legendFormat: z.string().optional(),
  maxLines: z.int().positive().max(5000).optional(),
})

const prometheusTarget = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${prometheus}') }),
  editorMode: z.literal('code'),
  expr: z.string().min(1),
  format: z.enum(['time_series', 'table']),
  instant: z.boolean(),
  range: z.boolean(),
  legendFormat: z.string(),
})

const target = z.discriminatedUnion('queryType', [
  lokiTarget,
  prometheusTarget.extend({ queryType: z.undefined().optional() }),
])

const link = z.strictObject({
  title: z.string().min(1),
  url: z.string().regex(/^\//),
  targetBlank: z.boolean().optional(),
})

/** Units in use, by Grafana's ids. */
const unit = z.enum([
  'locale',
  'none',
  'string',
  's',
  'bytes',
  'percentunit',
  'cps',
  'cpm',
  'pps',
  'dateTimeFromNow',
])

const thresholds = z.strictObject({
  mode: z.literal('absolute'),
  steps: z
    .array(z.strictObject({ color: z.string(), value: z.number().nullable() }))
    .nonempty()
    .refine(([first]) => first?.value === null, 'the first step has no value')
    .refine(
      ([, ...rest]) => rest.every(({ value }, i) => i === 0 || value! > rest[i - 1]!.value!),
      'steps rise',
    ),
})

const mapping = z.strictObject({
  type: z.literal('value'),
  options: z.record(
    z.string(),
    z.strictObject({ index: z.int().min(0), text: z.string(), color: z.string().optional() }),
  ),
})

const color = z.union([
  z.strictObject({ mode: z.enum(['thresholds', 'palette-classic']) }),
  z.strictObject({ mode: z.literal('fixed'), fixedColor: z.string() }),
])

const stacking = z.strictObject({ mode: z.enum(['none', 'normal']), group: z.literal('A') })
const cellOptions = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['auto', 'color-text']) }),
  z.strictObject({ type: z.literal('color-background'), mode: z.enum(['basic', 'gradient']) }),
  z.strictObject({
    type: z.literal('gauge'),
    mode: z.enum(['basic', 'gradient', 'lcd']),
    valueDisplayMode: z.enum(['color', 'text', 'hidden']),
  }),
])

const graphStyle = z.strictObject({
  drawStyle: z.enum(['line', 'bars', 'points']),
  lineWidth: z.int(),
  fillOpacity: z.int().min(0).max(100),
  gradientMode: z.literal('none'),
  lineInterpolation: z.enum(['linear', 'smooth', 'stepBefore', 'stepAfter']),
  showPoints: z.enum(['auto', 'never', 'always']),
  pointSize: z.int(),
  spanNulls: z.boolean(),
  stacking,
  axisPlacement: z.literal('auto'),
  axisLabel: z.string(),
  scaleDistribution: z.strictObject({ type: z.literal('linear') }),
  thresholdsStyle: z.strictObject({ mode: z.enum(['off', 'dashed', 'area', 'line']) }),
})
const cellStyle = z.strictObject({
  align: z.enum(['auto', 'left', 'center', 'right']),
  cellOptions,
  filterable: z.boolean(),
  inspect: z.boolean(),
})

const standard = {
  unit: unit.optional(),
  decimals: z.int().min(0).optional(),
  min: z.number().optional(),
  noValue: z.string().optional(),
  color: color.optional(),
  thresholds: thresholds.optional(),
  mappings: z.array(mapping).optional(),
  links: z.array(link).optional(),
}

const property = z.discriminatedUnion('id', [
  z.strictObject({ id: z.literal('unit'), value: unit }),
  z.strictObject({ id: z.literal('decimals'), value: z.int().min(0) }),
  z.strictObject({ id: z.literal('min'), value: z.number() }),
  z.strictObject({ id: z.literal('noValue'), value: z.string() }),
  z.strictObject({ id: z.literal('color'), value: color }),
  z.strictObject({ id: z.literal('thresholds'), value: thresholds }),
  z.strictObject({ id: z.literal('mappings'), value: z.array(mapping) }),
  z.strictObject({ id: z.literal('links'), value: z.array(link).nonempty() }),
  z.strictObject({ id: z.literal('custom.width'), value: z.int().positive() }),
  z.strictObject({ id: z.literal('custom.cellOptions'), value: cellOptions }),
])

const override = z.strictObject({
  matcher: z.strictObject({ id: z.literal('byName'), options: z.string() }),
  properties: z.array(property).nonempty(),
})

const fieldConfig = <T extends z.ZodRawShape>(more: T) =>
  z.strictObject({
    defaults: z.strictObject({ ...standard, ...more }),
    overrides: z.array(override),
  })

const transformation = z.discriminatedUnion('id', [
  z.strictObject({ id: z.literal('merge'), options: z.strictObject({}) }),
  z.strictObject({
    id: z.literal('organize'),
    options: z.strictObject({
      excludeByName: z.strictObject({}),
      includeByName: z.record(z.string(), z.literal(true)),
      indexByName: z.record(z.string(), z.int().min(0)),
      renameByName: z.record(z.string(), z.string()),
    }),
  }),
])

/** A panel says what it shows and what that means; nobody should have to ask. */
const common = {
  id: z.int().positive(),
  title: z.string().min(1),
  description: z.string().min(20),
  datasource: dataSourceRef,
  targets: z.array(target).nonempty(),
  gridPos,
  transformations: z.array(transformation).optional(),
  maxDataPoints: z.int().positive().optional(),
}

const calc = z.enum(['lastNotNull', 'mean', 'max', 'min', 'sum'])
const legend = z.strictObject({
  calcs: z.array(calc),
  displayMode: z.enum(['list', 'table', 'hidden']),
  placement: z.enum(['bottom', 'right']),
  showLegend: z.boolean(),
})

export const panel = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('stat'),
    fieldConfig: fieldConfig({}),
    options: z.strictObject({
      colorMode: z.enum(['value', 'background', 'none']),
      graphMode: z.enum(['none', 'area']),
      justifyMode: z.enum(['auto', 'center']),
      orientation: z.enum(['auto', 'horizontal', 'vertical']),
      percentChangeColorMode: z.enum(['standard', 'inverted', 'same_as_value']),
      reduceOptions: z.strictObject({
        calcs: z.tuple([calc]),
        fields: z.string(),
        values: z.boolean(),
      }),
      showPercentChange: z.boolean(),
      textMode: z.enum(['auto', 'value', 'value_and_name', 'name', 'none']),
      wideLayout: z.boolean(),
    }),
  }),
  z.strictObject({
    ...common,
    type: z.literal('timeseries'),
    fieldConfig: fieldConfig({ custom: graphStyle }),
    options: z.strictObject({
      legend,
      tooltip: z.strictObject({
        mode: z.enum(['single', 'multi', 'none']),
        sort: z.enum(['asc', 'desc', 'none']),
        hideZeros: z.boolean(),
      }),
    }),
  }),
  z.strictObject({
    ...common,
    type: z.literal('table'),
    fieldConfig: fieldConfig({ custom: cellStyle }),
    options: z.strictObject({
      cellHeight: z.enum(['sm', 'md', 'lg', 'auto']),
      showHeader: z.boolean(),
      sortBy: z.array(z.strictObject({ displayName: z.string(), desc: z.boolean() })).nonempty(),
    }),
  }),
  z.strictObject({
    ...common,
    type: z.literal('logs'),
    fieldConfig: fieldConfig({}),
    options: z.strictObject({
      dedupStrategy: z.enum(['none', 'exact', 'numbers', 'signature']),
      enableInfiniteScrolling: z.boolean(),
      enableLogDetails: z.boolean(),
      prettifyLogMessage: z.boolean(),
      showCommonLabels: z.boolean(),
      showLabels: z.boolean(),
      showTime: z.boolean(),
      sortOrder: z.enum(['Ascending', 'Descending']),
      wrapLogMessage: z.boolean(),
    }),
  }),
  z.strictObject({
    ...common,
    type: z.literal('picket-attackers-panel'),
    fieldConfig: fieldConfig({}),
    // The plugin itself judges them, in options.test.ts.
    options: z.record(z.string(), z.unknown()),
  }),
])
export type Panel = z.output<typeof panel>
export type Target = Panel['targets'][number]
