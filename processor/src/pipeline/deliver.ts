import type { CrashPoints } from '../checkpoint/crash-points.ts'
import type { Outbox } from '../checkpoint/outbox.ts'
import type { SavedSink } from '../checkpoint/types.ts'
import type { EncodedDetection } from '../core/detection.ts'
import type { Logger } from '../telemetry/logger.ts'
import { Backoff } from './backoff.ts'
import type { PipelineEvents } from './events.ts'
import { isHopeless, reasonOf } from './failure.ts'
import type { Clock, Sink } from './types.ts'
import { Wake } from './wake.ts'

/** At most this much is handed to a sink at once. */
const WRITE = { events: 1000, bytes: 1 << 20 }

export interface DeliveryOptions {
  readonly sink: Sink
  readonly outbox: Outbox
  /** What the checkpoint knows of this sink; undefined for a new one. */
  readonly saved: SavedSink | undefined
  /** Where a new sink begins: offset, and detections before it. */
  readonly start: { readonly offset: number; readonly done: number }
  readonly clock: Clock
  readonly logger: Logger
  readonly events: PipelineEvents
  readonly random: () => number
  readonly crash: CrashPoints
  /** Resolves once a checkpoint with the present state of everything is on disk. */
  readonly checkpoint: () => Promise<void>
  /** The offset moved: a checkpoint should follow, and the outbox may have room again. */
  readonly moved: () => void
}

/**
 * One sink on its way through the outbox, at its own pace and from its own offset.
 *
 * - Only what a checkpoint holds is delivered (`vouch`), so that a crash can never turn delivered detections into others.
 * - A failure that may pass is retried with backoff for ever; detections that the sink can never take are found by
 *   halving, dropped one by one, and counted.
 * - A sink that appends is cut back to its mark first, and a checkpoint knows that mark before anything new is written.
 */
export class Delivery {
  readonly sink: Sink
  readonly #options: DeliveryOptions
  readonly #wake = new Wake()
  readonly #backoff: Backoff
  #offset: number
  #done: number
  #mark: unknown
  #vouched = 0
  #finishing = false
  #problem: string | undefined = 'not yet checked'
  #isSaid = false

  constructor(options: DeliveryOptions) {
    this.sink = options.sink
    this.#options = options
    this.#offset = (options.saved ?? options.start).offset
    this.#done = (options.saved ?? options.start).done
    this.#mark = options.saved?.mark
    this.#backoff = new Backoff(options.random)
  }

  /** Why the sink cannot be used; undefined if it can. */
  get problem(): string | undefined {
    return this.#problem
  }

  get offset(): number {
    return this.#offset
  }

  /** Detections delivered or dropped since the first run. */
  get done(): number {
    return this.#done
  }

