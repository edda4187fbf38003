import { readDetectionSettings, type DetectionSettings } from './detection-settings'
import { detectionsSteps } from './detections'
import { withEvidence } from './own-evidence'
import { readTables, type Table } from './frames'
import { joinSteps } from './join'
import { hasFirewallLines, readLines, type LineRows } from './lines'
import { metricsPart } from './metrics'
import type { InputKind, Model, Problem } from './model'
import type { Part } from './part'
import { Problems } from './problems'
import { readQueries, type Queries } from './queries'
import { DetectionReader } from './read-detections'
import { finish, type Steps } from './steps'
import { readSamples, type Sample } from './samples'
import type { Options } from '../types'

export type PrepareOptions = Pick<Options, 'input' | 'minLevel' | 'detection' | 'evidence'>

export interface PrepareRequest {
  /** `data.series`. */
  readonly frames: readonly unknown[]
  /** `data.request.targets`. */
  readonly targets?: readonly unknown[] | undefined
  readonly options: PrepareOptions
  /** ms since 1970. */
  readonly timeRange: { readonly from: number; readonly to: number }
}

/** Raw lines, and how the detection core is to judge them. */
export interface LinesToJudge {
  readonly rows: LineRows
  readonly settings: DetectionSettings
  readonly selector: string | undefined
  readonly datasource: string | undefined
  /** Seconds since 1970: the newest time that a line without a year can have. */
  readonly reference: number
}

/** What the frames say; raw lines wait for the detection core. */
export interface Reading {
  readonly parts: readonly Part[]
  readonly lines: LinesToJudge | undefined
  readonly limit: number | undefined
  readonly problems: readonly Problem[]
}

/** Reads events, metrics and lines out of the frames. Never throws, whatever they hold. */
export function readFrames(request: PrepareRequest): Reading {
  return finish(readingSteps(request))
}

/** `readFrames` in steps. */
export function* readingSteps({
  frames,
  targets,
  options,
  timeRange,
}: PrepareRequest): Steps<Reading> {
  const problems = new Problems()
  const queries = readQueries(targets)
  const detections = new DetectionReader(queries, problems)
  const samples: Sample[] = []
  const lineTables: Table[] = []
  const limits = new Map<string, number>()
  for (const table of readTables(Array.isArray(frames) ? frames : [], problems)) {
    if (table.length === 0) continue
    const kinds = yield* readTable(table, {
      detections,
      samples,
      lineTables,
      queries,
      problems,
      options,
    })
    if (kinds.length === 0) problems.add('not-understood', table.where, fieldsOf(table))
    else noteLimit(limits, table, queries(table.refId).limit)
  }
  const parts: Part[] = []
  if (detections.events.length > 0) parts.push(yield* detectionsSteps(detections.events))
  if (samples.length > 0) parts.push(metricsPart(samples))
  const lines =
    lineTables.length === 0
      ? undefined
      : linesToJudge(lineTables, queries, problems, { options, timeRange })
  return { parts, lines, limit: sumOf(limits), problems: problems.list }
}

interface Into {
  readonly detections: DetectionReader
  readonly samples: Sample[]
  readonly lineTables: Table[]
  readonly queries: Queries
  readonly problems: Problems
  readonly options: PrepareOptions
}

/** Which inputs the table has; several where a query brings events and lines together. */
function* readTable(table: Table, into: Into): Steps<readonly InputKind[]> {
  const { detections, samples, lineTables, queries, problems, options } = into
  const wants = (kind: InputKind): boolean => options.input === 'auto' || options.input === kind
  const kinds: InputKind[] = []
  if (wants('detections') && (yield* detections.readLines(table)) > 0) kinds.push('detections')
  if (wants('lines') && hasFirewallLines(table)) {
    lineTables.push(table)
    kinds.push('lines')
  }
  if (kinds.length > 0) return kinds
  if (wants('detections') && (yield* detections.readColumns(table))) return ['detections']
  if (wants('metrics')) {
    const own = readSamples(table, queries, problems)
    for (const sample of own) samples.push(sample)
    if (own.length > 0) return ['metrics']
  }
  return wants('detections') && (yield* detections.readLabels(table)) ? ['detections'] : []
}

function linesToJudge(
  tables: readonly Table[],
  queries: Queries,
  problems: Problems,
  { options, timeRange }: Pick<PrepareRequest, 'options' | 'timeRange'>,
): LinesToJudge {
  const own = tables.map(({ refId }) => queries(refId))
  // Lines of several streams have no one query that shows them.
  const [selector, ...others] = new Set(own.map((query) => query.selector))
  const [loki, ...otherSources] = new Set(own.map((query) => query.loki))
  const isOne = others.length === 0 && otherSources.length === 0 && loki !== undefined
  const { to } = timeRange
  return {
    rows: readLines(tables, problems),
    settings: readDetectionSettings(options.detection, problems),
    selector: isOne ? selector : undefined,
    datasource: isOne ? loki : undefined,
    reference: Number.isFinite(to) ? Math.floor(to / 1000) : 0,
  }
}

/** The model of what was read, best input first; `lines` is what the detection core found. */
export function modelOf(
  reading: Reading,
  lines: Part | undefined,
  request: Pick<PrepareRequest, 'options' | 'timeRange'>,
  more: readonly Problem[] = [],
): Model {
  return finish(modelSteps(reading, lines, request, more))
}

/** `modelOf` in steps. */
export function* modelSteps(
  reading: Reading,
  lines: Part | undefined,
  { options, timeRange }: Pick<PrepareRequest, 'options' | 'timeRange'>,
  more: readonly Problem[] = [],
): Steps<Model> {
  const parts = lines === undefined ? reading.parts : [lines, ...reading.parts]
  const all = yield* joinSteps(parts, options.minLevel)
  const joined = withEvidence(all, options.evidence, timeRange)
  return {
    ...joined,
    inputs: parts.map(({ kind }) => kind),
    limit: reading.limit,
    ...(lines?.lines === undefined ? {} : { lines: lines.lines }),
    problems: [...reading.problems, ...more],
  }
}

/** Everything but raw lines, at once: events and metrics to the model. Pure; never throws. */
export function prepareModel(request: PrepareRequest): Model {
  return modelOf(readFrames(request), undefined, request)
}

function fieldsOf(table: Table): string {
  return table.columns.map(({ name }) => name.slice(0, 40)).join(', ')
}

/** A query that brought as many rows as it may bring has more. */
function noteLimit(limits: Map<string, number>, table: Table, asked: number | undefined): void {
  const limit = table.limit ?? asked
  if (limit !== undefined && table.length >= limit) limits.set(table.refId, limit)
}

function sumOf(limits: ReadonlyMap<string, number>): number | undefined {
  return limits.size === 0 ? undefined : [...limits.values()].reduce((sum, limit) => sum + limit)
}
