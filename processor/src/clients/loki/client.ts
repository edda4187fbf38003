import { z } from 'zod'
import type { HttpAnswer, HttpClient, WebSocketOptions } from '../http.ts'
import { refusal } from './failure.ts'
import type { StreamLabels } from './labels.ts'
import { readPage, type LokiPage } from './page.ts'
import { LokiAnswerError } from './page-json.ts'
import { pushStream, type PushStream } from './push.ts'

/** Nanoseconds since 1970; `from` is inclusive, `to` exclusive. */
export interface Range {
  readonly from: bigint
  readonly to: bigint
}

export interface RangeQuery extends Range {
  readonly query: string
  readonly limit: number
  readonly direction?: 'forward' | 'backward'
  readonly signal?: AbortSignal
}

/**
 * Loki's HTTP API, as far as Picket uses it.
 *
 * Every method throws HttpError if no answer came, LokiError for a refusal, LokiAnswerError for an answer with status
 * 200 that cannot be read. A blip is tried again; what outlasts it is the caller's.
 */
export interface LokiClient {
  readonly url: string
  /** Metadata apart from labels; nothing but the page is kept of the answer. `date`: the server's clock in ms. */
  queryRange(
    query: RangeQuery,
  ): Promise<{ readonly page: LokiPage; readonly date: number | undefined }>
  /** An instant query; the `data` of the answer. */
  query(query: string, options?: { timeNs?: bigint; signal?: AbortSignal }): Promise<unknown>
  labels(range: Range, signal?: AbortSignal): Promise<readonly string[]>
  labelValues(
    name: string,
    range: Range & { selector?: string },
    signal?: AbortSignal,
  ): Promise<readonly string[]>
  series(selector: string, range: Range, signal?: AbortSignal): Promise<readonly StreamLabels[]>
  /** Resolves when everything is stored; see `pushStream`. */
  push(stream: PushStream, signal?: AbortSignal): Promise<void>
  /** What reading will do, with a limit of one line. */
  check(query: string, range: Range, signal?: AbortSignal): Promise<LokiPage>
  tailOptions(query: string, fromNs: bigint): Promise<WebSocketOptions>
  /** What the server says its version is (it may be empty); undefined where it does not say, as behind some gateways. */
  version(signal?: AbortSignal): Promise<string | undefined>
  close(): Promise<void>
}

const RETRIES = 3
const CATEGORIZE_HEADER = { 'x-loki-response-encoding-flags': 'categorize-labels' } as const
/** A longer query goes into a form body: proxies refuse long addresses. */
const MAX_ADDRESS_QUERY = 4000

const namesSchema = z.object({ data: z.array(z.string()).nullish() })
const seriesSchema = z.object({ data: z.array(z.record(z.string(), z.string())).nullish() })
const versionSchema = z.object({ version: z.string() })
const instantSchema = z.object({ data: z.unknown() })

export function createLokiClient(http: HttpClient): LokiClient {
  const url = http.baseUrl

  const get = async (
    path: string,
    query: Record<string, string | number | readonly string[] | undefined>,
    doing: string,
    signal?: AbortSignal,
  ): Promise<HttpAnswer> => {
    const long = Object.values(query).some((value) => String(value).length > MAX_ADDRESS_QUERY)
    const common = {
      path: `/loki/api/v1/${path}`,
      retries: RETRIES,
      ...(signal !== undefined && { signal }),
    }
    const answer = long
      ? await http.request({
          ...common,
          method: 'POST',
          headers: { ...CATEGORIZE_HEADER, 'content-type': 'application/x-www-form-urlencoded' },
          body: form(query),
        })
      : await http.request({ ...common, method: 'GET', headers: CATEGORIZE_HEADER, query })
    if (answer.status !== 200) throw refusal(answer, `${doing} ${url}`)
    return answer
  }

  const queryRange: LokiClient['queryRange'] = async ({
    query,
    from,
    to,
    limit,
    direction,
    signal,
  }) => {
    const answer = await get(
      'query_range',
      { query, start: String(from), end: String(to), limit, direction: direction ?? 'forward' },
      'Reading from',
      signal,
    )
    const date = Date.parse(answer.headers['date'] ?? '')
    return { page: readPage(answer.bytes), date: Number.isNaN(date) ? undefined : date }
  }

  return {
    url,
    queryRange,
    async query(query, { timeNs, signal } = {}) {
      const time = timeNs === undefined ? undefined : String(timeNs)
      const answer = await get('query', { query, time }, 'Asking', signal)
      return read(answer, instantSchema).data
    },
    async labels(range, signal) {
      const answer = await get('labels', bounds(range), 'Asking for labels of', signal)
      return read(answer, namesSchema).data ?? []
    },
    async labelValues(name, range, signal) {
      const path = `label/${encodeURIComponent(name)}/values`
      const query = { ...bounds(range), query: range.selector }
      return (
        read(await get(path, query, 'Asking for label values of', signal), namesSchema).data ?? []
      )
    },
    async series(selector, range, signal) {
      const query = { 'match[]': [selector], ...bounds(range) }
      return (
        read(await get('series', query, 'Asking for streams of', signal), seriesSchema).data ?? []
      )
    },
    push: (stream, signal) => pushStream(http, stream, signal),
    async check(query, { from, to }, signal) {
      const once = { query, from, to, limit: 1, direction: 'backward' as const }
      return (await queryRange({ ...once, ...(signal !== undefined && { signal }) })).page
    },
    async tailOptions(query, fromNs) {
      const options = await http.websocketOptions('/loki/api/v1/tail', {
        query,
        start: String(fromNs),
        limit: 1,
      })
      return { ...options, headers: { ...options.headers, ...CATEGORIZE_HEADER } }
    },
    async version(signal) {
      const answer = await http.request({
        method: 'GET',
        path: '/loki/api/v1/status/buildinfo',
        ...(signal !== undefined && { signal }),
      })
      if (answer.status !== 200) return undefined
      try {
        return versionSchema.safeParse(answer.json()).data?.version
      } catch {
        return undefined
      }
    },
    close: () => http.close(),
  }
}

function bounds({ from, to }: Range): { start: string; end: string } {
  return { start: String(from), end: String(to) }
}

function form(query: Record<string, string | number | readonly string[] | undefined>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'object') for (const one of value) params.append(name, one)
    else if (value !== undefined) params.append(name, String(value))
  }
  return params.toString()
}

function read<S extends z.ZodType>(answer: HttpAnswer, schema: S): z.output<S> {
  let json: unknown
  try {
    json = answer.json()
  } catch (cause) {
    throw new LokiAnswerError('the answer is no JSON', { cause })
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success)
    throw new LokiAnswerError('the answer is none of Loki’s', { cause: parsed.error })
  return parsed.data
}
