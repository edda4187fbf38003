import { detectionsPart } from './detections'
import { readTables, type Table } from './frames'
import { joinParts } from './join'
import { EMPTY_MODEL, type InputKind, type Model, type Problem } from './model'
import type { Part } from './part'
import { Problems } from './problems'
import { readQueries } from './queries'
import { DetectionReader } from './read-detections'
import type { InputOption, Options } from '../types'

export interface PrepareRequest {
  /** `data.series`. */
  readonly frames: readonly unknown[]
  /** `data.request.targets`. */
  readonly targets?: readonly unknown[] | undefined
  readonly options: Pick<Options, 'input' | 'minLevel'>
}

/** What the frames say; raw lines wait for the detection core. */
export interface Reading {
  readonly parts: readonly Part[]
  readonly limit: number | undefined
  readonly problems: readonly Problem[]
}

/** Reads events and metrics out of the frames. Never throws, whatever they hold. */
export function readFrames({ frames, targets, options }: PrepareRequest): Reading {
  const problems = new Problems()
  const queries = readQueries(targets)
  const tables = readTables(frames, problems)
  const detections = new DetectionReader(queries, problems)
  const limits = new Map<string, number>()
  for (const table of tables) {
    if (!wants(options.input, 'detections')) break
    const found =
      detections.readLines(table) > 0 ||
      detections.readColumns(table) ||
      detections.readLabels(table)
    if (found) noteLimit(limits, table, queries(table.refId).limit)
  }
  const parts: Part[] = []
  if (detections.events.length > 0) parts.push(detectionsPart(detections.events))
  return { parts, limit: sumOf(limits), problems: problems.list }
}

/** The model of what was read, best input first. */
export function modelOf(reading: Reading, lines: Part | undefined, minLevel: number): Model {
  const parts = lines === undefined ? reading.parts : [lines, ...reading.parts]
  return {
    ...EMPTY_MODEL,
    ...joinParts(parts, minLevel),
    inputs: parts.map(({ kind }) => kind),
    limit: reading.limit,
    ...(lines?.lines === undefined ? {} : { lines: lines.lines }),
    problems: reading.problems,
  }
}

/** Everything but raw lines, at once: events and metrics to the model. Pure; never throws. */
export function prepareModel(request: PrepareRequest): Model {
  return modelOf(readFrames(request), undefined, request.options.minLevel)
}

function wants(option: InputOption, kind: InputKind): boolean {
  return option === 'auto' || option === kind
}

/** A query that brought as many rows as it may bring has more. */
function noteLimit(limits: Map<string, number>, table: Table, asked: number | undefined): void {
  const limit = table.limit ?? asked
  if (limit !== undefined && table.length >= limit) limits.set(table.refId, limit)
}

function sumOf(limits: ReadonlyMap<string, number>): number | undefined {
  return limits.size === 0 ? undefined : [...limits.values()].reduce((sum, limit) => sum + limit)
}
