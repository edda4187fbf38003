import { silenceOf } from '../../clients/http.ts'
import { LokiError, type LokiClient, type LokiPage } from '../../clients/loki/index.ts'
import type { Logger } from '../../telemetry/logger.ts'

export const HOUR_NS = 3_600_000_000_000n
const MINUTE_NS = 60_000_000_000n
/** Below Loki's default `max_query_length` of 30 days and an hour. */
const LONGEST_NS = 720n * HOUR_NS
/** Loki's default `max_entries_limit_per_query`. */
const USUAL_SERVER_MAXIMUM = 5000
const SMALLEST_LIMIT = 16
const GROW_AFTER = 20
/** Loki remembers empty answers over ranges that ended this long ago (ten minutes), with a margin. */
const CACHED_AFTER_NS = 5n * MINUTE_NS

export interface PagerOptions {
  readonly client: LokiClient
  readonly query: string
  /** Lines of a page at most, as configured. */
  readonly limit: number
  /** Nanoseconds. */
  readonly now: () => bigint
  readonly logger: Logger
}

export interface PageRequest {
  readonly from: bigint
  readonly to: bigint
  /** Default: the current limit of pages. */
  readonly limit?: number
  /** Default: the input's query. */
  readonly query?: string
  readonly signal: AbortSignal
}

/**
 * Asks for pages in sizes that this Loki answers. It lives as long as the input, so that what was learnt is not
 * learnt again after each failure:
 *
 * - `limit`: halved when no answer came (an answer above 4 MiB is silence), grown again slowly; never above what a 400 named.
 * - `longest`: the longest range; halved on 504 and silence, an hour at most once a longer one was refused.
 */
export class Pager {
  limit: number
  longest = LONGEST_NS
  /** The most lines of one answer, for the nanosecond that needs them. */
  serverMaximum = USUAL_SERVER_MAXIMUM
  /** How far the server's clock is behind ours, in ms (negative: ahead), as of the last answer; undefined if unknown. */
  behindMs: number | undefined
  /** Our clock (ms) at the last answer. */
  answeredAtMs = Number.NEGATIVE_INFINITY
  readonly #options: PagerOptions
  #wanted: number
  #allowedMaximum: number
  #allowedLongest = LONGEST_NS
  #successes = 0
  #comment: bigint

  constructor(options: PagerOptions) {
    this.#options = options
    this.limit = options.limit
    this.#wanted = options.limit
    this.serverMaximum = Math.max(USUAL_SERVER_MAXIMUM, options.limit)
    this.#allowedMaximum = this.serverMaximum
    // Not from 0 again after a restart: the server may still remember the answer to that text.
    this.#comment = options.now()
  }

  /** The lines of a range, oldest first, and the limit that was asked with: the page is full if it has as many. */
  async page(request: PageRequest): Promise<{ readonly page: LokiPage; readonly isFull: boolean }> {
    for (;;) {
      const limit =
        request.limit === undefined ? this.limit : Math.min(request.limit, this.serverMaximum)
      try {
        const { page, date } = await this.#options.client.queryRange({
          query: this.#text(request),
          from: request.from,
          to: request.to,
          limit,
          signal: request.signal,
        })
        this.answeredAtMs = Number(this.#options.now() / 1_000_000n)
        if (date !== undefined) this.behindMs = this.answeredAtMs - date
        this.#succeeded()
        return { page, isFull: page.count >= limit }
      } catch (error) {
        if (!this.#learn(error, limit)) throw error
      }
    }
  }

  /** True if the same question, asked again at once with what was learnt, is another one. */
  #learn(error: unknown, limit: number): boolean {
    const { logger } = this.#options
    if (
      error instanceof LokiError &&
      error.maxLimit !== undefined &&
      error.maxLimit >= 1 &&
      error.maxLimit < limit
    ) {
      this.serverMaximum = error.maxLimit
      this.#allowedMaximum = error.maxLimit
      this.#wanted = Math.min(this.#wanted, error.maxLimit)
      this.limit = Math.min(this.limit, error.maxLimit)
      logger.info(
        { limit: error.maxLimit },
        'Loki allows fewer lines a request, going on with its maximum.',
      )
      return true
    }
    const silence = silenceOf(error)
    const isTimeout = error instanceof LokiError && error.status === 504
    if (silence === 'timeout' || silence === 'reset' || silence === 'too-large' || isTimeout) {
      this.#successes = 0
      this.limit = Math.max(Math.min(SMALLEST_LIMIT, this.#wanted), this.limit >> 1)
      this.serverMaximum = Math.max(this.limit, this.serverMaximum >> 1)
      this.longest = max(MINUTE_NS, min(this.longest, HOUR_NS) / 2n)
      logger.info({ limit: this.limit, silence }, 'Loki did not answer in time, asking for less.')
    }
    return false
  }

  /** This tenant may not ask for more than some hours at once. */
  longRangesAreRefused(): void {
    this.#allowedLongest = HOUR_NS
    this.longest = min(this.longest, HOUR_NS)
  }

  #succeeded(): void {
    if (this.limit === this.#wanted && this.longest === this.#allowedLongest) return
    this.#successes += 1
    if (this.#successes < GROW_AFTER) return
    this.#successes = 0
    this.limit = Math.min(this.#wanted, this.limit + Math.max(1, this.limit >> 2))
    this.serverMaximum = Math.min(this.#allowedMaximum, this.serverMaximum * 2)
    this.longest = min(this.#allowedLongest, this.longest * 2n)
  }

  /** Where an empty answer may be remembered, a comment that changes makes the query another one. */
  #text({ query = this.#options.query, to }: PageRequest): string {
    if (to > this.#options.now() - CACHED_AFTER_NS) return query
    this.#comment += 1n
    return `${query} # ${this.#comment}`
  }
}

export function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
