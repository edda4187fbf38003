import {
  labelText,
  LokiError,
  pushedLabels,
  quote,
  selectorOf,
  type LokiClient,
  type LokiPage,
  type StreamLabels,
} from '../../clients/loki/index.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { HOUR_NS, max, min, type Pager } from './pager.ts'
import type { Cursor } from './position.ts'

/** One stretch of lines that is complete: nothing at or before its end is missing, nothing behind it is in. */
export interface Step {
  /** Take the lines of it that are before `before`. Undefined if there was nothing to ask for. */
  readonly page: LokiPage | undefined
  readonly before: bigint
  /** Go on here. */
  readonly cursor: Cursor
}

export interface WalkOptions {
  readonly client: LokiClient
  readonly pager: Pager
  readonly query: string
  readonly logger: Logger
}

interface StreamAt {
  readonly text: string
  readonly query: string
}

const SECOND_NS = 1_000_000_000n

/**
 * Walks over the lines of a query in order of time, a page a step, so that each is in exactly one step.
 *
 * - A full page may end inside a nanosecond, and which of its lines come first changes from call to call. So the lines at the
 *   last nanosecond of a full page are left to the next step, which begins there.
 * - If that is all the page has, the nanosecond is asked for alone with the server's maximum; if that is full too, stream by
 *   stream; if one stream fills it, the rest cannot be had: it is said, and the walk goes on.
 * - A full page over a range that Loki split may have holes: it is thrown away and half the range asked for. A page that is not
 *   full is complete. So ranges end at the next full hour while there are lines, and grow while there are none.
 */
export class Walk {
  readonly #options: WalkOptions
  /** Grows from an hour while nothing is found. */
  #windowNs = HOUR_NS
  #streams: { readonly ns: bigint; readonly list: readonly StreamAt[] } | undefined

  constructor(options: WalkOptions) {
    this.#options = options
  }

  /** The next stretch, ending at `end` at the latest; `cursor.ns < end`. */
  async next(cursor: Cursor, end: bigint, signal: AbortSignal): Promise<Step> {
    if (cursor.after !== undefined) return await this.#stream(cursor.ns, cursor.after, signal)
    const { pager } = this.#options
    let to = this.#endOf(cursor.ns, end)
    for (;;) {
      const { page, isFull } = await this.#page(cursor.ns, to, signal)
      // The pager may have cut the range that Loki refused to look at.
      if (page === undefined) {
        to = this.#endOf(cursor.ns, end)
        continue
      }
      if (!isFull) {
        this.#windowNs = page.count > 0 ? HOUR_NS : min(this.#windowNs * 2n, pager.longest)
        return { page, before: to, cursor: { ns: to } }
      }
      this.#windowNs = HOUR_NS
      if (page.splits > 1 && to - cursor.ns > 1n) {
        to = cursor.ns + (to - cursor.ns) / 2n
        continue
      }
      const { first, last } = bounds(page)
      if (first < last) return { page, before: last, cursor: { ns: last } }
      return await this.#nanosecond(last, signal)
    }
  }

