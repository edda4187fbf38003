import { StoreError } from '../store-error.ts'
import type { InstantQuery, RangeQuery } from '../query.ts'
import { parseStep, parseTime } from './time.ts'

const HOUR = 3_600_000_000_000n
const MS = 1_000_000

export type Params = URLSearchParams

export function rangeQuery(params: Params, nowMs: number): RangeQuery {
  const { startNs, endNs } = timeRange(params, nowMs, HOUR)
  const direction = params.get('direction')?.toLowerCase() ?? 'backward'
  if (direction !== 'forward' && direction !== 'backward') {
    throw new StoreError(400, `invalid direction '${params.get('direction') ?? ''}'`)
  }
  return {
    query: params.get('query') ?? '',
    startNs,
    endNs,
    limit: limitOf(params),
    direction,
    stepNs: stepOf(params, 'step'),
    intervalNs: stepOf(params, 'interval'),
  }
}

export function instantQuery(params: Params, nowMs: number): InstantQuery {
  const timeNs = timeOf(params, 'time') ?? BigInt(Math.floor(nowMs)) * BigInt(MS)
  return { query: params.get('query') ?? '', timeNs }
}

/** `start`, `end` and `since`; `lookbackNs` before the end where no start is given. */
export function timeRange(
  params: Params,
  nowMs: number,
  lookbackNs: bigint,
): { startNs: bigint; endNs: bigint } {
  const now = BigInt(Math.floor(nowMs)) * BigInt(MS)
  const endNs = timeOf(params, 'end') ?? now
  const since = params.get('since')
  const lookback = since === null || since === '' ? lookbackNs : parseStep(since)
  if (lookback === undefined || /^\d+$/.test(since ?? '')) {
    throw new StoreError(
      400,
      `could not parse 'since' parameter: not a valid duration string: "${since ?? ''}"`,
    )
  }
  // A range that ends in the future looks back from now.
  const base = endNs > now ? now : endNs
  const startNs = timeOf(params, 'start') ?? base - lookback
  return { startNs, endNs }
}

export function timeOf(params: Params, name: string): bigint | undefined {
  const text = params.get(name)
  if (text === null || text === '') return undefined
  const ns = parseTime(text)
  if (ns === undefined) {
    throw new StoreError(
      400,
      `could not parse '${name}' parameter: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  }
  return ns
}

export function limitOf(params: Params): number | undefined {
  const text = params.get('limit')
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw new StoreError(400, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  }
  const limit = Number(text)
  if (limit <= 0) throw new StoreError(400, 'limit must be a positive value')
  return limit
}

function stepOf(params: Params, name: string): bigint | undefined {
  const text = params.get(name)
  if (text === null || text === '') return undefined
  const ns = parseStep(text)
  if (ns === undefined) {
    throw new StoreError(400, `cannot parse ${JSON.stringify(text)} to a valid duration`)
  }
  if (ns < 0n) {
    throw new StoreError(
      400,
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    )
  }
  return ns
}
