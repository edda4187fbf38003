/** A detection as it came. */
export interface Heard {
  readonly id: string
  /** ms since 1970. */
  readonly time: number
  readonly kind: string
  readonly level: number
  /** The event's own JSON. */
  readonly line: string
}

export interface FeedState {
  /** Sorted by time, oldest first; the newest `LIMIT` of all that came. */
  readonly detections: readonly Heard[]
  /** True if there were older ones that Picket or this page no longer keeps. */
  readonly isCut: boolean
  /** False until all that Picket keeps has been read. */
  readonly isComplete: boolean
}

const LIMIT = 20_000
const PAGE = 1000
const RETRY_MS = 5000
const SETTLED_MS = 5000
/** Updates come at most so often, and take at most a tenth of the time. */
const BATCH_MS = 250
const COST_FACTOR = 10

const EMPTY: FeedState = { detections: [], isCut: false, isComplete: false }

/** All detections that Picket keeps, then those that it finds, in batches. */
export class DetectionFeed {
  #state = EMPTY
  readonly #ids = new Set<string>()
  readonly #listeners = new Set<() => void>()
  #waiting: Heard[] = []
  #isCut = false
  #timer: number | undefined
  #stream: EventSource | undefined
  #wait = BATCH_MS

  readonly state = (): FeedState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    void this.#readAll().catch(() => window.setTimeout(() => this.start(), RETRY_MS))
  }

  /** How long showing the last batch took, ms: on a slow machine they come less often. */
  tookMs(ms: number): void {
    this.#wait = Math.max(BATCH_MS, ms * COST_FACTOR)
  }

  async #readAll(): Promise<void> {
    // Asked first: whatever is found meanwhile makes more than this, not fewer.
    const { totals } = await getJson<{ totals: { detections: number } }>('/api/v1/report?top=0')
    let since = ''
    for (;;) {
      const query = new URLSearchParams({ since, limit: String(PAGE) })
      const { detections, next } = await getJson<{ detections: unknown[]; next: string }>(
        `/api/v1/detections?${query.toString()}`,
      )
      for (const detection of detections) this.#take(JSON.stringify(detection))
      since = next
      if (detections.length < PAGE) break
    }
    this.#flush()
    // Those found last come a moment later than the report counts them.
    window.setTimeout(() => {
      this.#isCut ||= this.#ids.size < totals.detections
      this.#flush()
    }, SETTLED_MS)
    this.#follow(since)
  }

  #follow(since: string): void {
    this.#stream?.close()
    const stream = new EventSource(`/api/v1/detections?since=${encodeURIComponent(since)}`)
    this.#stream = stream
    stream.addEventListener('message', (event: MessageEvent<string>) => {
      this.#take(event.data)
      this.#timer ??= window.setTimeout(() => this.#flush(), this.#wait)
    })
    stream.addEventListener('error', () => {
      // The browser connects again by itself, with Last-Event-ID, unless the answer forbade it.
      if (stream.readyState !== EventSource.CLOSED) return
      window.setTimeout(() => this.#follow(this.#state.detections.at(-1)?.id ?? ''), RETRY_MS)
    })
  }

  #take(line: string): void {
    const heard = heardFrom(line)
    // After a reconnection some come twice: better so than never.
    if (heard === undefined || this.#ids.has(heard.id)) return
    this.#ids.add(heard.id)
    this.#waiting.push(heard)
  }

  #flush(): void {
    window.clearTimeout(this.#timer)
    this.#timer = undefined
    const all = [...this.#state.detections, ...this.#waiting.splice(0)].sort(
      (a, b) => a.time - b.time,
    )
    const gone = all.splice(0, Math.max(0, all.length - LIMIT))
    for (const { id } of gone) this.#ids.delete(id)
    this.#isCut ||= gone.length > 0
    this.#state = {
      detections: all,
      isCut: this.#isCut,
      isComplete: true,
    }
    for (const listener of this.#listeners) listener()
  }
}

async function getJson<T>(path: string): Promise<T> {
  const answer = await fetch(path)
  if (!answer.ok) throw new Error(`Picket answered ${answer.status}`)
  return (await answer.json()) as T
}

function heardFrom(line: string): Heard | undefined {
  try {
    const { id, time, kind, dangerLevel } = JSON.parse(line) as Record<string, unknown>
    const ms = Date.parse(String(time))
    if (typeof id !== 'string' || Number.isNaN(ms)) return undefined
    return { id, time: ms, kind: String(kind), level: Number(dangerLevel), line }
  } catch {
    return undefined
  }
}
