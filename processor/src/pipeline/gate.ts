/** A door for many waiters, opened again and again. */
export class Gate {
  readonly #waiting = new Set<() => void>()

  /** Lets all through that wait now. */
  open(): void {
    for (const pass of [...this.#waiting]) pass()
  }

  /** Resolves when the gate is opened, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const pass = (): void => {
        this.#waiting.delete(pass)
        signal.removeEventListener('abort', pass)
        resolve()
      }
      this.#waiting.add(pass)
      signal.addEventListener('abort', pass, { once: true })
    })
  }
}
