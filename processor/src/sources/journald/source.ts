import { NO_TIME } from '../../core/batch.ts'
import type { Labels } from '../../core/batch.ts'
import type { BuildContext, Position, Source, SourceBatch } from '../../pipeline/types.ts'
import { batchOfEntries } from '../lines/entry-batch.ts'
import type { TimedLine } from '../lines/entry-batch.ts'
import { LineChunker, MAX_LINE_BYTES } from '../lines/line-chunker.ts'
import type { JournaldConfig } from './config.ts'
import { journalEntry } from './entry.ts'
import { endedEarly, startJournalctl } from './journalctl.ts'

/** JSON is longer than what it holds: a byte of a message that is no UTF-8 takes up to four. */
const MAX_JSON_BYTES = 512 * 1024
const MAX_HOSTS = 1000

interface JournalPosition extends Position {
  readonly kind: 'journald'
  /** The journal's own name of the last entry. */
  readonly cursor?: string
  /** Before the first entry: seconds since 1970 from which on they count. */
  readonly since?: number
}

export function createJournaldSource(config: JournaldConfig, context: BuildContext): Source {
  return {
    name: config.name,
    type: 'journald',
    async check(signal) {
      const child = await startJournalctl(
        config.command,
        ['-n', '1', ...config.matches],
        config.name,
      )
      const stop = (): void => void child.stop()
      signal.addEventListener('abort', stop, { once: true })
      child.stdout.resume()
      const ended = await child.ended
      signal.removeEventListener('abort', stop)
      if (signal.aborted) return
      if (ended.code !== 0) throw endedEarly(config.command, ended, config.name)
    },
    read: (from, signal) => follow(config, context, from as JournalPosition | undefined, signal),
  }
}

/** `--no-tail` because `-f` alone begins with the last ten lines, wherever the cursor stands. */
function startOf({ cursor, since }: JournalPosition): string[] {
  if (cursor !== undefined) return ['--no-tail', '--after-cursor', cursor]
  return since === undefined ? ['--no-tail'] : ['--no-tail', '--since', `@${since}`]
}

async function* follow(
  config: JournaldConfig,
  context: BuildContext,
  from: JournalPosition | undefined,
  signal: AbortSignal,
): AsyncGenerator<SourceBatch> {
  const { clock, reference } = context
  let position: JournalPosition = from ?? {
    kind: 'journald',
    ...(config.from === 'end' ? { since: Math.floor(clock.now() / 1000) } : {}),
  }
  const batchOf = (entries: readonly TimedLine[]): SourceBatch => {
    const newest = entries.at(-1)
    const at =
      newest === undefined || newest.seconds === NO_TIME ? undefined : newest.seconds * 1000
    return {
      lines: batchOfEntries(entries, { time: config.time, reference }),
      next: position,
      late: 0,
      duplicates: 0,
      ...(at === undefined ? {} : { readableAt: at + (newest?.nanos ?? 0) / 1e6 }),
    }
  }
  // Said before the first entry, so that those of a restart before it are not passed over.
  if (from === undefined) yield batchOf([])
  if (isAborted(signal)) return

  const words = ['-f', ...startOf(position), ...config.matches]
  const child = await startJournalctl(config.command, words, config.name)
  const stop = (): void => void child.stop()
  signal.addEventListener('abort', stop, { once: true })
  if (isAborted(signal)) stop()
  const labelsOf = labelCache()
  try {
    for await (const lines of linesOf(child.stdout)) {
      const entries: TimedLine[] = []
      for (const line of lines) {
        const { host, cursor, ...entry } = journalEntry(line)
        if (cursor !== undefined) position = { kind: 'journald', cursor }
        const bytes = entry.bytes.subarray(0, MAX_LINE_BYTES)
        entries.push({ ...entry, bytes, labels: labelsOf(host) })
      }
      yield batchOf(entries)
    }
  } catch (error) {
    // Its output is torn down when it is stopped.
    if (!isAborted(signal)) throw error
  } finally {
    if (child.stdout.readableEnded) await child.ended
    else await child.stop()
    signal.removeEventListener('abort', stop)
  }
  if (!isAborted(signal)) throw endedEarly(config.command, await child.ended, config.name)
}

/** It may have been aborted while something was waited for, which control flow analysis does not see. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}

/** Whole lines of journalctl's output, as they come; views that are valid until the next are asked for. */
async function* linesOf(stdout: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array[]> {
  const chunker = new LineChunker({ reference: 0, maxLineBytes: MAX_JSON_BYTES })
  for await (const chunk of stdout)
    for (let waiting = chunk; waiting.length > 0;) {
      const space = chunker.space()
      const taken = waiting.copy(space, 0, 0, Math.min(space.length, waiting.length))
      chunker.filled(taken)
      waiting = waiting.subarray(taken)
      for (let batch = chunker.batch(); batch !== undefined; batch = chunker.batch()) {
        const { bytes, at, count } = batch
        yield Array.from({ length: count }, (_, i) => bytes.subarray(at[2 * i], at[2 * i + 1]))
      }
    }
}

/** One object a host, so that equal labels are the same labels. Bounded: hosts are few, but a journal may be a collector's. */
function labelCache(): (host: string | undefined) => Labels {
  const known = new Map<string, Labels>()
  return (host) => {
    if (host === undefined) return NO_LABELS
    let labels = known.get(host)
    if (labels === undefined) {
      labels = { host }
      if (known.size < MAX_HOSTS) known.set(host, labels)
    }
    return labels
  }
}

const NO_LABELS: Labels = {}
