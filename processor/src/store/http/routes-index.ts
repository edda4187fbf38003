import type { LabelSet } from '../label-set.ts'
import { labelKey, labelObject } from '../label-set.ts'
import { parseMatchers } from '../logql/parse.ts'
import { StoreError } from '../store-error.ts'
import type { LineStore } from '../store.ts'
import type { Slice, Stream } from '../stream.ts'
import type { StreamMatcher } from '../stream-index.ts'
import { limitOf, timeRange, type Params } from './params.ts'
import { secondsOf } from './time.ts'

/** Labels, values and series look back so far where no start is given. */
const LOOKBACK = 6n * 3_600_000_000_000n

export function labelNames(store: LineStore, params: Params): object {
  const names = new Set(
    streamsOf(store, params).flatMap(({ labels }) => labels.pairs.map(([name]) => name)),
  )
  return names.size === 0 ? { status: 'success' } : { status: 'success', data: [...names].sort() }
}

/** No `data` where there are no values, as Loki has it. */
export function labelValues(store: LineStore, name: string, params: Params): object {
  const values = new Set(
    streamsOf(store, params).flatMap(({ labels }) => labels.map.get(name) ?? []),
  )
  return values.size === 0 ? { status: 'success' } : { status: 'success', data: [...values].sort() }
}

export function seriesOf(store: LineStore, params: Params): object {
  const selectors = [...params.getAll('match[]'), ...params.getAll('match')]
  const queries = selectors.length === 0 ? ['{}'] : selectors
  const { startNs, endNs } = timeRange(params, store.now(), LOOKBACK)
  const found = new Map<string, LabelSet>()
  for (const query of queries) {
    for (const { labels } of inRange(store, seriesMatchers(query), startNs, endNs)) {
      found.set(labels.key, labels)
    }
  }
  return { status: 'success', data: [...found.values()].map(({ pairs }) => labelObject(pairs)) }
}

function seriesMatchers(query: string): readonly StreamMatcher[] {
  try {
    return parseMatchers(query)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    // Loki gives this one sentence alone, without the words in front.
    const isFilter = error.message.endsWith('only label matchers are supported')
    throw isFilter ? new StoreError(400, 'only label matchers are supported') : error
  }
}

export function indexStats(store: LineStore, params: Params): object {
  const parts = slicesOf(store, params)
  const slices = parts.flatMap((part) => part.slices)
  return {
    streams: parts.length,
    chunks: slices.length,
    entries: slices.reduce((sum, { from, to }) => sum + to - from, 0),
    bytes: slices.reduce((sum, slice) => sum + sliceBytes(slice), 0),
  }
}

/** Bytes by the labels that the selector names, or those in `targetLabels`. */
export function indexVolume(store: LineStore, params: Params): object {
  const targets = params.get('targetLabels')?.split(',').filter(Boolean) ?? []
  const matchers = parseMatchers(params.get('query') ?? '{}')
  const names = new Set(targets.length > 0 ? targets : matchers.map(({ name }) => name))
  const volumes = new Map<string, { metric: Record<string, string>; bytes: number }>()
  for (const { stream, slices } of slicesOf(store, params)) {
    const pairs = stream.labels.pairs.filter(([name]) => names.size === 0 || names.has(name))
    const key = labelKey(pairs)
    const volume = volumes.get(key) ?? { metric: labelObject(pairs), bytes: 0 }
    volumes.set(key, volume)
    for (const slice of slices) volume.bytes += sliceBytes(slice)
  }
  const { endNs } = timeRange(params, store.now(), LOOKBACK)
  const result = [...volumes.values()]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, limitOf(params) ?? 100)
    .map(({ metric, bytes }) => ({ metric, value: [secondsOf(endNs), String(bytes)] }))
  const stats = { summary: { splits: 0, shards: 0 } }
  return { status: 'success', data: { resultType: 'vector', result, stats } }
}

function slicesOf(store: LineStore, params: Params): { stream: Stream; slices: Slice[] }[] {
  const { startNs, endNs } = timeRange(params, store.now(), LOOKBACK)
  return streamsOf(store, params).map((stream) => ({
    stream,
    slices: stream.slices(startNs, endNs + 1n),
  }))
}

function sliceBytes({ block, from, to }: Slice): number {
  let bytes = 0
  for (let i = from; i < to; i++) bytes += Buffer.byteLength(block.lines[i]!)
  return bytes
}

function streamsOf(store: LineStore, params: Params): Stream[] {
  const { startNs, endNs } = timeRange(params, store.now(), LOOKBACK)
  const query = params.get('query') ?? ''
  return inRange(store, query === '' ? [] : parseMatchers(query), startNs, endNs)
}

function inRange(
  store: LineStore,
  matchers: readonly StreamMatcher[],
  startNs: bigint,
  endNs: bigint,
): Stream[] {
  return store.select(matchers).filter((stream) => stream.hasAny(startNs, endNs + 1n))
}
