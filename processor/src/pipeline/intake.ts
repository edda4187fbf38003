import { setImmediate } from 'node:timers/promises'
import type { SavedSource } from '../checkpoint/types.ts'
import type { Logger } from '../telemetry/logger.ts'
import { Backoff } from './backoff.ts'
import type { PipelineEvents } from './events.ts'
import { reasonOf } from './failure.ts'
import type { Clock, Position, Source, SourceBatch } from './types.ts'

/** A source that has failed counts as well again once it gave a batch, or read on for this long. */
const WELL_AFTER_MS = 5000

export interface IntakeOptions {
  readonly source: Source
  /** What the checkpoint knows of this source; undefined for a new one. */
  readonly saved: SavedSource | undefined
  readonly clock: Clock
  readonly logger: Logger
  readonly events: PipelineEvents
  readonly random: () => number
  /** Feeds the lines; what it throws is no failure of the source and ends everything. */
  readonly feed: (source: Source, batch: SourceBatch) => void
  /** Resolves when there is room for more detections. */
  readonly room: (signal: AbortSignal) => Promise<void>
}

/** One source: read, feed, remember the position; after a failure again from there, with backoff, for ever. */
export class Intake {
  readonly source: Source
  readonly #options: IntakeOptions
  readonly #backoff: Backoff
  #position: Position | undefined
  #problem: string | undefined = 'not yet checked'
  #isSaid = false
  #isEnded = false

  constructor(options: IntakeOptions) {
    this.source = options.source
    this.#options = options
    this.#backoff = new Backoff(options.random)
    this.#position = options.saved?.position
  }

  /** Why the source cannot be read; undefined if it can. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** The input came to its end, as a finished stdin does. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  saved(): SavedSource | undefined {
    return this.#position === undefined
      ? undefined
      : { type: this.source.type, position: this.#position }
  }

  /** Ends when the signal aborts or the input ends. Rejects only with what `feed` throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, clock } = this.#options
    while (!signal.aborted) {
      const attempt = new AbortController()
      const fatal: { error?: unknown } = {}
      try {
        await source.check(signal)
        if (isAborted(signal)) return
        if (this.#isSaid) void this.#wellIfItLasts(attempt.signal)
        else this.#recovered()
        if (await this.#read(signal, fatal)) {
          this.#isEnded = !isAborted(signal)
          return
        }
      } catch (error) {
        if (isAborted(signal)) return
        this.#failed(error)
        await clock.sleep(this.#backoff.next(), signal)
      } finally {
        attempt.abort()
      }
      if ('error' in fatal) throw fatal.error
    }
  }

  /** True when the source has nothing more; false when feeding failed. Throws what the source throws. */
  async #read(signal: AbortSignal, fatal: { error?: unknown }): Promise<boolean> {
    const { source, feed, room } = this.#options
    for await (const batch of source.read(this.#position, signal)) {
      if (signal.aborted && batch.lines.count === 0) break
      try {
        feed(source, batch)
      } catch (error) {
        // Half of the batch may be in the engine: neither this state nor this position may be saved or read on from.
        fatal.error = error
        return false
      }
      this.#position = batch.next
      this.#recovered()
      await setImmediate()
      await room(signal)
    }
    return true
  }

  async #wellIfItLasts(signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(WELL_AFTER_MS, signal)
    if (!signal.aborted) this.#recovered()
  }

  #failed(error: unknown): void {
    const { source, logger, events } = this.#options
    this.#problem = reasonOf(error)
    events.inputUp(source.name, false)
    if (this.#isSaid) return
    this.#isSaid = true
    logger.warn({ input: source.name, reason: this.#problem }, 'Input failed, trying again.')
    logger.debug({ input: source.name, err: error }, 'Why the input failed.')
  }

  #recovered(): void {
    const { source, logger, events } = this.#options
    this.#backoff.reset()
    if (this.#problem === undefined) return
    this.#problem = undefined
    events.inputUp(source.name, true)
    if (this.#isSaid) logger.info({ input: source.name }, 'Input works again.')
    this.#isSaid = false
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
