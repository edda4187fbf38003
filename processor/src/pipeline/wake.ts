import type { Clock } from './types.ts'

/** A bell for one listener. A ring that nobody waits for is kept for the next wait, so none is missed in between. */
export class Wake {
  #isRung = false
  #listener: (() => void) | undefined

  ring(): void {
    if (this.#listener === undefined) this.#isRung = true
    else this.#listener()
  }

  /** Resolves at the next ring, or when the signal aborts. The caller looks again what has changed. */
  wait(signal: AbortSignal): Promise<void> {
    if (this.#isRung || signal.aborted) {
      this.#isRung = false
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const done = (): void => {
        if (this.#listener === done) this.#listener = undefined
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#listener = done
      signal.addEventListener('abort', done, { once: true })
    })
  }

  /** Resolves at the next ring, after `ms`, or when the signal aborts. */
  async waitAtMost(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    // Not AbortSignal.any: a signal that lives as long as the process would remember each of them.
    const enough = new AbortController()
    const stop = (): void => enough.abort()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    await Promise.race([this.wait(enough.signal), clock.sleep(ms, enough.signal)])
    signal.removeEventListener('abort', stop)
    stop()
  }
}
