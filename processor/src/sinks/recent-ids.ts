/** Ids seen lately, for sinks whose far side cannot tell a repeat. Bounded: the oldest are forgotten first. */
export class RecentIds {
  readonly #capacity: number
  readonly #ids = new Set<string>()

  constructor(capacity = 10_000) {
    this.#capacity = capacity
  }

  /** Those not seen yet, each once. */
  fresh<T extends { readonly id: string }>(events: readonly T[]): T[] {
    const batch = new Set<string>()
    return events.filter(({ id }) => {
      if (this.#ids.has(id) || batch.has(id)) return false
      batch.add(id)
      return true
    })
  }

  add(events: readonly { readonly id: string }[]): void {
    for (const { id } of events) this.#ids.add(id)
    for (const id of this.#ids) {
      if (this.#ids.size <= this.#capacity) return
      this.#ids.delete(id)
    }
  }

  clear(): void {
    this.#ids.clear()
  }
}
