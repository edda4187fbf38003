import type { PanelMigrationHandler, PanelTypeChangedHandler } from '@grafana/data'
import { DEFAULT_OPTIONS } from './options'
import { ATTACKER_COLUMNS, VIEWS, type Options, type ViewName } from './types'

/**
 * Options as saved by whatever version (or by hand, in a provisioned dashboard) in today's shape: what is missing or
 * of no use gets its default, what is not known is dropped. Doing it twice changes nothing.
 */
export const migrateOptions: PanelMigrationHandler<Options> = (panel) =>
  readOptions(panel.options as unknown)

/** Which view comes closest to what was shown before. */
const VIEW_OF_PANEL: Readonly<Record<string, ViewName>> = {
  table: 'attackers',
  timeseries: 'timeline',
  barchart: 'timeline',
  'state-timeline': 'timeline',
  heatmap: 'ports',
  'status-history': 'ports',
}

/** Another kind of panel became this one: its legend and tooltip stay, and the view is the nearest. */
export const changedPanel: PanelTypeChangedHandler<Options> = (_panel, before, options) => {
  const { legend, tooltip } = readOptions(options)
  const view = VIEW_OF_PANEL[before]
  return { legend, tooltip, ...(view === undefined ? {} : { view }) }
}

export function readOptions(saved: unknown): Options {
  const old = isRecord(saved) ? saved : {}
  const options = fillIn(DEFAULT_OPTIONS, old) as Options
  const columns = options.attackers.columns.filter((column) => ATTACKER_COLUMNS.includes(column))
  return {
    ...options,
    version: 1,
    // Shared shapes of Grafana's own: what else they hold is theirs.
    legend: { ...(isRecord(old['legend']) ? old['legend'] : {}), ...options.legend },
    tooltip: { ...(isRecord(old['tooltip']) ? old['tooltip'] : {}), ...options.tooltip },
    view: VIEWS.includes(options.view) ? options.view : DEFAULT_OPTIONS.view,
    input: oneOf(['auto', 'detections', 'metrics', 'lines'], options.input),
    minLevel: Math.max(0, Math.min(5, Math.round(options.minLevel))),
    detection: {
      ...options.detection,
      profile: oneOf(['picket', 'psad'], options.detection.profile),
    },
    attackers: { columns: columns.length > 0 ? columns : [...ATTACKER_COLUMNS] },
    ports: {
      ranking: oneOf(['bars', 'treemap'], options.ports.ranking),
      protocol: oneOf(['all', 'tcp', 'udp'], options.ports.protocol),
    },
    timeline: { count: oneOf(['sources', 'detections'], options.timeline.count) },
    map: { columns: oneOf(['destination', 'port'], options.map.columns) },
  }
}

/** `saved` where it has the shape of `shape`, else `shape`. Lists are taken whole, if they are lists. */
function fillIn(shape: unknown, saved: unknown): unknown {
  if (Array.isArray(shape)) return Array.isArray(saved) ? [...(saved as unknown[])] : [...shape]
  if (isRecord(shape)) {
    const given = isRecord(saved) ? saved : {}
    return Object.fromEntries(
      Object.entries(shape).map(([key, value]) => [key, fillIn(value, given[key])]),
    )
  }
  if (typeof shape === 'number') return Number.isFinite(saved) ? saved : shape
  return typeof saved === typeof shape ? saved : shape
}

/** `value` if it is one of them, else the first. */
function oneOf<T>(values: readonly T[], value: T): T {
  return values.includes(value) ? value : (values[0] as T)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
