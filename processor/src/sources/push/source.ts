import { SourceError } from '../../errors.ts'
import type {
  BuildContext,
  HttpRoute,
  Position,
  Source,
  SourceBatch,
} from '../../pipeline/types.ts'
import { batchOfEntries } from '../lines/entry-batch.ts'
import type { PushSourceConfig } from './config.ts'
import { createPushRoute } from './route.ts'
import { Spool } from './spool.ts'
import type { SpoolPosition } from './spool.ts'

interface PushPosition extends Position, SpoolPosition {
  readonly kind: 'push'
}

/** Loki's push endpoint, served by Picket: what is accepted goes to a spool on disk, which is read like a file. */
export function createPushSource(
  config: PushSourceConfig,
  context: BuildContext,
): Source & { readonly routes: readonly HttpRoute[] } {
  const spool = new Spool({
    dir: context.stateDir,
    maxBytes: config.maxSpoolBytes,
    logger: context.logger,
    now: () => context.clock.now(),
  })

  async function start(): Promise<void> {
    try {
      await spool.start()
    } catch (cause) {
      throw failed('be opened', cause)
    }
  }

  function failed(what: string, cause: unknown): SourceError {
    const why = cause instanceof Error ? cause.message : String(cause)
    return new SourceError(`the spool ${context.stateDir} cannot ${what}: ${why}`, {
      source: config.name,
      retryable: true,
      cause,
    })
  }

  async function* read(
    from: PushPosition | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch> {
    await start()
    let position: SpoolPosition | undefined = from
    while (!signal.aborted) {
      const { generation } = spool
      const found = await spool.read(position).catch((cause: unknown) => {
        throw failed('be read', cause)
      })
      if (found === undefined) {
        await spool.appended(generation, signal)
        continue
      }
      position = found.next
      const next: PushPosition = { kind: 'push', ...position }
      yield {
        lines: batchOfEntries(found.lines, { time: config.time, reference: context.reference }),
        next,
        late: 0,
        duplicates: 0,
        lagSeconds: Math.max(0, (spool.newestAt ?? found.acceptedAt) - found.acceptedAt) / 1000,
        readableAt: found.acceptedAt,
      }
    }
  }

  return {
    name: config.name,
    type: 'push',
    routes: [createPushRoute(config, spool, context)],
    check: start,
    read: (from, signal) => read(from as PushPosition | undefined, signal),
    commit: (position) => spool.free(position as PushPosition),
    close: () => spool.close(),
  }
}
