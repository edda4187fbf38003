import type { Outbox } from '../checkpoint/outbox.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { PipelineEvents } from './events.ts'
import { Gate } from './gate.ts'

/** Detections that may be in memory only, while the disk cannot take them. */
const MAX_PENDING_BYTES = 8 << 20

export interface RoomOptions {
  readonly outbox: Outbox
  /** Undelivered detections on disk; at this bound reading stops. */
  readonly maxBytes: number
  /** The sinks, as far as they have come. */
  readonly sinks: readonly { readonly sink: { readonly name: string }; readonly offset: number }[]
  readonly logger: Logger
  readonly events: PipelineEvents
}

/** Back-pressure: holds reading while too many detections wait for the slowest sink, or for the disk. */
export class Room {
  readonly #options: RoomOptions
  readonly #gate = new Gate()
  #isPaused = false

  constructor(options: RoomOptions) {
    this.#options = options
  }

  /** Resolves when there is room for more detections, or when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const { events, logger } = this.#options
    while (!signal.aborted && this.#isFull()) {
      if (!this.#isPaused) {
        this.#isPaused = true
        events.readingPaused(true)
        logger.warn(
          { bytes: this.#backlog(), sinks: this.#slowest() },
          'Too many detections wait for delivery, reading stops until there is room.',
        )
      }
      await this.#gate.wait(signal)
    }
  }

  /** To be called when a sink has come forward or the disk has taken something. */
  check(): void {
    if (!this.#isPaused || this.#isFull()) return
    this.#isPaused = false
    this.#options.events.readingPaused(false)
    this.#options.logger.info({}, 'Reading goes on.')
    this.#gate.open()
  }

  /** Why reading stands still; undefined if it does not. */
  get problem(): string | undefined {
    return this.#isPaused
      ? `reading stands still until ${this.#slowest().join(', ')} has taken its detections`
      : undefined
  }

  #isFull(): boolean {
    const { outbox, maxBytes } = this.#options
    return this.#backlog() >= maxBytes || outbox.pendingBytes >= MAX_PENDING_BYTES
  }

  #backlog(): number {
    const { outbox, sinks } = this.#options
    return outbox.length - Math.min(outbox.length, ...sinks.map(({ offset }) => offset))
  }

  #slowest(): string[] {
    const { sinks } = this.#options
    const oldest = Math.min(...sinks.map(({ offset }) => offset))
    return sinks.filter(({ offset }) => offset === oldest).map(({ sink }) => sink.name)
  }
}
