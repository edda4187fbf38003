import type { RemoteWriteClient } from '../../clients/prometheus/remote-write.ts'
import { HttpError, SinkError } from '../../errors.ts'
import type { Sink } from '../../pipeline/types.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { RemoteWriteConfig } from './config.ts'
import { snapshotOf, type MetricSource, type SeriesSet, type Snapshot } from './snapshot.ts'

/** Snapshots kept while nobody takes them: ten minutes at the default interval. */
const MAX_PENDING = 40
/** Prometheus's own senders use no more in one request. */
const MAX_SERIES = 2000
const MAX_BACKOFF_MS = 300_000

/**
 * Metrics by remote write. Detections are no metrics: `write` takes them and does nothing. Instead `pushMetrics` is
 * called every `intervalMs`.
 */
export interface RemoteWriteSink extends Sink {
  readonly intervalMs: number
  /** Snapshots given up because the far side was away too long or refused them. */
  readonly droppedSnapshots: number
  /**
   * Takes a snapshot and sends it behind those that are still waiting; `waiting` if it was only kept.
   *
   * - Throws SinkError; if it is retryable the samples wait for the next call, the oldest are dropped at a bound.
   * - After a failure calls only collect, until a backoff that doubles up to five minutes is over; `now: true`, for
   *   the last call before the end, tries all the same.
   */
  pushMetrics(
    source: MetricSource,
    nowMs: number,
    signal: AbortSignal,
    options?: { readonly now?: boolean },
  ): Promise<'sent' | 'waiting'>
}

export function isRemoteWriteSink(sink: Sink): sink is RemoteWriteSink {
  return sink.type === 'remote-write' && 'pushMetrics' in sink
}

export interface RemoteWriteDeps {
  readonly client: RemoteWriteClient
  readonly logger: Logger
  /** Value of the label `instance`. */
  readonly instance: string
}

export function createRemoteWriteSink(
  config: RemoteWriteConfig,
  deps: RemoteWriteDeps,
): RemoteWriteSink {
  return new PrometheusSink(config, deps)
}

class PrometheusSink implements RemoteWriteSink {
  readonly name: string
  readonly type = 'remote-write'
  readonly required: boolean
  readonly intervalMs: number
  droppedSnapshots = 0
  readonly #client: RemoteWriteClient
  readonly #logger: Logger
  readonly #labels: Readonly<Record<string, string>>
  readonly #seen: SeriesSet = new Map()
  #pending: Snapshot[] = []
  #lastMs = 0
  #retryAtMs = 0
  #failures = 0

  constructor(config: RemoteWriteConfig, { client, logger, instance }: RemoteWriteDeps) {
    this.name = config.name
    this.required = config.required
    this.intervalMs = config.interval
    this.#client = client
    this.#logger = logger
    this.#labels = { ...config.labels, job: 'picket', instance }
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.#send({ series: [], metadata: [] }, signal)
  }

  async write(): Promise<void> {}

  async pushMetrics(
    source: MetricSource,
    nowMs: number,
    signal: AbortSignal,
    options: { readonly now?: boolean } = {},
  ): Promise<'sent' | 'waiting'> {
    // A clock set back must not send a series back in time: the whole request would be refused as out of order.
    const timestampMs = Math.max(nowMs, this.#lastMs + 1)
    const families = await source.getMetricsAsJSON()
    this.#lastMs = timestampMs
    this.#pending.push(
      snapshotOf(families, { timestampMs, labels: this.#labels, before: this.#seen }),
    )
    if (this.#pending.length > MAX_PENDING)
      this.#drop('Metrics were not taken for too long, the oldest are dropped.')

    const waiting = this.#retryAtMs - nowMs
    // A wait beyond the longest backoff means that the clock was set back.
    if (waiting > 0 && waiting <= MAX_BACKOFF_MS && options.now !== true) return 'waiting'
    await this.#drain(nowMs, signal)
    return 'sent'
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #drain(nowMs: number, signal: AbortSignal): Promise<void> {
    for (let oldest = this.#pending[0]; oldest !== undefined; oldest = this.#pending[0]) {
      try {
        await this.#send(oldest, signal)
      } catch (error) {
        if (error instanceof SinkError && !error.retryable) {
          this.#drop('Metrics were refused and dropped.', error)
        } else {
          this.#retryAtMs =
            nowMs + Math.min(MAX_BACKOFF_MS, this.intervalMs * 2 ** this.#failures++)
        }
        throw error
      }
      this.#pending.shift()
      this.#failures = 0
      this.#retryAtMs = 0
    }
  }

  #drop(message: string, error?: SinkError): void {
    this.#pending.shift()
    this.droppedSnapshots++
    this.#logger.debug({ sink: this.name, dropped: this.droppedSnapshots, err: error }, message)
  }

  async #send({ series, metadata }: Snapshot, signal: AbortSignal): Promise<void> {
    try {
      for (let from = 0; from === 0 || from < series.length; from += MAX_SERIES) {
        const part = series.slice(from, from + MAX_SERIES)
        await this.#client.push({ series: part, metadata: from === 0 ? metadata : [] }, signal)
      }
    } catch (error) {
      throw new SinkError(error instanceof Error ? error.message : String(error), {
        sink: this.name,
        status: error instanceof HttpError ? error.status : undefined,
        retryable: error instanceof HttpError ? error.retryable : true,
        cause: error,
      })
    }
  }
}
