import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../src/pipeline/types.ts'

/** A clock that stands still but for sleeping, and does what is due on the way. */
export class VirtualClock implements Clock {
  #now: number
  readonly #due: { readonly at: number; readonly run: () => void }[] = []

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** Runs once the clock has reached `at` (ms). */
  at(at: number, run: () => void): void {
    if (at <= this.#now) run()
    else this.#due.push({ at, run })
  }

  set(now: number): void {
    this.#now = now
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await setImmediate()
    if (isOver(signal)) return
    const until = this.#now + ms
    for (;;) {
      const next = this.#due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#due.splice(this.#due.indexOf(next), 1)
      this.#now = Math.max(this.#now, next.at)
      next.run()
      if (isOver(signal)) return
    }
    this.#now = until
  }
}

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
