import { setImmediate } from 'node:timers/promises'
import { StoreError } from '../store-error.ts'

/** Entries between two looks at the clock. */
export const TICK_ENTRIES = 1024
const SLICE_MS = 12
const TIMEOUT_MS = 60_000

/** Lets other requests have their turn in long evaluations, and ends those that take too long. */
export class Ticker {
  readonly #signal: AbortSignal | undefined
  readonly #deadline = performance.now() + TIMEOUT_MS
  #sliceEnd = performance.now() + SLICE_MS

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** True when it is time to call `pause`. */
  get isDue(): boolean {
    return performance.now() >= this.#sliceEnd
  }

  async pause(): Promise<void> {
    await setImmediate()
    this.#signal?.throwIfAborted()
    const now = performance.now()
    if (now > this.#deadline) {
      throw new StoreError(
        504,
        'Request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) to reduce the amount of data processed.',
      )
    }
    this.#sliceEnd = now + SLICE_MS
  }
}
