/** Requests that are recognised when a shipper repeats them because their answer was lost. */
const MAX_KNOWN = 1024
/** Of those, the ones that a new segment begins with, so that they outlive the older segments. */
const CARRIED = 256

/** Digests of the latest requests: on disk, or on their way there. */
export class KnownRequests {
  readonly #states = new Map<string, Promise<void> | true>()

  /** `true`: on disk. A promise: on its way, resolved once it is. Undefined: unknown. */
  get(digest: string): Promise<void> | true | undefined {
    return this.#states.get(digest)
  }

  set(digest: string, state: Promise<void> | true): void {
    this.#states.delete(digest)
    this.#states.set(digest, state)
    if (this.#states.size <= MAX_KNOWN) return
    for (const oldest of this.#states.keys()) {
      this.#states.delete(oldest)
      return
    }
  }

  delete(digest: string): void {
    this.#states.delete(digest)
  }

  /** Those on their way must not be among them: after a crash they would pass for stored. */
  carried(): string[] {
    return [...this.#states]
      .filter(([, state]) => state === true)
      .slice(-CARRIED)
      .map(([digest]) => digest)
  }
}
