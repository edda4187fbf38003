const FIRST_MS = 500
const MAX_MS = 60_000

/**
 * How long to wait before the next try: half a second, doubled each time up to a minute, less a random part of up to a
 * half, so that many Pickets do not return to a service that recovers at the same moment.
 */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  /** `random` gives numbers from 0 up to but not including 1. */
  constructor(random: () => number) {
    this.#random = random
  }

  next(): number {
    const ms = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(this.#failures++, 20))
    return Math.round(ms * (1 - this.#random() / 2))
  }

  reset(): void {
    this.#failures = 0
  }
}
