import type { DataFrame, EventBus, FieldConfigSource, LinkModel, TimeRange } from '@grafana/data'
import type { Evidence, Level, Model, RowRef } from '../data/model'
import type { Options } from '../types'

/** How one danger level looks: colour from the thresholds, text from the value mappings. The digit is always shown. */
export interface LevelLook {
  readonly level: Level
  readonly color: string
  /** Readable on `color`. */
  readonly contrast: string
  /** The mapping's text, else the level's own word. */
  readonly text: string
}

/** What can be clicked for. */
export type FilterTarget = 'source' | 'port'

/** A call that somebody has configured for a row; it asks before it does anything. */
export interface RowAction {
  readonly title: string
  run(): void
}

/** What a view may ask of the dashboard around it. */
export interface ViewActions {
  /** True if a click filters: a variable is configured, or the dashboard takes ad-hoc filters. */
  canFilter(target: FilterTarget): boolean
  filter(target: FilterTarget, value: string): void
  /** Address of Explore with the very lines; undefined if no Loki data source is known. */
  explore(evidence: Evidence | undefined): string | undefined
  /** Data links of a row. */
  links(row: RowRef | undefined): LinkModel[]
  /** Actions of a row. */
  calls(row: RowRef | undefined): readonly RowAction[]
  /** Sets the dashboard's time range, ms. */
  zoom(from: number, to: number): void
  setOptions(part: Partial<Options>): void
}

/** What every view gets; `width` and `height` are what it may fill. */
export interface ViewProps {
  readonly model: Model
  readonly options: Options
  readonly fieldConfig: FieldConfigSource
  readonly looks: readonly LevelLook[]
  readonly actions: ViewActions
  readonly width: number
  readonly height: number
  readonly timeRange: TimeRange
  readonly timeZone: string
  readonly eventBus: EventBus
  /** Annotations of the dashboard, for charts over time. */
  readonly annotations: readonly DataFrame[]
}

/** The look of a level; undefined where none is known. */
export function lookOf(
  looks: readonly LevelLook[],
  level: Level | undefined,
): LevelLook | undefined {
  return level === undefined ? undefined : looks[level]
}
