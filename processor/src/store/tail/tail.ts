import type { WebSocket } from 'ws'
import type { Entry } from '../entry.ts'
import { ENCODING_FLAGS, folded, renderValue } from '../http/render.ts'
import { labelObject, type LabelSet } from '../label-set.ts'
import type { LogExpr } from '../logql/ast.ts'
import { EntryLabels } from '../logql/entry-labels.ts'
import { evaluateLog, toEntry, type ResultEntry } from '../logql/evaluate-log.ts'
import { Pipeline } from '../logql/pipeline.ts'
import type { LineStore } from '../store.ts'
import { matchesLabels } from '../stream-index.ts'

export interface TailOptions {
  readonly startNs: bigint
  readonly limit: number
  /** Lines are held back so long, to be sorted. */
  readonly delayMs: number
  readonly categorize: boolean
}

/** Lines that wait for the client, at most; further ones are dropped and listed. */
const MAX_WAITING = 2000
const MAX_WAITING_BYTES = 4 * 1024 * 1024
const MAX_DROPPED_LISTED = 1000
/** Lines, and characters of them, in one message. */
const MESSAGE_ENTRIES = 500
const MESSAGE_CHARACTERS = 1024 * 1024
/** Above this many bytes in the socket's buffer the client is slow, and nothing more is sent. */
const SLOW_BYTES = 1024 * 1024
const FLUSH_MS = 100

interface Waiting {
  readonly atMs: number
  readonly entry: ResultEntry
}

/**
 * One client that follows a query: first the newest lines up to now, then what is pushed. The store never
 * waits for it: what it does not take in time is dropped and listed in `dropped_entries`.
 */
export class Tail {
  readonly #store: LineStore
  readonly #socket: WebSocket
  readonly #expression: LogExpr
  readonly #options: TailOptions
  readonly #labels = new EntryLabels()
  readonly #pipeline: Pipeline
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #dropped: { timestamp: string; labels: Record<string, string> }[] = []
  #hasHistory = false
  #isStopped = false
  /** Sends what the client had no room for. */
  #timer: NodeJS.Timeout | undefined
  #scheduled: NodeJS.Immediate | undefined
  #unsubscribe: () => void = () => {}

  constructor(store: LineStore, socket: WebSocket, expression: LogExpr, options: TailOptions) {
    this.#store = store
    this.#socket = socket
    this.#expression = expression
    this.#options = options
    this.#pipeline = new Pipeline(expression.stages, this.#labels, undefined)
  }

  /** Resolves when the history is sent. */
  async start(): Promise<void> {
    const { startNs, limit } = this.#options
    const endNs = BigInt(Math.floor(this.#store.now())) * 1_000_000n + 1_000_000n
    // Both in one turn: an entry is either in the history or announced, never both.
    this.#unsubscribe = this.#store.onPush((labels, entries) => this.#onPush(labels, entries))
    const history = evaluateLog(this.#store, this.#expression, {
      startNs,
      endNs: endNs > startNs ? endNs : startNs,
      limit,
      direction: 'backward',
      intervalNs: 0n,
    })
    const entries = await history
    if (this.#isStopped) return
    this.#send(inTime(entries), [])
    this.#hasHistory = true
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS)
  }

  stop(): void {
    this.#unsubscribe()
    clearInterval(this.#timer)
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled)
    this.#isStopped = true
    this.#waiting = []
  }

  #onPush(labels: LabelSet, entries: readonly Entry[]): void {
    if (!matchesLabels(labels, this.#expression.matchers)) return
    const atMs = this.#store.now()
    for (const { ns, line, metadata } of entries) {
      const result = this.#pipeline.run(line, ns, labels, metadata)
      if (result === undefined) continue
      const hasRoom = this.#waiting.length < MAX_WAITING && this.#waitingBytes < MAX_WAITING_BYTES
      if (hasRoom) {
        this.#waiting.push({ atMs, entry: toEntry(ns, result, this.#labels) })
        this.#waitingBytes += result.length
      } else if (this.#dropped.length < MAX_DROPPED_LISTED) {
        this.#dropped.push({ timestamp: String(ns), labels: labelObject(labels.pairs) })
      }
    }
    this.#scheduled ??= setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = undefined
    if (!this.#hasHistory || this.#socket.bufferedAmount > SLOW_BYTES) return
    const entries = this.#takeRipe()
    const dropped = this.#dropped
    this.#dropped = []
    this.#send(this.#options.delayMs > 0 ? inTime(entries) : entries, dropped)
    if (entries.length > 0 && this.#waiting.length > 0) {
      this.#scheduled ??= setImmediate(() => this.#flush())
    }
  }

  /** What waits long enough, as much as one message holds. */
  #takeRipe(): ResultEntry[] {
    const ripe = this.#store.now() - this.#options.delayMs
    let [count, characters] = [0, 0]
    for (const { atMs, entry } of this.#waiting) {
      if (atMs > ripe || count === MESSAGE_ENTRIES || characters > MESSAGE_CHARACTERS) break
      count++
      characters += entry.line.length
    }
    this.#waitingBytes -= characters
    return this.#waiting.splice(0, count).map(({ entry }) => entry)
  }

  #send(entries: readonly ResultEntry[], dropped: readonly object[]): void {
    if (entries.length === 0 && dropped.length === 0) return
    const { categorize } = this.#options
    // One stream object an entry, and flags behind them, as Loki writes it.
    const streams = entries.map((entry) => ({
      stream: labelObject(categorize ? entry.stream : folded(entry)),
      values: [renderValue(entry, categorize)],
    }))
    this.#socket.send(
      JSON.stringify({
        streams,
        ...(dropped.length > 0 && { dropped_entries: dropped }),
        ...(categorize && { encodingFlags: ENCODING_FLAGS }),
      }),
    )
  }
}

/** Oldest first, ties as they were. History comes newest first, but with ties in the order pushed. */
function inTime(entries: readonly ResultEntry[]): ResultEntry[] {
  return [...entries].sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0))
}
