import type { LineBatch } from '../../core/batch.ts'
import {
  labelText,
  pushedLabels,
  type LokiPage,
  type StreamLabels,
} from '../../clients/loki/index.ts'
import { hashLine, hashText, type Hash } from './hash.ts'

/** A stream as the input knows it, the same object for as long as it is remembered. */
export interface KnownStream {
  /** The pushed labels, by which lines are ordered and recognised. */
  readonly text: string
  readonly labels: StreamLabels
  readonly seed: Hash
  /** Picket's own events: never read as lines. */
  readonly isOwn: boolean
}

const MAX_KNOWN = 20_000

/** Streams by the labels that Loki gave: worked out once each, not once a page. */
export class KnownStreams {
  readonly #byLabels = new Map<string, KnownStream>()

  of(given: StreamLabels): KnownStream {
    const key = labelText(given)
    const known = this.#byLabels.get(key)
    if (known !== undefined) return known
    if (this.#byLabels.size >= MAX_KNOWN) this.#byLabels.clear()
    const labels = pushedLabels(given)
    const text = labelText(labels)
    const stream = { text, labels, seed: hashText(text), isOwn: given['job'] === 'picket' }
    this.#byLabels.set(key, stream)
    return stream
  }
}

/**
 * Which lines to take of a page: called with the place of the line in the page, its time and its stream. Lines are
 * asked about in their final order.
 */
export type Choose = (index: number, stream: KnownStream) => boolean

/**
 * Lines of a page, merged over its streams: by timestamp, then by label text, then as they were given or, where the server
 * shuffles lines that share a nanosecond, by their text. The columns are reused for each page; the bytes are the page's own.
 *
 * Grafana's Loki (3.4 and 3.7 were tried) sorts what it answers with a sort that is not stable beyond twelve entries: the
 * same lines of one stream and nanosecond come in another order with other bounds or another limit. The text is the one
 * order that does not depend on how pages fall, so that a live run, a restart and a backfill tell the same.
 */
export class MergedLines {
  ties: 'given' | 'text' = 'given'
  #at = new Int32Array(0)
  #seconds = new Int32Array(0)
  #nanos = new Int32Array(0)
  #stream = new Uint16Array(0)

  /** Lines before (`beforeSeconds`, `beforeNanos`) that are chosen. */
  merge(
    page: LokiPage,
    before: { readonly seconds: number; readonly nanos: number },
    streams: readonly KnownStream[],
    choose: Choose,
    rest: { readonly time: 'entry' | 'line'; readonly reference: number },
  ): LineBatch {
    this.#reserve(page.count)
    const order = this.#order(page, before, streams)
    let count = 0
    for (const i of order) {
      const stream = page.stream[i] ?? 0
      const known = streams[stream]
      if (known === undefined || !choose(i, known)) continue
      this.#at[2 * count] = page.at[2 * i] ?? 0
      this.#at[2 * count + 1] = page.at[2 * i + 1] ?? 0
      this.#seconds[count] = page.seconds[i] ?? 0
      this.#nanos[count] = page.nanos[i] ?? 0
      this.#stream[count] = stream
      count += 1
    }
    return {
      bytes: page.bytes,
      at: this.#at,
      count,
      seconds: this.#seconds,
      nanos: this.#nanos,
      stream: this.#stream,
      labels: streams.map(({ labels }) => labels),
      ...rest,
    }
  }

  #order(
    { bytes, at, count, seconds, nanos, stream }: LokiPage,
    before: { readonly seconds: number; readonly nanos: number },
    streams: readonly KnownStream[],
  ): readonly number[] {
    const rank = rankOf(streams)
    const byText = this.ties === 'text'
    const order: number[] = []
    let isSorted = true
    let [lastS, lastN, lastRank] = [-1, -1, -1]
    for (let i = 0; i < count; i++) {
      const s = seconds[i] ?? 0
      const n = nanos[i] ?? 0
      if (s > before.seconds || (s === before.seconds && n >= before.nanos)) continue
      const index = stream[i] ?? 0
      if (streams[index]?.isOwn === true) continue
      const r = rank[index] ?? 0
      isSorted &&=
        s > lastS ||
        (s === lastS && (n > lastN || (n === lastN && (byText ? r > lastRank : r >= lastRank))))
      lastS = s
      lastN = n
      lastRank = r
      order.push(i)
    }
    if (isSorted) return order
    // The streams are sorted runs, which this sort finds and merges.
    return order.sort(
      (a, b) =>
        (seconds[a] ?? 0) - (seconds[b] ?? 0) ||
        (nanos[a] ?? 0) - (nanos[b] ?? 0) ||
        (rank[stream[a] ?? 0] ?? 0) - (rank[stream[b] ?? 0] ?? 0) ||
        (byText ? compareBytes(bytes, at, a, b) : 0) ||
        a - b,
    )
  }

  #reserve(lines: number): void {
    if (lines <= this.#seconds.length) return
    const capacity = Math.max(1024, 1 << (32 - Math.clz32(lines - 1)))
    this.#at = new Int32Array(capacity * 2)
    this.#seconds = new Int32Array(capacity)
    this.#nanos = new Int32Array(capacity)
    this.#stream = new Uint16Array(capacity)
  }
}

function compareBytes(bytes: Uint8Array, at: Int32Array, a: number, b: number): number {
  return Buffer.compare(
    bytes.subarray(at[2 * a], at[2 * a + 1]),
    bytes.subarray(at[2 * b], at[2 * b + 1]),
  )
}

/** Place of each stream in the order of label texts; streams that differ in the server's labels alone share one. */
function rankOf(streams: readonly KnownStream[]): Int32Array {
  const texts = [...new Set(streams.map(({ text }) => text))].sort()
  const place = new Map(texts.map((text, i) => [text, i]))
  return Int32Array.from(streams, ({ text }) => place.get(text) ?? 0)
}

/** The hash of line `index` of a page. */
export function hashOf(page: LokiPage, index: number, stream: KnownStream, into: Hash): void {
  hashLine(
    page.bytes,
    page.at[2 * index] ?? 0,
    page.at[2 * index + 1] ?? 0,
    page.seconds[index] ?? 0,
    page.nanos[index] ?? 0,
    stream.seed,
    into,
  )
}
