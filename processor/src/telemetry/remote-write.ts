import type { Logger } from './logger.ts'

/** A sink that takes metrics, as `sinks/remote-write` does. */
export interface MetricsTarget<Source> {
  readonly name: string
  readonly intervalMs: number
  pushMetrics(
    source: Source,
    nowMs: number,
    signal: AbortSignal,
    options?: { readonly now?: boolean },
  ): Promise<'sent' | 'waiting'>
}

export interface RemoteWriteOptions<Source> {
  readonly target: MetricsTarget<Source>
  /** Picket's registry. */
  readonly source: Source
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> }
  readonly logger: Logger
  /** Called after every push, for `picket_sink_up`. */
  readonly onResult?: (up: boolean) => void
}

/** How long the last push at the end may take. */
const LAST_PUSH_MS = 5000

/**
 * Pushes metrics every interval until stopped, and once more then, so that the last counts arrive.
 * A failure is said once, and once more when it is over.
 */
export function startRemoteWrite<Source>(options: RemoteWriteOptions<Source>): {
  stop(): Promise<void>
} {
  const { target, clock } = options
  const stopping = new AbortController()
  const report = reporter(options)
  const loop = (async () => {
    for (;;) {
      await clock.sleep(target.intervalMs, stopping.signal)
      if (stopping.signal.aborted) return
      await attempt(stopping.signal)
    }
  })()

  async function attempt(signal: AbortSignal, last = false): Promise<void> {
    try {
      const result = await target.pushMetrics(options.source, clock.now(), signal, { now: last })
      if (result === 'sent') report(undefined)
    } catch (error) {
      // Stopping cuts a push short; the last one below sends the same samples again.
      if (last || !signal.aborted) report(error)
    }
  }

  let stopped: Promise<void> | undefined
  return {
    stop() {
      stopped ??= (async () => {
        stopping.abort()
        await loop
        await attempt(AbortSignal.timeout(LAST_PUSH_MS), true)
      })()
      return stopped
    },
  }
}

function reporter<Source>({
  target,
  logger,
  onResult,
}: RemoteWriteOptions<Source>): (error: unknown) => void {
  let failing = false
  return (error) => {
    onResult?.(error === undefined)
    if (error !== undefined && !failing) {
      logger.warn({ sink: target.name, err: error }, 'Metrics could not be sent, trying again.')
    }
    if (error === undefined && failing)
      logger.info({ sink: target.name }, 'Metrics are sent again.')
    failing = error !== undefined
  }
}
