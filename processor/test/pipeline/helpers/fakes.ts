import { batchOf } from '../../../src/core/batch.ts'
import type { LineBatch } from '../../../src/core/batch.ts'
import type { Detection } from '../../../src/core/detection.ts'
import type {
  EngineApi,
  EngineStats,
  FeedContext,
  FeedCounts,
} from '../../../src/core/engine-api.ts'
import { DEFAULT_ENGINE_OPTIONS } from '../../../src/core/options.ts'
import type { EncodedDetection } from '../../../src/core/detection.ts'
import type { Clock, Position, Sink, Source, SourceBatch } from '../../../src/pipeline/types.ts'
import type { Logger } from '../../../src/telemetry/logger.ts'

/** Waits are shortened a hundredfold: what a test says must not depend on how long they really are. */
export function hurriedClock(): Clock {
  const began = performance.now()
  return {
    now: () => 1_700_000_000_000 + (performance.now() - began) * 100,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve()
          return
        }
        const timer = setTimeout(done, ms / 100)
        function done(): void {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        signal?.addEventListener('abort', done, { once: true })
      }),
  }
}

export interface LogEntry {
  readonly level: string
  readonly message: string
  readonly facts: Record<string, unknown>
}

export function listLogger(): Logger & { readonly entries: LogEntry[] } {
  const entries: LogEntry[] = []
  const at = (level: string) => (facts: object, message: string) => {
    entries.push({ level, message, facts: { ...facts } })
  }
  const logger = {
    entries,
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: () => logger,
  }
  return logger
}

/** Counts lines by their text and detects each third of a text: what it emits depends on everything it has seen. */
export class CountingEngine implements EngineApi {
  readonly options = DEFAULT_ENGINE_OPTIONS
  readonly counts = new Map<string, number>()
  #changed = new Set<string>()
  #total = 0

  feed(batch: LineBatch, emit: (detection: Detection) => void, context?: FeedContext): FeedCounts {
    for (let i = 0; i < batch.count; i++) {
      const text = new TextDecoder().decode(
        batch.bytes.subarray(batch.at[2 * i], batch.at[2 * i + 1]),
      )
      if (text === 'explode') throw new Error('the engine broke')
      this.#total++
      const count = (this.counts.get(text) ?? 0) + 1
      this.counts.set(text, count)
      this.#changed.add(text)
      if (count % 3 === 0) emit(detectionOf(text, count, this.#total, context?.selector))
    }
    return { packets: batch.count, notAPacket: 0, malformed: 0, ignored: 0 }
  }

  expire(): void {
    // Nothing times out here.
  }

  report(): never {
    throw new Error('not needed')
  }

  source(): undefined {
    return undefined
  }

  stats(): EngineStats {
    return {
      lines: { read: this.#total, packets: this.#total, notAPacket: 0, malformed: 0, ignored: 0 },
      sourcesByLevel: [],
      sources: 0,
      evicted: 0,
      lastPacketSeconds: 0,
      packets: [],
      signatures: [],
      health: [],
      topAttackers: [],
      topPorts: [],
    }
  }

  full(): Uint8Array {
    this.#changed.clear()
    return Buffer.from(JSON.stringify({ total: this.#total, counts: [...this.counts] }))
  }

  changes(): Uint8Array | undefined {
    if (this.#changed.size === 0) return undefined
    const counts = [...this.#changed].map((text) => [text, this.counts.get(text)])
    this.#changed.clear()
    return Buffer.from(JSON.stringify({ total: this.#total, counts }))
  }

  restore(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      const state = JSON.parse(Buffer.from(chunk).toString()) as {
        total: number
        counts: [string, number][]
      }
      this.#total = state.total
      for (const [text, count] of state.counts) this.counts.set(text, count)
    }
  }
}

function detectionOf(
  text: string,
  count: number,
  total: number,
  selector: string | undefined,
): Detection {
  const time = new Date(1_700_000_000_000 + total * 1000).toISOString()
  return {
    v: 1,
    id: `${text}-${count}`,
    time,
    kind: 'scan',
    source: text,
    dangerLevel: 1,
    previousLevel: 0,
    packets: count,
    protocols: ['tcp'],
    reasons: [`line ${total}`, selector ?? ''],
    firstSeen: time,
    lastSeen: time,
  }
}

export interface ListPosition extends Position {
  readonly index: number
}

/** Lines from a list, some at a time. Ends when they are used up, or waits for the signal. */
export class ListSource implements Source {
  readonly type: string = 'list'
  readonly name: string
  readonly selector = '{job="test"}'
  readonly lines: readonly string[]
  readonly size: number
  readonly ends: boolean
  /** Called with the index of each batch; may throw. */
  beforeBatch: (index: number) => void | Promise<void> = () => undefined
  readonly reads: (Position | undefined)[] = []
  readonly committed: number[] = []
  yielded = 0

  constructor(
    name: string,
    lines: readonly string[],
    options: { readonly size?: number; readonly ends?: boolean } = {},
  ) {
    this.name = name
    this.lines = lines
    this.size = options.size ?? 5
    this.ends = options.ends ?? true
  }

  async check(): Promise<void> {
    // Always there.
  }

  async *read(from: Position | undefined, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    this.reads.push(from)
    let index = from === undefined ? 0 : (from as ListPosition).index
    while (index < this.lines.length && !signal.aborted) {
      await this.beforeBatch(index)
      const lines = this.lines.slice(index, index + this.size)
      index += lines.length
      const next: ListPosition = { kind: 'list', index }
      this.yielded += lines.length
      yield { lines: batchOf(lines), next, late: 0, duplicates: 0, readableAt: 1_700_000_000_000 }
    }
    if (!this.ends && !signal.aborted)
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
  }

  async commit(position: Position): Promise<void> {
    this.committed.push((position as ListPosition).index)
  }
}

/** Takes every detection; the same id twice has one effect only where `isIdempotent`, else the list shows it twice. */
export class ListSink implements Sink {
  readonly type: string = 'list'
  readonly name: string
  readonly required: boolean
  readonly accepted: EncodedDetection[] = []
  /** Called before each write; may throw. */
  beforeWrite: (events: readonly EncodedDetection[]) => void | Promise<void> = () => undefined
  beforeCheck: () => void = () => undefined
  isClosed = false

  constructor(name: string, required = true) {
    this.name = name
    this.required = required
  }

  async check(): Promise<void> {
    this.beforeCheck()
  }

  async write(events: readonly EncodedDetection[]): Promise<void> {
    await this.beforeWrite(events)
    this.accepted.push(...events)
  }

  async close(): Promise<void> {
    this.isClosed = true
  }
}

/** A sink that appends and is cut back when resumed, as the JSONL sink is: its list must never show a repeat. */
export class AppendSink extends ListSink {
  override readonly type = 'append'

  mark(): number {
    return this.accepted.length
  }

  async resume(mark: unknown): Promise<void> {
    this.accepted.length = mark as number
  }
}

/** `count` lines out of a few texts, the same for the same seed. */
export function someLines(count: number, seed = 1): string[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return `10.0.0.${(state >> 16) % 7}`
  })
}
