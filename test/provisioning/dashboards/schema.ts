import { z } from 'zod'
import { dataSourceRef, gridPos, panel } from './schema-panels.ts'
import type { Panel, Target } from './schema-panels.ts'
import { variable } from './schema-variables.ts'

export type { Panel, Target }

const row = z.strictObject({
  id: z.int().positive(),
  type: z.literal('row'),
  title: z.string().min(1),
  collapsed: z.literal(true),
  gridPos: gridPos.extend({ h: z.literal(1), w: z.literal(24), x: z.literal(0) }),
  panels: z.array(panel).nonempty(),
})

const annotationBase = {
  name: z.string().min(1),
  enable: z.boolean(),
  hide: z.boolean(),
  iconColor: z.string(),
}
const annotation = z.union([
  z.strictObject({
    ...annotationBase,
    builtIn: z.literal(1),
    type: z.literal('dashboard'),
    datasource: dataSourceRef,
  }),
  z.strictObject({
    ...annotationBase,
    datasource: z.strictObject({ type: z.literal('grafana'), uid: z.literal('-- Grafana --') }),
    target: z.strictObject({
      type: z.literal('tags'),
      tags: z.array(z.string()).nonempty(),
      matchAny: z.boolean(),
      limit: z.int().positive(),
    }),
  }),
  z.strictObject({
    ...annotationBase,
    datasource: z.strictObject({ type: z.literal('loki'), uid: z.literal('${loki}') }),
    expr: z.string().min(1),
    maxLines: z.int().positive(),
    titleFormat: z.string(),
    textFormat: z.string(),
    tagKeys: z.string(),
  }),
])

/**
 * The classic dashboard model (schema version 42) as far as these files use it, after Grafana's documentation. Strict: a field that
 * is misspelt, or that Grafana does not know, is an error here and would be nothing there.
 */

export const dashboardSchema = z.strictObject({
  annotations: z.strictObject({ list: z.array(annotation).nonempty() }),
  description: z.string().min(20),
  editable: z.boolean(),
  fiscalYearStartMonth: z.literal(0),
  graphTooltip: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  // Grafana gives the number; one in the file would be taken for somebody else's dashboard.
  id: z.null(),
  links: z.array(
    z.strictObject({
      type: z.literal('dashboards'),
      title: z.string(),
      tags: z.array(z.string()).nonempty(),
      asDropdown: z.boolean(),
      icon: z.string(),
      includeVars: z.boolean(),
      keepTime: z.boolean(),
      targetBlank: z.boolean(),
      tooltip: z.string(),
      url: z.string(),
    }),
  ),
  liveNow: z.boolean(),
  panels: z.array(z.discriminatedUnion('type', [row, ...panel.options])).nonempty(),
  preload: z.boolean(),
  refresh: z.string().regex(/^\d+[smh]$/),
  schemaVersion: z.literal(42),
  tags: z.array(z.string()).nonempty(),
  templating: z.strictObject({ list: z.array(variable).nonempty() }),
  time: z.strictObject({ from: z.string().regex(/^now-\d+[smhd]$/), to: z.literal('now') }),
  timepicker: z.strictObject({}),
  timezone: z.literal('browser'),
  title: z.string().min(1),
  uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
  version: z.int().positive(),
  weekStart: z.literal(''),
})
export type Dashboard = z.output<typeof dashboardSchema>
