import type { CheckpointStore, CheckpointKind } from '../checkpoint/checkpoint-store.ts'
import type { Outbox } from '../checkpoint/outbox.ts'
import type { Capture } from '../checkpoint/record.ts'
import type { CheckpointMeta } from '../checkpoint/types.ts'
import type { Logger } from '../telemetry/logger.ts'
import { Backoff } from './backoff.ts'
import { reasonOf } from './failure.ts'
import type { Clock } from './types.ts'
import { Wake } from './wake.ts'

/** How often a checkpoint is written when only positions and counts have changed. */
const INTERVAL_MS = 1000
/** Writing takes at most about a tenth of the time: this many times as long as the last one took passes before the next. */
const REST = 9

export interface CheckpointerOptions {
  readonly store: CheckpointStore
  readonly outbox: Outbox
  readonly clock: Clock
  readonly logger: Logger
  /** The state of everything at this moment. Called once a checkpoint, between two batches. */
  readonly capture: (kind: CheckpointKind) => Capture
  /** The capture is on disk. Its failure is not the checkpoint's. */
  readonly onDurable: (meta: CheckpointMeta, bytes: number) => Promise<void>
  readonly random: () => number
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes checkpoints one after another: at once when detections wait for one, else every second if something has
 * changed. What comes while one is written goes into the next (group commit).
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions
  readonly #wake = new Wake()
  readonly #backoff: Backoff
  #wanted: 'no' | 'soon' | 'now' = 'no'
  #waiters: Waiter[] = []
  #lastEnd = Number.NEGATIVE_INFINITY
  #lastTook = 0
  #problem: string | undefined
  #failedUntil = 0

  constructor(options: CheckpointerOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
  }

  /** Why checkpoints cannot be written; undefined if they can. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Something changed that should be on disk within about a second. */
  soon(): void {
    if (this.#wanted !== 'no') return
    this.#wanted = 'soon'
    this.#wake.ring()
  }

  /** Detections wait for the next checkpoint. */
  now(): void {
    if (this.#wanted === 'now') return
    this.#wanted = 'now'
    this.#wake.ring()
  }

  /** Resolves when a state captured after this call is on disk; rejects if the checkpointer stops before. */
  done(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
      this.now()
    })
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      if (this.#wanted === 'no') {
        await this.#wake.wait(signal)
        continue
      }
      const wait = this.#due() - clock.now()
      if (wait > 0) {
        await this.#wake.waitAtMost(wait, clock, signal)
        continue
      }
      try {
        await this.save()
      } catch (error) {
        this.#failed(error)
      }
    }
    for (const { reject } of this.#waiters.splice(0)) reject(new Error('Picket is stopping.'))
  }

  /** Writes one now. Only before `run` has begun or after it has ended. */
  async save(): Promise<void> {
    const { store, outbox, clock, capture } = this.#options
    const waiters = this.#waiters.splice(0)
    const began = clock.now()
    this.#wanted = 'no'
    let bytes: number
    let taken: Capture
    try {
      const kind = store.next()
      taken = capture(kind)
      try {
        // No other turn of the event loop lies between the capture and what flush takes, so their lengths agree.
        await outbox.flush()
      } catch (error) {
        store.invalidate()
        throw error
      }
      bytes = await store.write(kind, taken)
    } catch (error) {
      this.#waiters.unshift(...waiters)
      this.#wanted = 'now'
      throw error
    }
    this.#lastEnd = clock.now()
    this.#lastTook = this.#lastEnd - began
    this.#recovered()
    for (const { resolve } of waiters) resolve()
    await this.#options.onDurable(taken.meta, bytes)
  }

  #due(): number {
    const rest = this.#lastTook * REST
    const pause = this.#wanted === 'now' ? Math.min(rest, INTERVAL_MS) : Math.max(rest, INTERVAL_MS)
    return Math.max(this.#lastEnd + pause, this.#failedUntil)
  }

  #failed(error: unknown): void {
    const { clock, logger } = this.#options
    this.#failedUntil = clock.now() + this.#backoff.next()
    const isFirst = this.#problem === undefined
    this.#problem = reasonOf(error)
    if (isFirst)
      logger.error(
        { reason: this.#problem },
        'The checkpoint could not be written, detections wait for it. Trying again.',
      )
  }

  #recovered(): void {
    this.#backoff.reset()
    this.#failedUntil = 0
    if (this.#problem !== undefined) this.#options.logger.info({}, 'Checkpoints are written again.')
    this.#problem = undefined
  }
}
