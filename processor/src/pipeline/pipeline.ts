import { setMaxListeners } from 'node:events'
import type { CheckpointKind } from '../checkpoint/checkpoint-store.ts'
import type { Capture } from '../checkpoint/record.ts'
import type { CheckpointMeta } from '../checkpoint/types.ts'
import { CheckpointError } from '../errors.ts'
import { atMost } from './at-most.ts'
import { Checkpointer } from './checkpointer.ts'
import { inputState, sinkState } from './component-state.ts'
import type { ComponentState } from './component-state.ts'
import { Delivery } from './deliver.ts'
import { reasonOf } from './failure.ts'
import { Feeder } from './feeder.ts'
import { Intake } from './intake.ts'
import type { PipelineOptions } from './options.ts'
import { Room } from './room.ts'
import type { Source, SourceBatch } from './types.ts'

/** A source that does not return within this time when asked to stop is left alone. */
const STOP_GRACE_MS = 5000

/**
 * Sources to engine to outbox to sinks, and the checkpoint that ties them together.
 *
 * - A batch is fed as a whole in one turn of the event loop, so every checkpoint falls between two batches.
 * - A detection goes to a sink only after a checkpoint with it, its position and its engine state is on disk. After a
 *   crash the same lines meet the same state, and nothing that was delivered can turn out differently.
 * - `start` once, `stop` once; for another try make a new one.
 */
