import type { ResultEntry } from '../logql/evaluate-log.ts'
import { formatNumber } from '../logql/units.ts'
import { labelKey, labelObject } from '../label-set.ts'
import type { QueryResult } from '../query.ts'
import { secondsOf } from './time.ts'

type Pairs = ResultEntry['stream']
type LineValue = [ns: string, line: string, categories?: Record<string, Record<string, string>>]

interface RenderedStream {
  stream: Record<string, string>
  values: LineValue[]
}

const CATEGORIZE = 'categorize-labels'

export function wantsCategories(header: string | undefined): boolean {
  return header?.split(',').some((flag) => flag.trim() === CATEGORIZE) ?? false
}

export const ENCODING_FLAGS = [CATEGORIZE] as const

/** The body of a successful query. Answers with lines end in a newline, metrics do not. */
export function renderResult(result: QueryResult, categorize: boolean): string {
  const data = renderData(result, categorize)
  const body = JSON.stringify({ status: 'success', data: { ...data, stats: statsOf(result) } })
  return result.kind === 'streams' ? `${body}\n` : body
}

function renderData(result: QueryResult, categorize: boolean): Record<string, unknown> {
  switch (result.kind) {
    case 'streams':
      return {
        resultType: 'streams',
        ...(categorize && { encodingFlags: ENCODING_FLAGS }),
        result: groupStreams(result.entries, categorize),
      }
    case 'matrix':
      return {
        resultType: 'matrix',
        result: result.series.map(({ labels, values, present }) => ({
          metric: labelObject(labels.pairs),
          values: [...values].flatMap((value, step) => {
            const ns = result.grid.startNs + result.grid.stepNs * BigInt(step)
            return present[step] === 1 ? [[secondsOf(ns), formatNumber(value)]] : []
          }),
        })),
      }
    case 'vector':
      return {
        resultType: 'vector',
        result: result.series.map(({ labels, values }) => ({
          metric: labelObject(labels.pairs),
          value: [secondsOf(result.timeNs), formatNumber(values[0]!)],
        })),
      }
    case 'scalar':
      // Loki gives milliseconds here, and here only.
      return {
        resultType: 'scalar',
        result: [Number(result.timeNs / 1_000_000n), formatNumber(result.value)],
      }
  }
}

/** `splits` 0 says that the range was read in one piece: a full page has no holes. */
function statsOf(result: QueryResult): object {
  const totalEntriesReturned = result.kind === 'streams' ? result.entries.length : 0
  return { summary: { splits: 0, shards: 0, subqueries: 0, totalEntriesReturned } }
}

/** Each label set once; without categories everything is among the labels. */
function groupStreams(entries: readonly ResultEntry[], categorize: boolean): RenderedStream[] {
  const streams = new Map<string, RenderedStream>()
  const keys = new Map<Pairs, string>()
  for (const entry of entries) {
    const labels = categorize ? entry.stream : folded(entry)
    let key = keys.get(labels)
    if (key === undefined) {
      key = labelKey(labels)
      keys.set(labels, key)
    }
    let rendered = streams.get(key)
    if (rendered === undefined) {
      rendered = { stream: labelObject(labels), values: [] }
      streams.set(key, rendered)
    }
    rendered.values.push(renderValue(entry, categorize))
  }
  return [...streams.values()]
}

export function renderValue(entry: ResultEntry, categorize: boolean): LineValue {
  const ns = String(entry.ns)
  if (!categorize) return [ns, entry.line]
  const { metadata, parsed } = entry
  return [
    ns,
    entry.line,
    {
      ...(metadata.length > 0 && { structuredMetadata: labelObject(metadata) }),
      ...(parsed.length > 0 && { parsed: labelObject(parsed) }),
    },
  ]
}

export function folded({ stream, metadata, parsed }: ResultEntry): Pairs {
  if (metadata.length === 0 && parsed.length === 0) return stream
  const all = new Map([...stream, ...metadata, ...parsed])
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1))
}
