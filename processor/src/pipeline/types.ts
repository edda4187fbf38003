import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { LineBatch } from '../core/batch.ts'
import type { EncodedDetection } from '../core/detection.ts'
import type { Logger } from '../telemetry/logger.ts'

/** Where an input continues after a restart: opaque plain JSON, made and read by that input alone. */
export interface Position {
  readonly kind: string
}

/** What an input hands over: lines, and the position that follows them. */
export interface SourceBatch {
  readonly lines: LineBatch
  /** Continue here when these lines have been processed. */
  readonly next: Position
  /** Of `lines.count`: found later than `settle`, by reading `maxLateness` again. */
  readonly late: number
  /** Lines that were read again and recognised (counted as duplicate; they are not in `lines`). */
  readonly duplicates: number
  /** How far behind the newest readable line this batch is, in seconds, if known. */
  readonly lagSeconds?: number
  /** Wall clock (ms) at which the newest of these lines became readable, for the latency histogram. */
  readonly readableAt?: number
}

/**
 * An input.
 *
 * - `check` does what reading will do, as lightly as it can, and throws SourceError in the user's words.
 * - `read` yields batches until the signal aborts or the input ends; back-pressure is the consumer not asking for more.
 *   The batch is only valid until the next one is asked for. It may yield a batch with `count` 0 to move the position.
 * - It retries nothing beyond a blip. What outlasts that is thrown as SourceError and the pipeline calls `read` again with
 *   backoff, from the last position that it processed.
 * - On abort it returns (no throw) as soon as it can.
 * - `commit` is called once the position is durable (the push spool frees its files there).
 */
export interface Source {
  readonly name: string
  readonly type: string
  check(signal: AbortSignal): Promise<void>
  read(from: Position | undefined, signal: AbortSignal): AsyncIterable<SourceBatch>
  commit?(position: Position): Promise<void>
  close?(): Promise<void>
  /** LogQL stream selector for evidence links, for inputs that are Loki. */
  readonly selector?: string
}

/**
 * A sink.
 *
 * - `write` delivers all or throws SinkError; the same id twice has one effect. It never reorders and never swallows.
 *   `retryable: false` means that these events can never be delivered: the pipeline splits the batch, then counts the drop.
 * - `mark`/`resume`: a sink that appends (JSONL) says after each write how long its output is, and cuts it back to that
 *   length when resumed, so that a crash repeats nothing. The mark is stored with the sink's position in the checkpoint.
 */
export interface Sink {
  readonly name: string
  readonly type: string
  readonly required: boolean
  check(signal: AbortSignal): Promise<void>
  write(events: readonly EncodedDetection[], signal: AbortSignal): Promise<void>
  mark?(): unknown
  resume?(mark: unknown): Promise<void>
  close(): Promise<void>
}

/** What the pipeline needs of the clock, so that tests bring their own. */
export interface Clock {
  /** Wall clock in ms. */
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve()
        return
      }
      const timer = setTimeout(done, ms)
      function done(): void {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      signal?.addEventListener('abort', done, { once: true })
    }),
}

/** A path that a component serves on Picket's HTTP port (the push endpoint does). */
export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Exact path. */
  readonly path: string
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> | void
}

/** What a source or sink is built with. */
export interface BuildContext {
  readonly name: string
  /** A folder of this component's own below the state directory; made by the component when it needs one. */
  readonly stateDir: string
  readonly logger: Logger
  readonly clock: Clock
  /** Seconds since 1970: start of the first run, for lines without a year (kept in the checkpoint). */
  readonly reference: number
}

/** An input as the configuration knows it; `create` does no I/O. */
export interface SourceKind<S extends z.ZodType = z.ZodType> {
  readonly type: string
  /** Strict object with `type: z.literal(type)`, `name` and `time`. */
  readonly schema: S
  create(
    config: z.output<S>,
    context: BuildContext,
  ): Source & { readonly routes?: readonly HttpRoute[] }
}

export interface SinkKind<S extends z.ZodType = z.ZodType> {
  readonly type: string
  /** Strict object with `type: z.literal(type)`, `name` and `required`. */
  readonly schema: S
  create(config: z.output<S>, context: BuildContext): Sink
}
