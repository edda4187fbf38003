import type { Writable } from 'node:stream'
import type { EncodedDetection } from '../../core/detection.ts'
import { SinkError } from '../../errors.ts'
import type { Sink } from '../../pipeline/types.ts'
import { RecentIds } from '../recent-ids.ts'
import type { StdoutConfig } from './config.ts'

/** Detections as lines of JSON on a stream, at the pace of whoever reads it. */
export function createStdoutSink(config: StdoutConfig, stream: Writable): Sink {
  const { name, required } = config
  const recent = new RecentIds()
  let broken: Error | undefined
  // Without a listener, a reader that went away (`picket run | head`) would end the process.
  const onError = (error: Error): void => {
    broken ??= error
  }
  stream.on('error', onError)

  const failure = (cause: Error, retryable = false): SinkError =>
    new SinkError(
      (cause as NodeJS.ErrnoException).code === 'EPIPE'
        ? 'Nobody reads standard output any more'
        : `Cannot write to standard output: ${cause.message}`,
      { sink: name, retryable, cause },
    )

  return {
    name,
    type: 'stdout',
    required,

    async check() {
      if (broken !== undefined) throw failure(broken)
    },

    async write(events: readonly EncodedDetection[], signal) {
      if (signal.aborted) throw failure(new Error('stopped'), true)
      if (broken !== undefined) throw failure(broken)
      const fresh = recent.fresh(events)
      if (fresh.length === 0) return
      // From here the stream owns them: a second try after an abort must not print them again.
      recent.add(fresh)
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => {
          reject(failure(new Error('stopped while the reader was slow'), true))
        }
        signal.addEventListener('abort', onAbort, { once: true })
        // The callback comes when the chunk has left, which is the back-pressure.
        stream.write(fresh.map(({ json }) => `${json}\n`).join(''), (error) => {
          signal.removeEventListener('abort', onAbort)
          if (error === null || error === undefined) {
            resolve()
          } else {
            broken ??= error
            reject(failure(error))
          }
        })
      })
    },

    async close() {
      // The listener stays: an error of the last chunk may still be on its way.
    },
  }
}
