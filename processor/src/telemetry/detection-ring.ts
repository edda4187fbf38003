/** What the ring needs of a detection; an `EncodedDetection` is one. */
export interface RingDetection {
  readonly id: string
  /** Event time, nanoseconds since 1970, 19 digits. */
  readonly ns: string
  /** One line of JSON. */
  readonly json: string
}

export interface RingPage {
  readonly detections: readonly RingDetection[]
  /** Pass as `since` to go on behind this page. */
  readonly next: string
}

const DEFAULT_CAPACITY = 10_000

/**
 * The newest detections, for `/api/v1/detections` and the live page.
 *
 * Every detection has a number that only grows; a reader keeps the number it wants next (`cursor`) and asks when it
 * has room, so a slow reader costs nothing but falls behind, and is told when what it wanted is gone.
 */
export class DetectionRing {
  readonly #capacity: number
  readonly #slots: RingDetection[] = []
  readonly #numbers = new Map<string, number>()
  readonly #listeners = new Set<() => void>()
  #end = 0

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity
  }

  /** Number of the oldest detection kept. */
  get begin(): number {
    return Math.max(0, this.#end - this.#capacity)
  }

  /** Number that the next detection will have. */
  get end(): number {
    return this.#end
  }

  /** Adds those not in the ring yet, in order, and wakes the readers once. */
  push(...detections: readonly RingDetection[]): void {
    const before = this.#end
    for (const { id, ns, json } of detections) {
      if (this.#numbers.has(id)) continue
      const slot = this.#end % this.#capacity
      const old = this.#slots[slot]
      if (old !== undefined) this.#numbers.delete(old.id)
      this.#slots[slot] = { id, ns, json }
      this.#numbers.set(id, this.#end++)
    }
    if (this.#end > before) for (const wake of this.#listeners) wake()
  }

  /** Detection of a number from `begin` to `end`; undefined if it is gone or not there yet. */
  at(number: number): RingDetection | undefined {
    return number < this.begin || number >= this.#end
      ? undefined
      : this.#slots[number % this.#capacity]
  }

  /**
   * Where a reader goes on: behind the detection with the id `since`, or at the first one from a time on
   * (`2026-01-01T00:00:00Z`). At the oldest one if the id is not known (any more): better twice than lost.
   */
  cursor(since: string): number {
    const number = this.#numbers.get(since)
    if (number !== undefined) return number + 1
    const ms = /^\d{4}-\d\d-\d\d/.test(since) ? Date.parse(since) : Number.NaN
    if (Number.isNaN(ms)) return this.begin
    const ns = BigInt(ms) * 1_000_000n
    for (let at = this.begin; at < this.#end; at++) {
      if (BigInt(this.at(at)?.ns ?? 0) >= ns) return at
    }
    return this.#end
  }

  /** The first `limit` from `since` on; without `since` the newest. */
  page(since: string | undefined, limit: number): RingPage {
    const from = since === undefined ? Math.max(this.begin, this.#end - limit) : this.cursor(since)
    const detections: RingDetection[] = []
    for (let at = from; at < this.#end && detections.length < limit; at++) {
      const detection = this.at(at)
      if (detection !== undefined) detections.push(detection)
    }
    return { detections, next: detections.at(-1)?.id ?? since ?? '' }
  }

  /** Calls back after each `push`; returns what ends that. */
  subscribe(wake: () => void): () => void {
    this.#listeners.add(wake)
    return () => this.#listeners.delete(wake)
  }
}
