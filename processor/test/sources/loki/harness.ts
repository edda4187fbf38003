import { lokiSource } from '../../../src/sources/loki/index.ts'
import type { Clock, Position, Source, SourceBatch } from '../../../src/pipeline/types.ts'
import type { Logger } from '../../../src/telemetry/logger.ts'
import { silentLogger } from '../../../src/telemetry/logger.ts'

export interface ReadLine {
  readonly ns: bigint
  readonly text: string
  readonly labels: Readonly<Record<string, string>>
  readonly isLate: boolean
}

export interface SourceSetup {
  readonly url: string
  readonly clock: Clock
  readonly config?: Readonly<Record<string, unknown>>
  readonly logger?: Logger
}

export function lokiInput({ url, clock, config = {}, logger = silentLogger }: SourceSetup): Source {
  const parsed = lokiSource.schema.parse({
    type: 'loki',
    name: 'fw',
    url,
    query: '{job="firewall"}',
    tail: false,
    ...config,
  })
  return lokiSource.create(parsed, {
    name: 'fw',
    stateDir: '/nowhere',
    logger,
    clock,
    reference: 0,
  })
}

export function linesOf(batch: SourceBatch): ReadLine[] {
  const { lines, late } = batch
  const decoder = new TextDecoder()
  return Array.from({ length: lines.count }, (_, i) => ({
    ns: BigInt(lines.seconds[i] ?? 0) * 1_000_000_000n + BigInt(lines.nanos[i] ?? 0),
    text: decoder.decode(lines.bytes.subarray(lines.at[2 * i], lines.at[2 * i + 1])),
    labels: lines.labels[lines.stream[i] ?? 0] ?? {},
    isLate: late > 0,
  }))
}

/** As a checkpoint does it. */
export function saved(position: Position): Position {
  return JSON.parse(JSON.stringify(position)) as Position
}

/** Reads until `enough` says so; the position is that after the last batch. */
export async function readLines(
  source: Source,
  from: Position | undefined,
  enough: (lines: readonly ReadLine[], batch: SourceBatch) => boolean,
): Promise<{ readonly lines: ReadLine[]; readonly next: Position | undefined }> {
  const stop = new AbortController()
  const lines: ReadLine[] = []
  let next = from
  for await (const batch of source.read(from, stop.signal)) {
    lines.push(...linesOf(batch))
    next = saved(batch.next)
    if (enough(lines, batch)) break
  }
  stop.abort()
  return { lines, next }
}
