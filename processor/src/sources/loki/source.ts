import { createHttpClient } from '../../clients/http.ts'
import {
  createLokiClient,
  keepTail,
  selectorOf,
  type LokiClient,
} from '../../clients/loki/index.ts'
import type { LineBatch } from '../../core/batch.ts'
import { SourceError } from '../../errors.ts'
import type { BuildContext, Position, Source, SourceBatch } from '../../pipeline/types.ts'
import { parseStart, parseTime, type LokiSourceConfig } from './config.ts'
import { NO_LINES, readableAt } from './batch.ts'
import { sourceError } from './failure.ts'
import { LateLines } from './late.ts'
import { KnownStreams, MergedLines, type Choose } from './lines.ts'
import { HOUR_NS, max, min, Pager } from './pager.ts'
import { LokiPosition, savedPosition, type Cursor, type SavedPosition } from './position.ts'
import { Wake } from './wake.ts'
import { Walk, type Step } from './walk.ts'

const NS_PER_MS = 1_000_000n
const SECOND_NS = 1_000_000_000n
/** While forward reading is behind, every so many pages one of the late stretch. */
const FORWARD_PAGES_PER_LATE = 4
/** A clock this far ahead of the server's would move the cursor past lines that are still to come. */
const MAX_AHEAD_MS = 60_000

export function createLokiSource(config: LokiSourceConfig, context: BuildContext): Source {
  return new LokiSource(config, context)
}

/**
 * Reads firewall lines out of Loki, each once and in order (see Walk), and those that arrive later than `settle` as well
 * (see LateLines). The websocket tail only says when to poll.
 */
class LokiSource implements Source {
  readonly name: string
  readonly type = 'loki'
  readonly selector?: string
  readonly #config: LokiSourceConfig
  readonly #context: BuildContext
  readonly #client: LokiClient
  readonly #pager: Pager
  readonly #forward: Walk
  readonly #again: Walk
  readonly #streams = new KnownStreams()
  readonly #merged = new MergedLines()
  #saidAhead = false

