import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../helpers/fixtures.ts'
import { dashboardSchema } from './schema.ts'
import type { Dashboard, Panel, Target } from './schema.ts'

const folder = join(root, 'provisioning/dashboards')

/** File names and what they hold, as Grafana's file provisioning finds them. */
export function dashboardFiles(): { readonly name: string; readonly text: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
}

export function dashboards(): Dashboard[] {
  return dashboardFiles().map(({ text }) => dashboardSchema.parse(JSON.parse(text)))
}

/** Panels that show something, those of closed rows too. */
export function panelsOf({ panels }: Dashboard): Panel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? panel.panels : [panel]))
}

export interface PanelQuery {
  readonly dashboard: Dashboard
  readonly panel: Panel
  readonly target: Target
  /** For the name of a test. */
  readonly name: string
}

export function queriesOf(dashboard: Dashboard): PanelQuery[] {
  return panelsOf(dashboard).flatMap((panel) =>
    panel.targets.map((target) => ({
      dashboard,
      panel,
      target,
      name: `${dashboard.uid} / ${panel.title} / ${target.refId}`,
    })),
  )
}