export class Pipeline {
  /** Resolves when every input has ended, never after `stop`; rejects when nothing can go on. */
  readonly finished: Promise<void>
  readonly #options: PipelineOptions
  readonly #intakes: readonly Intake[]
  readonly #deliveries: readonly Delivery[]
  readonly #checkpointer: Checkpointer
  readonly #reading = new AbortController()
  readonly #delivering = new AbortController()
  readonly #checkpointing = new AbortController()
  readonly #room: Room
  readonly #feeder: Feeder
  readonly #running: {
    intakes: Promise<unknown>
    deliveries: Promise<unknown>
    checkpointer: Promise<unknown>
  }
  #lastCheckpoint: number | undefined
  #isFrozen = false
  #isBroken = false
  #finish: () => void = () => undefined
  #break: (error: unknown) => void = () => undefined

  constructor(options: PipelineOptions) {
    this.#options = options
    const { loaded, outbox, store, clock, logger, events, random, crash } = options
    const detections = loaded?.meta.detections ?? 0
    this.#feeder = new Feeder({ engine: options.engine, outbox, detections, clock, events, crash })
    this.#checkpointer = new Checkpointer({
      store,
      outbox,
      clock,
      logger,
      random,
      capture: (kind) => this.#capture(kind),
      onDurable: (meta, bytes) => this.#durable(meta, bytes),
    })
    this.#intakes = options.sources.map((source) => {
      const saved = loaded?.meta.sources[source.name]
      return new Intake({
        source,
        saved: saved?.type === source.type ? saved : undefined,
        clock,
        logger,
        events,
        random,
        feed: (from, batch) => this.#feed(from, batch),
        room: (signal) => this.#room.wait(signal),
      })
    })
    this.#deliveries = options.sinks.map((sink) => {
      const saved = loaded?.meta.sinks[sink.name]
      return new Delivery({
        sink,
        outbox,
        saved: saved?.type === sink.type ? saved : undefined,
        start: { offset: outbox.length, done: detections },
        clock,
        logger,
        events,
        random,
        crash,
        checkpoint: () => this.#checkpointer.done(),
        moved: () => this.#moved(),
      })
    })
    this.#room = new Room({
      outbox,
      maxBytes: options.outboxMaxBytes,
      sinks: this.#deliveries,
      logger,
      events,
    })
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#break = (error) => {
        this.#isBroken = true
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
    // Whoever waits for it gets the error; nobody having to wait is no reason to end the process.
    this.finished.catch(() => undefined)
    // One listener or two a component; their number is the configuration's.
    setMaxListeners(0, this.#reading.signal, this.#delivering.signal, this.#checkpointing.signal)
    const none = Promise.resolve()
    this.#running = { intakes: none, deliveries: none, checkpointer: none }
  }

  /** Restores the engine, proves that a checkpoint can be written, and starts everything. Throws CheckpointError. */
  async start(): Promise<void> {
    try {
      await this.#restore()
    } catch (error) {
      await this.#close()
      throw error
    }
    this.#running.checkpointer = this.#checkpointer
      .run(this.#checkpointing.signal)
      .catch(this.#break)
    this.#running.deliveries = Promise.all(
      this.#deliveries.map((delivery) => delivery.run(this.#delivering.signal).catch(this.#break)),
    )
    this.#running.intakes = Promise.all(
      this.#intakes.map((intake) => intake.run(this.#reading.signal)),
    ).then(() => {
      if (!this.#reading.signal.aborted) this.#finish()
    }, this.#break)
  }

  async #restore(): Promise<void> {
    const { engine, loaded, logger, fingerprint } = this.#options
    if (loaded !== undefined) {
      try {
        engine.restore(loaded.engine)
      } catch (cause) {
        throw new CheckpointError(
          `The saved state cannot be used: ${reasonOf(cause)}. Run the version that wrote it, or move the state directory away to start anew.`,
          { cause },
        )
      }
      if (loaded.meta.fingerprint !== fingerprint)
        logger.info(
          {},
          'Detection options differ from the last run; scans seen so far keep their state.',
        )
    }
    try {
      await this.#checkpointer.save()
    } catch (cause) {
      throw new CheckpointError(`The state directory cannot be written: ${reasonOf(cause)}`, {
        cause,
      })
    }
  }

  /**
   * Stops reading, saves, gives the sinks `timeoutMs`, saves again, and closes everything. Never rejects.
   * Only after `start` has resolved.
   */
  async stop(timeoutMs = this.#options.shutdownTimeoutMs): Promise<void> {
    const { clock } = this.#options
    this.#reading.abort()
    await atMost(STOP_GRACE_MS, this.#running.intakes, clock)
    this.#isFrozen = true
    if (!this.#isBroken) {
      const until = clock.now() + timeoutMs
      await atMost(timeoutMs, this.#checkpointer.done(), clock)
      for (const delivery of this.#deliveries) delivery.finish()
      await atMost(Math.max(0, until - clock.now()), this.#running.deliveries, clock)
    }
    this.#delivering.abort()
    await atMost(STOP_GRACE_MS, this.#running.deliveries, clock)
    this.#checkpointing.abort()
    await this.#running.checkpointer
    if (!this.#isBroken)
      await this.#try('The last checkpoint could not be written.', () => this.#checkpointer.save())
    await this.#close()
  }

  /** Inputs and sinks as they are now. */
  components(): ComponentState[] {
    return [
      ...this.#intakes.map(inputState),
      ...this.#deliveries.map((delivery) => sinkState(delivery, this.#feeder.detections)),
    ]
  }

  /** What keeps Picket from doing its work; empty when it is ready. */
  problems(): string[] {
    const components = this.components().flatMap(({ role, name, required, problem }) =>
      required && problem !== undefined ? [`${role} ${name}: ${problem}`] : [],
    )
    const { problem } = this.#checkpointer
    return [
      ...components,
      ...(problem === undefined ? [] : [`checkpoint: ${problem}`]),
      ...(this.#room.problem === undefined ? [] : [this.#room.problem]),
    ]
  }

  /** Wall clock in ms of the last checkpoint; undefined before the first. */
  get lastCheckpoint(): number | undefined {
    return this.#lastCheckpoint
  }

  #feed(source: Source, batch: SourceBatch): void {
    if (this.#isFrozen) throw new Error(`${source.name} gave lines after it was asked to stop.`)
    if (this.#feeder.feed(source, batch) > 0) this.#checkpointer.now()
    else this.#checkpointer.soon()
  }

  #capture(kind: CheckpointKind): Capture {
    const { engine, outbox, clock, firstStart, fingerprint } = this.#options
    const meta: CheckpointMeta = {
      firstStart,
      savedAt: clock.now(),
      fingerprint,
      outbox: outbox.length,
      detections: this.#feeder.detections,
      sources: Object.fromEntries(
        this.#intakes.flatMap((intake) => {
          const saved = intake.saved()
          return saved === undefined ? [] : [[intake.source.name, saved]]
        }),
      ),
      sinks: Object.fromEntries(
        this.#deliveries.map((delivery) => [delivery.sink.name, delivery.saved()]),
      ),
    }
    return { meta, engine: kind === 'full' ? engine.full() : engine.changes() }
  }

  async #durable(meta: CheckpointMeta, bytes: number): Promise<void> {
    const { events, outbox, clock } = this.#options
    this.#lastCheckpoint = clock.now()
    events.checkpointed(this.#lastCheckpoint, bytes)
    this.#feeder.durable(meta.detections)
    for (const delivery of this.#deliveries) delivery.vouch(meta.outbox)
    await this.#try('Delivered detections could not be removed from the outbox.', () =>
      outbox.free(Math.min(meta.outbox, ...Object.values(meta.sinks).map(({ offset }) => offset))),
    )
    for (const { source } of this.#intakes) {
      const saved = meta.sources[source.name]
      if (saved !== undefined)
        await this.#try('An input could not be told its position.', async () =>
          source.commit?.(saved.position),
        )
    }
    this.#moved(false)
  }

  /** A sink came forward, or room appeared otherwise. */
  #moved(isChange = true): void {
    const { events } = this.#options
    if (isChange) this.#checkpointer.soon()
    for (const { sink, done } of this.#deliveries)
      events.sinkQueue(sink.name, this.#feeder.detections - done)
    this.#room.check()
  }

  async #close(): Promise<void> {
    for (const { sink } of this.#deliveries)
      await this.#try('A sink could not be closed.', () => sink.close())
    for (const { source } of this.#intakes)
      await this.#try('An input could not be closed.', async () => source.close?.())
    await this.#try('The checkpoint could not be closed.', () => this.#options.store.close())
    await this.#try('The outbox could not be closed.', () => this.#options.outbox.close())
  }

  async #try(message: string, action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      this.#options.logger.error({ err: error, reason: reasonOf(error) }, message)
    }
  }
}
