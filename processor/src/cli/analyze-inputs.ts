import { feedMerged } from '../core/index.ts'
import type { Emit, Engine, MergeInput } from '../core/index.ts'

/**
 * Feeds one input, or several merged by time, to their end. `between` runs before every batch is asked for, the
 * one moment at which output can be waited for.
 */
export async function analyzeInputs(
  engine: Engine,
  inputs: readonly MergeInput[],
  emit: Emit | undefined,
  between: () => Promise<void>,
): Promise<void> {
  const paced = inputs.map((input): MergeInput => ({
    async next() {
      await between()
      return input.next()
    },
  }))
  const [only, ...others] = paced
  if (only === undefined) return
  if (others.length > 0) {
    await feedMerged(engine, paced, emit)
  } else {
    for (let batch = await only.next(); batch !== undefined; batch = await only.next())
      engine.feed(batch, emit)
  }
  await between()
}
