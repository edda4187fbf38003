import type { Direction } from './logql/cursor.ts'
import { evaluateLog, type ResultEntry } from './logql/evaluate-log.ts'
import { evaluateMetric } from './logql/metric/evaluate.ts'
import { constantSeries, type Grid, type Series } from './logql/metric/series.ts'
import { isLog, parseQuery } from './logql/parse.ts'
import { Ticker } from './logql/ticker.ts'
import { durationText } from './http/time.ts'
import { labelSet } from './label-set.ts'
import { StoreError } from './store-error.ts'
import type { LineStore } from './store.ts'

export interface RangeQuery {
  readonly query: string
  readonly startNs: bigint
  /** Exclusive for lines, inclusive for metrics. */
  readonly endNs: bigint
  readonly limit?: number | undefined
  readonly direction?: Direction | undefined
  /** Of metrics; by default a 250th of the range, at least a second. */
  readonly stepNs?: bigint | undefined
  readonly intervalNs?: bigint | undefined
  readonly signal?: AbortSignal | undefined
}

export interface InstantQuery {
  readonly query: string
  readonly timeNs: bigint
  readonly signal?: AbortSignal | undefined
}

export type QueryResult =
  | { readonly kind: 'streams'; readonly entries: readonly ResultEntry[] }
  | { readonly kind: 'matrix'; readonly grid: Grid; readonly series: readonly Series[] }
  | { readonly kind: 'vector'; readonly timeNs: bigint; readonly series: readonly Series[] }
  | { readonly kind: 'scalar'; readonly timeNs: bigint; readonly value: number }

const DEFAULT_LIMIT = 100
const SECOND = 1_000_000_000n

/** Lines or a metric over a range, as `query_range` answers. Throws `StoreError`. */
export async function queryRange(store: LineStore, request: RangeQuery): Promise<QueryResult> {
  const { startNs, endNs, limit = DEFAULT_LIMIT, signal } = request
  const stepNs = request.stepNs ?? defaultStep(startNs, endNs)
  checkRange(store, request, limit, stepNs)
  const expression = parseQuery(request.query)
  if (isLog(expression)) {
    const direction = request.direction ?? 'backward'
    const intervalNs = request.intervalNs ?? 0n
    const log = { startNs, endNs, limit, direction, intervalNs, signal }
    return { kind: 'streams', entries: await evaluateLog(store, expression, log) }
  }
  const grid = gridOf(startNs, endNs, stepNs)
  const value = await evaluateMetric(expression, { store, grid, ticker: new Ticker(signal) })
  const series =
    value.kind === 'vector' ? value.series : [constantSeries(labelSet([]), grid.steps, value.value)]
  checkSeries(store, series)
  return { kind: 'matrix', grid, series }
}

/** A metric at one moment, as `query` answers. Throws `StoreError`. */
export async function queryInstant(store: LineStore, request: InstantQuery): Promise<QueryResult> {
  const { timeNs, signal } = request
  const expression = parseQuery(request.query)
  if (isLog(expression)) {
    throw new StoreError(
      400,
      'log queries are not supported as an instant query type, please change your query to a range query type',
    )
  }
  const grid: Grid = { startNs: timeNs, stepNs: SECOND, steps: 1 }
  const value = await evaluateMetric(expression, { store, grid, ticker: new Ticker(signal) })
  if (value.kind === 'scalar') return { kind: 'scalar', timeNs, value: value.value }
  checkSeries(store, value.series)
  return { kind: 'vector', timeNs, series: value.series }
}

function checkSeries({ limits }: LineStore, series: readonly Series[]): void {
  if (series.length > limits.maxSeries) {
    throw new StoreError(400, `maximum of series (${limits.maxSeries}) reached for a single query`)
  }
}

function defaultStep(startNs: bigint, endNs: bigint): bigint {
  const seconds = (endNs - startNs) / SECOND / 250n
  return (seconds > 1n ? seconds : 1n) * SECOND
}

function checkRange(
  { limits }: LineStore,
  { startNs, endNs }: RangeQuery,
  limit: number,
  stepNs: bigint,
): void {
  if (endNs < startNs) {
    throw new StoreError(400, 'end timestamp must not be before or equal to start time')
  }
  if (stepNs <= 0n) {
    throw new StoreError(
      400,
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    )
  }
  if ((endNs - startNs) / stepNs > BigInt(limits.maxPoints)) {
    throw new StoreError(
      400,
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    )
  }
  if (limit <= 0) throw new StoreError(400, 'limit must be a positive value')
  if (limit > limits.maxEntries) {
    throw new StoreError(
      400,
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${limits.maxEntries})`,
    )
  }
  if (endNs - startNs > limits.maxQueryLengthNs) {
    const [length, most] = [endNs - startNs, limits.maxQueryLengthNs].map(durationText)
    throw new StoreError(
      400,
      `the query time range exceeds the limit (query length: ${length}, limit: ${most})`,
    )
  }
}

/** Start is moved down and end up to multiples of the step, as Loki does. */
function gridOf(startNs: bigint, endNs: bigint, stepNs: bigint): Grid {
  const first = floorTo(startNs, stepNs)
  const last = -floorTo(-endNs, stepNs)
  return { startNs: first, stepNs, steps: Number((last - first) / stepNs) + 1 }
}

function floorTo(ns: bigint, step: bigint): bigint {
  const rest = ns % step
  return ns - (rest < 0n ? rest + step : rest)
}
