import type { LineBatch } from './batch.ts'
import type { Engine, Lane } from './engine.ts'
import type { Emit, FeedContext } from './engine-api.ts'

/** One of several inputs whose lines are taken in order of event time. */
export interface MergeInput {
  /** The next batch, or undefined at the end. */
  next(): Promise<LineBatch | undefined>
}

/**
 * Feeds several inputs merged by event time, ties in the order of the inputs; each input's own order is kept, also
 * where its times go back. Calls `onBatch` after each batch that an input has used up.
 */
export async function feedMerged(
  engine: Engine,
  inputs: readonly MergeInput[],
  emit: Emit | undefined,
  options: { readonly context?: FeedContext; readonly onBatch?: () => void } = {},
): Promise<void> {
  let lanes: { readonly lane: Lane; readonly input: MergeInput }[] = inputs.map((input) => ({
    lane: engine.lane(),
    input,
  }))
  const ended = new Set<Lane>()
  const fill = async ({ lane, input }: { lane: Lane; input: MergeInput }): Promise<void> => {
    while (!lane.advance()) {
      // Counts of lines that gave no packet are taken with the next feed of the lane.
      engine.feedLane(lane, 0, 0, emit, options.context)
      const batch = await input.next()
      if (batch === undefined) {
        ended.add(lane)
        return
      }
      options.onBatch?.()
      lane.load(batch)
    }
  }
  for (const entry of lanes) await fill(entry)
  for (;;) {
    lanes = lanes.filter(({ lane }) => !ended.has(lane))
    const first = lanes[0]
    if (first === undefined) return
    let best = first
    for (const entry of lanes) if (isBefore(entry.lane, best.lane)) best = entry
    // It may run up to the next head: strictly before it where that one belongs to an input named earlier.
    let limit: Lane | undefined
    let strictly = false
    const at = lanes.indexOf(best)
    for (const [i, { lane }] of lanes.entries()) {
      if (i === at || (limit !== undefined && !isBefore(lane, limit))) continue
      limit = lane
      strictly = i < at
    }
    const limitSeconds = limit?.seconds ?? Number.MAX_SAFE_INTEGER
    const limitNanos = (limit?.nanos ?? 0) - (strictly ? 1 : 0)
    engine.feedLane(best.lane, limitSeconds, limitNanos, emit, options.context)
    await fill(best)
  }
}

function isBefore(a: Lane, b: Lane): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos)
}