  constructor(config: LokiSourceConfig, context: BuildContext) {
    this.name = context.name
    this.#config = config
    this.#context = context
    const { logger } = context
    const selector = selectorOf(config.query)?.selector
    if (selector !== undefined) this.selector = selector
    this.#client = createLokiClient(
      createHttpClient({ baseUrl: config.url, connection: config, logger }),
    )
    const now = (): bigint => this.#now()
    const walk = { client: this.#client, query: config.query, logger }
    this.#pager = new Pager({
      client: this.#client,
      query: config.query,
      limit: config.limit,
      now,
      logger,
    })
    this.#forward = new Walk({ ...walk, pager: this.#pager })
    this.#again = new Walk({ ...walk, pager: this.#pager })
  }

  async check(signal: AbortSignal): Promise<void> {
    try {
      const range = { from: this.#now() - HOUR_NS, to: this.#now() }
      await this.#client.check(this.#config.query, range, signal)
      const labels = await this.#client.labels(
        { from: range.from - 5n * HOUR_NS, to: range.to },
        signal,
      )
      if (labels.length === 0) {
        this.#context.logger.warn(
          { url: this.#client.url, tenant: this.#config.tenant },
          'Loki knows no labels at all for the last six hours. An unknown tenant looks just so: check tenant and url.',
        )
      }
    } catch (error) {
      throw sourceError(error, this.name, this.#config.query)
    }
  }

  async *read(from: Position | undefined, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    const stop = new AbortController()
    const onAbort = (): void => stop.abort()
    if (isOver(signal)) return
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await this.#askTime(stop.signal)
      await this.#askTies(stop.signal)
      yield* this.#batches(this.#resume(from), stop.signal)
    } catch (error) {
      if (!isOver(signal)) throw sourceError(error, this.name, this.#config.query)
    } finally {
      // Also when the consumer leaves early: the tail and a page under way end with it.
      stop.abort()
      signal.removeEventListener('abort', onAbort)
    }
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async *#batches(saved: SavedPosition, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    const { clock } = this.#context
    const endNs = this.#config.end === undefined ? undefined : parseTime(this.#config.end)
    const startedMs = clock.now()
    const late = endNs === undefined ? this.#lateLines(saved, startedMs) : undefined
    const wake = new Wake(clock, { pollMs: this.#config.poll, settleMs: this.#config.settle })
    if (this.#config.tail && endNs === undefined) this.#tail(wake, signal)

    let { cursor } = saved
    // Before the window moves on, what arrived while nobody was reading.
    while (late?.cursor !== undefined && !isOver(signal))
      yield await this.#latePage(late, cursor, signal)

    let ahead: { readonly step: Promise<Step>; readonly to: bigint } | undefined
    for (let pages = 1; !isOver(signal); pages++) {
      if (endNs !== undefined && cursor.ns >= endNs) return
      // After a long wait our clock may have jumped.
      if (ahead === undefined && clock.now() - this.#pager.answeredAtMs > MAX_AHEAD_MS)
        await this.#askTime(signal)
      const end = ahead?.to ?? this.#end(endNs)
      if (cursor.ns < end) {
        const step = await (ahead?.step ?? this.#forward.next(cursor, end, signal))
        cursor = step.cursor
        ahead = undefined
        const newEnd = max(end, this.#end(endNs))
        // Only what is behind a full page is worth asking for at once; at the end the next poll comes when it is due.
        if (cursor.ns < end) {
          ahead = { step: this.#forward.next(cursor, newEnd, signal), to: newEnd }
          // It is awaited in the next round, perhaps much later.
          ahead.step.catch(() => {})
        }
        const nowMs = clock.now()
        late?.advance(BigInt(Math.trunc(nowMs)) * NS_PER_MS)
        const lines = this.#lines(step, (page) => (i, stream) => {
          late?.remember(page, i, stream, nowMs)
          return true
        })
        yield {
          lines,
          next: new LokiPosition(cursor, late?.mark()),
          late: 0,
          duplicates: 0,
          lagSeconds: Math.max(0, Number(newEnd - cursor.ns) / 1e9),
          ...readableAt(lines, this.#config.settle, startedMs),
        }
      }
      if (late !== undefined && late.cursor === undefined && late.isDue(clock.now()))
        late.begin(cursor, clock.now())
      if (ahead !== undefined) {
        if (late?.cursor !== undefined && pages % FORWARD_PAGES_PER_LATE === 0) {
          yield await this.#latePage(late, cursor, signal)
        }
        continue
      }
      // While forward reading waits for the clock; a poll that is due goes first.
      const isForwardDue = (): boolean =>
        this.#end(endNs) - cursor.ns >= BigInt(this.#config.poll) * NS_PER_MS
      while (late?.cursor !== undefined && !isOver(signal) && !isForwardDue()) {
        yield await this.#latePage(late, cursor, signal)
      }
      if (late?.cursor === undefined && (endNs === undefined || cursor.ns < endNs))
        await wake.wait(signal)
    }
  }

  #lateLines(saved: SavedPosition, nowMs: number): LateLines | undefined {
    const { maxLateness, settle } = this.#config
    if (maxLateness === 0) return undefined
    const { logger } = this.#context
    return new LateLines(
      { maxLatenessMs: maxLateness, settleMs: settle, logger },
      { ...saved, nowMs },
    )
  }

  /** One page of the stretch that is read again. */
  async #latePage(late: LateLines, forward: Cursor, signal: AbortSignal): Promise<SourceBatch> {
    const step = await this.#again.next(late.cursor ?? forward, late.end, signal)
    const nowMs = this.#context.clock.now()
    let read = 0
    const lines = this.#lines(step, (page) => (i, stream) => {
      read += 1
      return late.isNew(page, i, stream, nowMs)
    })
    if (step.cursor.ns < late.end) late.cursor = step.cursor
    else late.finish(nowMs)
    return {
      lines,
      next: new LokiPosition(forward, late.mark()),
      late: lines.count,
      duplicates: read - lines.count,
      ...(lines.count > 0 && { readableAt: nowMs }),
    }
  }

  #lines(step: Step, choose: (page: NonNullable<Step['page']>) => Choose): LineBatch {
    const { page } = step
    const rest = { time: this.#config.time, reference: this.#context.reference }
    if (page === undefined) return { ...NO_LINES, ...rest }
    const before = {
      seconds: Number(step.before / SECOND_NS),
      nanos: Number(step.before % SECOND_NS),
    }
    const streams = page.labels.map((labels) => this.#streams.of(labels))
    return this.#merged.merge(page, before, streams, choose(page), rest)
  }

  /** Up to where lines may be read now: they have settled. */
  #end(endNs: bigint | undefined): bigint {
    const settled = this.#lokiNow() - BigInt(this.#config.settle) * NS_PER_MS
    return endNs === undefined ? settled : min(settled, endNs)
  }

  /** An answer, whatever it holds, tells the server's time. */
  async #askTime(signal: AbortSignal): Promise<void> {
    await this.#pager.page({ from: this.#now() - 1n, to: this.#now(), limit: 1, signal })
  }

  /** Picket's own store keeps the order of lines that share a nanosecond; a Loki that says its version does not. */
  async #askTies(signal: AbortSignal): Promise<void> {
    const version = await this.#client.version(signal)
    this.#merged.ties = version === undefined || version.endsWith('-picket') ? 'given' : 'text'
  }

  /** Our time, unless it is far ahead of the server's. */
  #lokiNow(): bigint {
    const behindMs = this.#pager.behindMs ?? 0
    const isAhead = behindMs > MAX_AHEAD_MS
    if (isAhead && !this.#saidAhead) {
      this.#context.logger.warn(
        { seconds: Math.round(behindMs / 1000) },
        'The clock of this machine is ahead of Loki’s, reading by Loki’s.',
      )
    }
    this.#saidAhead = isAhead
    return isAhead ? this.#now() - BigInt(behindMs) * NS_PER_MS : this.#now()
  }

  #resume(from: Position | undefined): SavedPosition {
    if (from !== undefined) {
      try {
        return savedPosition(from)
      } catch (cause) {
        throw new SourceError(
          `input ${this.name}: its position in the checkpoint cannot be read; remove the state directory to begin anew`,
          { source: this.name, retryable: false, cause },
        )
      }
    }
    const nowMs = Number(this.#lokiNow() / NS_PER_MS)
    const start = parseStart(this.#config.start, nowMs) ?? this.#lokiNow()
    const isRelative =
      parseTime(this.#config.start) === undefined && this.#config.start !== 'beginning'
    const settle = isRelative ? BigInt(this.#config.settle) * NS_PER_MS : 0n
    return { cursor: { ns: max(0n, start - settle) }, late: undefined }
  }

  #tail(wake: Wake, signal: AbortSignal): void {
    const { clock, logger } = this.#context
    void keepTail(
      {
        connect: () => this.#client.tailOptions(this.#config.query, this.#now()),
        onRing: () => wake.ring(),
        logger: logger.child({ component: 'tail' }),
        sleep: (ms, stop) => clock.sleep(ms, stop),
      },
      signal,
    )
  }

  #now(): bigint {
    return BigInt(Math.trunc(this.#context.clock.now())) * NS_PER_MS
  }
}

/** A call, because the compiler takes `signal.aborted` for constant between two looks at it. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}
