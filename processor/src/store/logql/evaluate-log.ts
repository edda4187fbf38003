import type { LineStore } from '../store.ts'
import type { LogExpr } from './ast.ts'
import { Cursor, CursorHeap, type Direction } from './cursor.ts'
import { EntryLabels } from './entry-labels.ts'
import { Pipeline } from './pipeline.ts'
import { TICK_ENTRIES, Ticker } from './ticker.ts'

type Pairs = readonly (readonly [string, string])[]

/** One line of an answer. */
export interface ResultEntry {
  readonly ns: bigint
  readonly line: string
  readonly stream: Pairs
  readonly metadata: Pairs
  readonly parsed: Pairs
}

export interface LogRequest {
  readonly startNs: bigint
  /** Exclusive. */
  readonly endNs: bigint
  readonly limit: number
  readonly direction: Direction
  /** At most one line in this time, over all streams; 0n for all. */
  readonly intervalNs: bigint
  readonly signal?: AbortSignal | undefined
}

const NONE: Pairs = []

/** The first `limit` entries of the direction, over all streams, that come through the pipeline. */
export async function evaluateLog(
  store: LineStore,
  expression: LogExpr,
  request: LogRequest,
): Promise<ResultEntry[]> {
  return store.reading(async () => {
    const { startNs, endNs, limit, direction, intervalNs } = request
    const cursors = store.select(expression.matchers).flatMap((stream, order) => {
      const slices = stream.slices(startNs, endNs)
      return slices.length === 0 ? [] : [new Cursor(stream, slices, direction, order)]
    })
    const heap = new CursorHeap(cursors, direction)
    const labels = new EntryLabels()
    const pipeline = new Pipeline(expression.stages, labels, undefined)
    const ticker = new Ticker(request.signal)
    const entries: ResultEntry[] = []
    let previous: bigint | undefined
    for (let seen = 1; entries.length < limit; seen++) {
      const cursor = heap.first
      if (cursor === undefined) break
      if (seen % TICK_ENTRIES === 0 && ticker.isDue) await ticker.pause()
      const { ns, block, index } = cursor
      const line = pipeline.run(
        block.lines[index]!,
        ns,
        cursor.stream.labels,
        block.metadata[index],
      )
      if (line !== undefined && isApart(ns, previous, intervalNs)) {
        entries.push(toEntry(ns, line, labels))
        previous = ns
      }
      heap.advance()
    }
    return entries
  })
}

function isApart(ns: bigint, previous: bigint | undefined, intervalNs: bigint): boolean {
  if (intervalNs === 0n || previous === undefined) return true
  return ns >= previous + intervalNs || ns <= previous - intervalNs
}

export function toEntry(ns: bigint, line: string, labels: EntryLabels): ResultEntry {
  const stream = labels.streamPairs()
  if (labels.isPlain) return { ns, line, stream, metadata: NONE, parsed: NONE }
  return { ns, line, stream, metadata: labels.metadataPairs(), parsed: labels.parsedPairs() }
}
