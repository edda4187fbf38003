import { silentLogger } from '../../src/telemetry/logger.ts'
import { systemClock } from '../../src/pipeline/types.ts'
import type { BuildContext, Position, Source, SourceBatch } from '../../src/pipeline/types.ts'

export function buildContext(stateDir: string): BuildContext {
  return {
    name: 'test',
    stateDir,
    logger: silentLogger,
    clock: systemClock,
    reference: 1_772_323_200,
  }
}

export function linesOf({ lines }: SourceBatch): string[] {
  return Array.from({ length: lines.count }, (_, i) =>
    Buffer.from(lines.bytes.subarray(lines.at[2 * i], lines.at[2 * i + 1])).toString(),
  )
}

/** Reads until `enough` lines have come or `stop` is called; returns the lines and the last position. */
export async function readLines(
  source: Source,
  from: Position | undefined,
  enough: number,
  during: (lines: readonly string[]) => Promise<void> | void = () => undefined,
): Promise<{ lines: string[]; next: Position | undefined }> {
  const stop = new AbortController()
  const lines: string[] = []
  let next = from
  const timer = setTimeout(() => stop.abort(), 10_000)
  for await (const batch of source.read(from, stop.signal)) {
    lines.push(...linesOf(batch))
    next = JSON.parse(JSON.stringify(batch.next)) as Position
    await during(lines)
    if (lines.length >= enough) break
  }
  clearTimeout(timer)
  stop.abort()
  return { lines, next }
}
