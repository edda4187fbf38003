import type { CrashPoints } from '../checkpoint/crash-points.ts'
import type { Outbox } from '../checkpoint/outbox.ts'
import { NO_TIME } from '../core/batch.ts'
import type { LineBatch } from '../core/batch.ts'
import type { EncodedDetection } from '../core/detection.ts'
import type { EngineApi, FeedCounts } from '../core/engine-api.ts'
import { encodeDetection } from './encode.ts'
import type { PipelineEvents } from './events.ts'
import type { Clock, Source, SourceBatch } from './types.ts'

/** How often memory of ended scans is freed. */
const EXPIRE_EVERY_MS = 10_000
const NOTHING: FeedCounts = { packets: 0, notAPacket: 0, malformed: 0, ignored: 0 }

export interface FeederOptions {
  readonly engine: EngineApi
  readonly outbox: Outbox
  /** Detections since the first run, up to the checkpoint that was loaded. */
  readonly detections: number
  readonly clock: Clock
  readonly events: PipelineEvents
  readonly crash: CrashPoints
}

/** Batches into the engine, detections out of it into the outbox: all of a batch in one turn of the event loop. */
export class Feeder {
  readonly #options: FeederOptions
  #detections: number
  /** Found, but not in a checkpoint on disk. */
  #undurable: EncodedDetection[] = []
  #lastExpire: number

  constructor(options: FeederOptions) {
    this.#options = options
    this.#detections = options.detections
    this.#lastExpire = options.clock.now()
  }

  /** Detections since the first run. */
  get detections(): number {
    return this.#detections
  }

  /** Returns how many detections the batch gave. */
  feed(source: Source, batch: SourceBatch): number {
    const { engine, events, outbox, crash } = this.#options
    const { lines, duplicates, late, lagSeconds } = batch
    if (lines.count === 0 && duplicates === 0) {
      // How far reading is, is news even where nothing was read.
      if (lagSeconds !== undefined)
        events.fed(source.name, NOTHING, { duplicates, late, lagSeconds, newestSeconds: undefined })
      return 0
    }
    const before = this.#detections
    const counts = engine.feed(
      lines,
      (detection) => {
        const event = encodeDetection(detection, batch.readableAt)
        outbox.append(event)
        this.#undurable.push(event)
        this.#detections++
        events.detected(event)
      },
      { selector: source.selector, input: source.name },
    )
    const newestSeconds = counts.packets > 0 ? newest(lines) : undefined
    events.fed(source.name, counts, { duplicates, late, lagSeconds, newestSeconds })
    crash.hit('batch-fed')
    this.#expire()
    return this.#detections - before
  }

  /** The first `detections` since the first run are on disk: says so of those for which it is new. */
  durable(detections: number): void {
    const later = this.#detections - detections
    const published = this.#undurable.splice(0, this.#undurable.length - later)
    if (published.length > 0) this.#options.events.durable(published)
  }

  /** Frees memory now and then; no result depends on when. */
  #expire(): void {
    const { engine, clock } = this.#options
    if (clock.now() - this.#lastExpire < EXPIRE_EVERY_MS) return
    this.#lastExpire = clock.now()
    const { lastPacketSeconds } = engine.stats()
    if (lastPacketSeconds !== undefined) engine.expire(lastPacketSeconds)
  }
}

/** Entries may stand out of order where several streams or late ones are in a batch. */
function newest({ seconds, count }: LineBatch): number | undefined {
  let latest = NO_TIME
  for (let i = 0; i < count; i++) if (seconds[i]! > latest) latest = seconds[i]!
  return latest === NO_TIME ? undefined : latest
}
