import type { Readable } from 'node:stream'
import { z } from 'zod'
import { SourceError } from '../../errors.ts'
import type { Position, SourceBatch, SourceKind } from '../../pipeline/types.ts'
import { LineChunker } from '../lines/line-chunker.ts'

export const stdinSourceSchema = z.strictObject({
  type: z.literal('stdin'),
  name: z
    .string()
    .min(1)
    .default('stdin')
    .describe('Names the input in metrics, logs and the checkpoint.'),
  time: z
    .enum(['entry', 'line'])
    .default('line')
    .describe('Event time: there are no entries here, so the line it is.'),
})

const POSITION: Position = { kind: 'stdin' }

/** Lines from standard input until it ends. What was read when the process dies is gone: a pipe cannot be read again. */
export const stdinSource: SourceKind<typeof stdinSourceSchema> = {
  type: 'stdin',
  schema: stdinSourceSchema,
  create: (config, context) => ({
    name: config.name,
    type: 'stdin',
    check: () => Promise.resolve(),
    read: (_, signal) =>
      readStream(process.stdin, context.reference, signal, () => context.clock.now()),
  }),
}

export async function* readStream(
  stream: Readable,
  reference: number,
  signal: AbortSignal,
  now: () => number = () => reference * 1000,
): AsyncGenerator<SourceBatch> {
  const chunker = new LineChunker({ reference })
  const stop = (): void => {
    stream.destroy()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      // A line without a year that comes in now is of now at the latest, not of the start of the first run.
      chunker.reference = Math.max(reference, Math.ceil(now() / 1000))
      let waiting = chunk
      while (waiting.length > 0) {
        const space = chunker.space()
        const taken = Math.min(space.length, waiting.length)
        space.set(waiting.subarray(0, taken))
        chunker.filled(taken)
        waiting = waiting.subarray(taken)
        for (let lines = chunker.batch(); lines !== undefined; lines = chunker.batch())
          yield { lines, next: POSITION, late: 0, duplicates: 0 }
      }
    }
  } catch (error) {
    if (signal.aborted) return
    const why = error instanceof Error ? error.message : String(error)
    throw new SourceError(`standard input cannot be read: ${why}`, {
      source: 'stdin',
      retryable: false,
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
  const lines = chunker.last()
  if (lines !== undefined && !signal.aborted)
    yield { lines, next: POSITION, late: 0, duplicates: 0 }
}
