import type { EncodedDetection } from '../../core/detection.ts'
import { SinkError } from '../../errors.ts'
import type { Sink } from '../../pipeline/types.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { RecentIds } from '../recent-ids.ts'
import { Appender, isMark, type Resumed } from './appender.ts'
import type { JsonlConfig } from './config.ts'

export interface JsonlDeps {
  readonly logger: Logger
  readonly appender?: Appender
}

/** Detections as lines of a file. What was written after the saved mark is cut off at the start, so a crash repeats nothing. */
export function createJsonlSink(config: JsonlConfig, deps: JsonlDeps): Sink {
  const { name, path, required } = config
  const appender = deps.appender ?? new Appender(path)
  const recent = new RecentIds()

  // Every trouble with a file can be mended by a person, so the detections wait.
  const failure = (doing: string, cause: unknown): SinkError =>
    new SinkError(
      `Cannot ${doing} ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        sink: name,
        retryable: true,
        cause,
      },
    )

  return {
    name,
    type: 'jsonl',
    required,

    async check() {
      await appender.ready().catch((error: unknown) => {
        throw failure('open', error)
      })
    },

    async write(events: readonly EncodedDetection[], signal) {
      if (signal.aborted) throw failure('write', new Error('stopped'))
      const fresh = recent.fresh(events)
      if (fresh.length === 0) return
      try {
        await appender.append(
          fresh.map(({ json }) => `${json}\n`).join(''),
          config.fsync === 'batch',
        )
      } catch (error) {
        throw failure('write', error)
      }
      recent.add(fresh)
    },

    mark: () => appender.mark,

    async resume(mark) {
      if (mark === undefined || mark === null) return
      if (!isMark(mark)) throw failure('continue', new Error('the saved position is damaged'))
      recent.clear()
      let resumed: Resumed
      try {
        resumed = await appender.resume(mark)
      } catch (error) {
        throw failure('continue', error)
      }
      if (resumed.kind === 'continued') {
        deps.logger.warn(
          { sink: name, path, why: resumed.why },
          'File is not the one written before, going on at its end: the last detections may be there twice.',
        )
      } else if (resumed.removed > 0) {
        deps.logger.info(
          { sink: name, path, bytes: resumed.removed },
          'Cut off what the last run wrote unsaved.',
        )
      }
    },

    close: () => appender.close(),
  }
}
