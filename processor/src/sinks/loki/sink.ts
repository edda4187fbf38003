import { createHttpClient } from '../../clients/http.ts'
import { createLokiClient, LokiError, type PushStream } from '../../clients/loki/index.ts'
import type { EncodedDetection } from '../../core/detection.ts'
import { HttpError, SinkError } from '../../errors.ts'
import type { BuildContext, Sink } from '../../pipeline/types.ts'
import type { LokiSinkConfig } from './config.ts'
import { toStreams } from './entries.ts'

const HOUR_NS = 3_600_000_000_000n
/** Statuses that are about the events: malformed, too old, too large. */
const FINAL = new Set([400, 413, 422])

export function createLokiSink(config: LokiSinkConfig, context: BuildContext): Sink {
  const { logger, name } = context
  const loki = createLokiClient(
    createHttpClient({ baseUrl: config.url, connection: config, logger }),
  )
  const labels = { ...config.labels, ...(config.origin !== undefined && { origin: config.origin }) }
  let withMetadata = true

  const push = async (stream: PushStream, signal: AbortSignal): Promise<void> => {
    try {
      await loki.push(stream, signal)
    } catch (error) {
      if (!isAboutMetadata(error)) throw error
      // Switched off for the tenant, or beyond its bounds: the line has it all, only filtering is slower.
      if (withMetadata && isDisallowed(error)) {
        withMetadata = false
        logger.warn(
          { url: config.url },
          'Loki refuses structured metadata, writing detections without it; allow_structured_metadata switches it on.',
        )
      }
      await loki.push(withoutMetadata(stream), signal)
    }
  }

  return {
    name,
    type: 'loki',
    required: config.required,
    // Writing a trial event would leave it there: reading needs the same address, tenant and mostly the same rights.
    async check(signal) {
      try {
        const now = BigInt(Math.trunc(context.clock.now())) * 1_000_000n
        await loki.check('{job="picket"}', { from: now - HOUR_NS, to: now }, signal)
      } catch (error) {
        throw sinkError(error, name)
      }
    },
    async write(events: readonly EncodedDetection[], signal) {
      try {
        for (const stream of toStreams(events, { labels, withMetadata })) await push(stream, signal)
      } catch (error) {
        throw sinkError(error, name)
      }
    },
    close: () => loki.close(),
  }
}

function isAboutMetadata(error: unknown): error is LokiError {
  return (
    error instanceof LokiError && error.status === 400 && /structured metadata/i.test(error.body)
  )
}

function isDisallowed(error: LokiError): boolean {
  return /disallow/i.test(error.body)
}

function withoutMetadata({ labels, entries }: PushStream): PushStream {
  return { labels, entries: entries.map(({ ns, line }) => ({ ns, line })) }
}

/**
 * Which failures can pass: no answer, 429, 5xx, and wrong credentials, which a person can put right while the
 * events wait. A 400 is about the events, for ever: too old, too far behind, malformed.
 */
function sinkError(error: unknown, name: string): SinkError {
  const status = error instanceof HttpError ? error.status : undefined
  const isFixable = status !== undefined && status >= 300 && status < 500 && !FINAL.has(status)
  // No status: no answer, or a secret's file that may be there at the next try; the events are not to blame.
  const retryable =
    isFixable || (error instanceof HttpError && (error.retryable || status === undefined))
  const why = error instanceof Error ? error.message : String(error)
  return new SinkError(`sink ${name}: ${why}`, { sink: name, status, retryable, cause: error })
}
