import { spawn } from 'node:child_process'
import { z } from 'zod'
import type { Labels } from '../../core/batch.ts'
import { SourceError } from '../../errors.ts'
import type {
  BuildContext,
  Position,
  Source,
  SourceBatch,
  SourceKind,
} from '../../pipeline/types.ts'
import { batchOfEntries } from '../lines/entry-batch.ts'
import type { TimedLine } from '../lines/entry-batch.ts'
import { LineChunker } from '../lines/line-chunker.ts'
import { journalEntry } from './entry.ts'

export const journaldSourceSchema = z.strictObject({
  type: z.literal('journald'),
  name: z
    .string()
    .min(1)
    .default('journald')
    .describe('Names the input in metrics, logs and the checkpoint.'),
  matches: z
    .array(z.string().min(1))
    .default(['_TRANSPORT=kernel'])
    .describe("journalctl's matches; the kernel's messages by default."),
  from: z.enum(['end', 'beginning']).default('end').describe('Where the first run begins.'),
  command: z.string().min(1).default('journalctl').describe('The program to run.'),
  time: z
    .enum(['entry', 'line'])
    .default('entry')
    .describe("Event time: the journal's, or the one written in the line."),
})
type JournaldConfig = z.output<typeof journaldSourceSchema>

interface JournalPosition extends Position {
  readonly kind: 'journald'
  readonly cursor: string
}

/** The journal, through `journalctl -o json -f`; the position is the journal's own cursor. */
export const journaldSource: SourceKind<typeof journaldSourceSchema> = {
  type: 'journald',
  schema: journaldSourceSchema,
  create: createJournaldSource,
}

function createJournaldSource(config: JournaldConfig, context: BuildContext): Source {
  return {
    name: config.name,
    type: 'journald',
    check: (signal) => checkRuns(config, signal),
    read: (from, signal) => follow(config, context, from as JournalPosition | undefined, signal),
  }
}

function argumentsOf(config: JournaldConfig, from: JournalPosition | undefined): string[] {
  const start =
    from === undefined
      ? ['-n', config.from === 'end' ? '0' : 'all']
      : ['--after-cursor', from.cursor, '-n', 'all']
  return ['-o', 'json', '-f', '--no-pager', ...start, ...config.matches]
}

async function checkRuns(config: JournaldConfig, signal: AbortSignal): Promise<void> {
  const child = spawn(config.command, ['-o', 'json', '-n', '1', '--no-pager', ...config.matches], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  const ended = await outcome(child)
  if (ended.code !== 0) throw failure(config, ended)
}

interface Outcome {
  readonly code: number | null
  readonly stderr: string
  readonly error?: Error
}

function outcome(child: ReturnType<typeof spawn>): Promise<Outcome> {
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4000)
  })
  return new Promise((resolve) => {
    child.on('error', (error) => {
      resolve({ code: null, stderr, error })
    })
    child.on('close', (code) => {
      resolve({ code, stderr })
    })
  })
}

function failure(config: JournaldConfig, { code, stderr, error }: Outcome): SourceError {
  const last = stderr.trim().split('\n').at(-1) ?? ''
  const what =
    error === undefined
      ? `${config.command} ended with code ${code ?? 'none'}`
      : `${config.command} cannot be run: ${error.message}`
  return new SourceError(last === '' ? what : `${what}: ${last}`, {
    source: config.name,
    retryable: true,
    cause: error,
  })
}

async function* follow(
  config: JournaldConfig,
  context: BuildContext,
  from: JournalPosition | undefined,
  signal: AbortSignal,
): AsyncGenerator<SourceBatch> {
  const child = spawn(config.command, argumentsOf(config, from), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = outcome(child)
  const stop = (): void => {
    child.kill('SIGTERM')
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const chunker = new LineChunker({ reference: context.reference })
  const labelsOf = labelCache()
  let cursor = from?.cursor
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      let waiting: Uint8Array = chunk
      while (waiting.length > 0) {
        const space = chunker.space()
        const taken = Math.min(space.length, waiting.length)
        space.set(waiting.subarray(0, taken))
        chunker.filled(taken)
        waiting = waiting.subarray(taken)
        const entries: TimedLine[] = []
        for (let raw = chunker.batch(); raw !== undefined; raw = chunker.batch())
          for (let i = 0; i < raw.count; i++) {
            const entry = journalEntry(raw.bytes.subarray(raw.at[2 * i], raw.at[2 * i + 1]))
            if (entry === undefined) continue
            cursor = entry.cursor ?? cursor
            entries.push({ ...entry, labels: labelsOf(entry.host) })
          }
        if (entries.length === 0 || cursor === undefined) continue
        const next: JournalPosition = { kind: 'journald', cursor }
        yield {
          lines: batchOfEntries(entries, { time: config.time, reference: context.reference }),
          next,
          late: 0,
          duplicates: 0,
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', stop)
    child.kill('SIGTERM')
  }
  const result = await ended
  if (!signal.aborted) throw failure(config, result)
}

/** One object a host, so that equal labels are the same labels. Bounded: hosts are few, but a journal may be a collector's. */
function labelCache(): (host: string | undefined) => Labels {
  const known = new Map<string, Labels>()
  return (host) => {
    if (host === undefined) return NO_LABELS
    let labels = known.get(host)
    if (labels === undefined) {
      labels = { host }
      if (known.size < 1000) known.set(host, labels)
    }
    return labels
  }
}

const NO_LABELS: Labels = {}