  async #page(
    from: bigint,
    to: bigint,
    signal: AbortSignal,
  ): Promise<{ readonly page: LokiPage | undefined; readonly isFull: boolean }> {
    const { pager } = this.#options
    try {
      return await pager.page({ from, to, signal })
    } catch (error) {
      // Perhaps this tenant may not ask for more than some hours; if it is something else, it will fail again.
      if (!(error instanceof LokiError && error.status === 400 && to - from > HOUR_NS)) throw error
      pager.longRangesAreRefused()
      this.#windowNs = HOUR_NS
      return { page: undefined, isFull: false }
    }
  }

  #endOf(from: bigint, end: bigint): bigint {
    const window = min(this.#windowNs, this.#options.pager.longest)
    if (window > HOUR_NS) return min(end, from + window)
    return min(end, min((from / HOUR_NS + 1n) * HOUR_NS, from + window))
  }

  /** Every line of one nanosecond, or of its first stream. */
  async #nanosecond(ns: bigint, signal: AbortSignal): Promise<Step> {
    const { pager } = this.#options
    const limit = pager.serverMaximum
    const { page, isFull } = await pager.page({ from: ns, to: ns + 1n, limit, signal })
    if (!isFull) return { page, before: ns + 1n, cursor: { ns: ns + 1n } }
    return await this.#stream(ns, '', signal)
  }

  /** The lines at one nanosecond of the first stream whose label text is behind `after`. */
  async #stream(ns: bigint, after: string, signal: AbortSignal): Promise<Step> {
    const { pager, logger } = this.#options
    const streams = await this.#streamsAt(ns, signal)
    const index = streams.findIndex(({ text }) => text > after)
    const stream = streams[index]
    const isLast = index === -1 || index === streams.length - 1
    const cursor: Cursor =
      isLast || stream === undefined ? { ns: ns + 1n } : { ns, after: stream.text }
    if (stream === undefined && after !== '') return { page: undefined, before: ns, cursor }
    // No streams known: then the whole query stands for the one there must be.
    const query = stream?.query ?? this.#options.query
    const request = { from: ns, to: ns + 1n, query, limit: pager.serverMaximum, signal }
    const { page, isFull } = await pager.page(request)
    if (isFull) {
      logger.error(
        { ns: String(ns), stream: stream?.text, lines: page.count },
        'More lines on one nanosecond of one stream than Loki gives in one answer: the rest of them is lost to detection. Stamp lines with finer times, or raise max_entries_limit_per_query.',
      )
    }
    return { page, before: ns + 1n, cursor }
  }

  async #streamsAt(ns: bigint, signal: AbortSignal): Promise<readonly StreamAt[]> {
    if (this.#streams?.ns === ns) return this.#streams.list
    const { client, query } = this.#options
    const parts = selectorOf(query)
    if (parts === undefined) return []
    const range = { from: max(0n, ns - SECOND_NS), to: ns + SECOND_NS }
    const series = await client.series(parts.selector, range, signal)
    const names = [...new Set(series.flatMap((labels) => Object.keys(pushedLabels(labels))))]
    const byText = new Map<string, StreamAt>()
    for (const labels of series) {
      // By what was pushed, as lines are ordered; streams that differ in the server's own labels stay one.
      const text = labelText(pushedLabels(labels))
      byText.set(text, { text, query: parts.before + exactly(labels, names) + parts.after })
    }
    const list = [...byText.values()].sort((a, b) => (a.text < b.text ? -1 : 1))
    this.#streams = { ns, list }
    return list
  }
}

/** Selects one stream; a label that it lacks has to be empty, or streams with more labels would match too. */
function exactly(labels: StreamLabels, names: readonly string[]): string {
  const pushed = pushedLabels(labels)
  // A selector needs something that is not empty. Such a stream has only the name that Loki gave it.
  const own = Object.keys(pushed).length > 0 ? {} : { service_name: labels['service_name'] ?? '' }
  const pairs = Object.entries({
    ...own,
    ...Object.fromEntries(names.map((name) => [name, pushed[name] ?? ''])),
  })
  return `{${pairs.map(([name, value]) => `${name}=${quote(value)}`).join(', ')}}`
}

function bounds({ count, seconds, nanos }: LokiPage): { first: bigint; last: bigint } {
  let [firstS, firstN, lastS, lastN] = [
    seconds[0] ?? 0,
    nanos[0] ?? 0,
    seconds[0] ?? 0,
    nanos[0] ?? 0,
  ]
  for (let i = 1; i < count; i++) {
    const s = seconds[i] ?? 0
    const n = nanos[i] ?? 0
    if (s < firstS || (s === firstS && n < firstN)) [firstS, firstN] = [s, n]
    if (s > lastS || (s === lastS && n > lastN)) [lastS, lastN] = [s, n]
  }
  return { first: nsOf(firstS, firstN), last: nsOf(lastS, lastN) }
}

function nsOf(seconds: number, nanos: number): bigint {
  return BigInt(seconds) * SECOND_NS + BigInt(nanos)
}
