import type { Clock } from '../../pipeline/types.ts'

/** Polls that the bell asks for are at least this far apart. */
const MIN_GAP_MS = 200
/** The end of a range is exclusive, and clocks differ a little: a line of this very moment has to be inside. */
const MARGIN_MS = 20

/**
 * When to poll next.
 *
 * A line that is announced now is read once it has settled, so a ring means a poll `settleMs` later. Without
 * rings a poll comes every `pollMs`.
 */
export class Wake {
  readonly #clock: Clock
  readonly #pollMs: number
  readonly #settleMs: number
  #due: number | undefined
  #lastRing = Number.NEGATIVE_INFINITY
  #interrupt: (() => void) | undefined

  constructor(clock: Clock, options: { readonly pollMs: number; readonly settleMs: number }) {
    this.#clock = clock
    this.#pollMs = options.pollMs
    this.#settleMs = options.settleMs + MARGIN_MS
  }

  ring(): void {
    this.#lastRing = this.#clock.now()
    if (this.#due !== undefined) return
    this.#due = this.#lastRing + this.#settleMs
    this.#interrupt?.()
  }

  /** Waits until a poll is due, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const started = this.#clock.now()
    while (!signal.aborted) {
      const now = this.#clock.now()
      const due = Math.min(started + this.#pollMs, this.#due ?? Number.POSITIVE_INFINITY)
      // A clock that was set back must not put the poll off for as long.
      const waitMs = Math.min(due - now, this.#pollMs)
      if (waitMs <= 0 || now < started) break
      await this.#sleep(waitMs, signal)
    }
    const now = this.#clock.now()
    if (this.#due === undefined || now < this.#due) return
    const lastDue = this.#lastRing + this.#settleMs
    this.#due = lastDue > now ? Math.min(lastDue, now + MIN_GAP_MS) : undefined
  }

  /** Sleeps, but no longer than until the next ring that counts. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const controller = new AbortController()
    const stop = (): void => controller.abort()
    signal.addEventListener('abort', stop, { once: true })
    this.#interrupt = stop
    await this.#clock.sleep(ms, controller.signal)
    this.#interrupt = undefined
    signal.removeEventListener('abort', stop)
  }
}