  saved(): SavedSink {
    const base = { type: this.sink.type, offset: this.#offset, done: this.#done }
    return this.#mark === undefined ? base : { ...base, mark: this.#mark }
  }

  /** A checkpoint on disk holds everything up to this offset. */
  vouch(length: number): void {
    this.#vouched = length
    this.#wake.ring()
  }

  /** Deliver what there is, then end; a sink that fails once more is left as it is. */
  finish(): void {
    this.#finishing = true
    this.#wake.ring()
  }

  /** Ends when the signal aborts, or after `finish`. */
  async run(signal: AbortSignal): Promise<void> {
    const { sink, outbox, saved } = this.#options
    let isResumed = false
    const start = async (): Promise<void> => {
      if (!isResumed && saved?.mark !== undefined) await sink.resume?.(saved.mark)
      isResumed = true
      await sink.check(signal)
      await this.#saveMark()
    }
    if (!(await this.#tryUntilDone(start, signal))) return
    while (!signal.aborted) {
      const slice = await outbox.read(this.#offset, this.#vouched, WRITE)
      if (slice.next === this.#offset) {
        if (this.#finishing) return
        await this.#wake.wait(signal)
        continue
      }
      if (!(await this.#deliver(slice.events, slice.ends, signal))) return
      if (slice.damaged > 0) this.#dropped(slice.damaged, 'the outbox was damaged on disk')
      this.#advance(slice.next, slice.damaged)
    }
  }

  /** Before the first write, or a crash right after it would leave nothing to cut back to. */
  async #saveMark(): Promise<void> {
    const mark = this.sink.mark?.()
    if (mark === undefined || JSON.stringify(mark) === JSON.stringify(this.#mark)) return
    this.#mark = mark
    await this.#options.checkpoint()
  }

  /** False if it was stopped. */
  async #deliver(
    events: readonly EncodedDetection[],
    ends: readonly number[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const { sink, crash, clock } = this.#options
    if (events.length === 0) return true
    let hopeless: unknown
    const done = await this.#tryUntilDone(async () => {
      try {
        await sink.write(events, signal)
      } catch (error) {
        if (signal.aborted || !isHopeless(error)) throw error
        hopeless = error
      }
    }, signal)
    if (!done) return false
    const end = ends.at(-1) ?? this.#offset
    if (hopeless === undefined) {
      crash.hit('sink-accepted')
      this.#advance(end, events.length)
      this.#options.events.sinkDelivered(sink.name, events.length)
      for (const { readableAt } of events)
        if (readableAt !== undefined)
          this.#options.events.latency(sink.name, Math.max(0, clock.now() - readableAt) / 1000)
      return true
    }
    if (events.length === 1) {
      this.#dropped(1, reasonOf(hopeless), events[0]?.id)
      this.#advance(end, 1)
      return true
    }
    const half = events.length >> 1
    return (
      (await this.#deliver(events.slice(0, half), ends.slice(0, half), signal)) &&
      (await this.#deliver(events.slice(half), ends.slice(half), signal))
    )
  }

  /** Tries until it succeeds; false if it was stopped or, while finishing, failed. */
  async #tryUntilDone(attempt: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      try {
        await attempt()
        this.#recovered()
        return true
      } catch (error) {
        // Asked again, because the attempt may have ended by being aborted.
        if (isAborted(signal)) return false
        this.#failed(error)
        if (this.#finishing) return false
        await this.#pause(this.#backoff.next(), signal)
      }
    }
    return false
  }

  /** Rings of the bell that announce more detections do not shorten the wait; `finish` does. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const until = clock.now() + ms
    for (let left = ms; left > 0 && !signal.aborted && !this.#finishing; left = until - clock.now())
      await this.#wake.waitAtMost(left, clock, signal)
    this.#wake.ring()
  }

  #advance(offset: number, count: number): void {
    if (offset === this.#offset) return
    this.#offset = offset
    this.#done += count
    this.#mark = this.sink.mark?.()
    this.#options.moved()
  }

  #failed(error: unknown): void {
    const { sink, logger, events } = this.#options
    this.#problem = reasonOf(error)
    events.sinkUp(sink.name, false)
    events.sinkRetried(sink.name)
    if (this.#isSaid) return
    this.#isSaid = true
    logger.warn({ sink: sink.name, reason: this.#problem }, 'Sink failed, detections wait for it.')
    logger.debug({ sink: sink.name, err: error }, 'Why the sink failed.')
  }

  #recovered(): void {
    const { sink, logger, events } = this.#options
    this.#backoff.reset()
    if (this.#problem === undefined) return
    this.#problem = undefined
    events.sinkUp(sink.name, true)
    if (this.#isSaid) logger.info({ sink: sink.name }, 'Sink works again.')
    this.#isSaid = false
  }

  #dropped(count: number, reason: string, id?: string): void {
    const { sink, logger, events } = this.#options
    events.sinkDropped(sink.name, count)
    logger.error(
      { sink: sink.name, count, reason, ...(id === undefined ? {} : { id }) },
      'Detections were dropped.',
    )
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
