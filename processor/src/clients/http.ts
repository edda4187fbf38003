import type { Agent, Dispatcher } from 'undici'
import type { ConnectionConfig } from '../config/connection.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createCredentials, type Credentials, type TlsFiles } from './credentials.ts'
import { readBody } from './http-body.ts'
import { afterMs, codeOf, isBlip, unansweredError } from './http-failure.ts'

export { silenceOf } from './http-failure.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface HttpRequest {
  readonly method: HttpMethod
  /** Appended to the base address; begins with a slash. */
  readonly path: string
  /** A list gives the parameter once for each value; undefined leaves it out. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
  /** From the first byte sent to the last byte received, each try anew. */
  readonly timeoutMs?: number
  /** How often a blip is tried again (default 0); only for requests whose repeat does no harm. */
  readonly retries?: number
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; repeated headers are joined with `, `. */
  readonly headers: Record<string, string>
  /** Decompressed, and the caller's own: it may write into them. */
  readonly bytes: Uint8Array
  text(): string
  /** Throws SyntaxError if the body is no JSON. */
  json(): unknown
}

/** What a websocket to the same service is opened with. Holds secrets: never log it. */
export interface WebSocketOptions {
  readonly url: string
  readonly headers: Record<string, string>
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly rejectUnauthorized?: boolean
}

/**
 * One HTTP service.
 *
 * - `request` resolves for every status; it throws HttpError when no answer came (`retryable: true`, see `silenceOf`)
 *   or when none can be asked for, because a secret or certificate cannot be read (`retryable: false`).
 * - A blip (refused, reset, 502, 503, 504) is tried again `retries` times within about two seconds. An outage is the
 *   pipeline's business.
 * - On 401 secrets that come from files are read again; if they changed, the request is repeated once.
 * - Redirects are not followed: the answer is handed over.
 */
export interface HttpClient {
  /** Without user and password. */
  readonly baseUrl: string
  request(request: HttpRequest): Promise<HttpAnswer>
  websocketOptions(path: string, query?: HttpRequest['query']): Promise<WebSocketOptions>
  close(): Promise<void>
}

export interface HttpClientOptions {
  readonly baseUrl: string
  readonly connection: ConnectionConfig
  /** Default 15 s: Loki's silence over a too large answer lasts a minute, and has to end earlier on our side. */
  readonly timeoutMs?: number
  readonly userAgent?: string
  readonly logger: Logger
  /** Bound of a decompressed answer, default 64 MiB. */
  readonly maxBytes?: number
  /** Waits between tries; tests bring their own. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
}

const DEFAULT_TIMEOUT_MS = 15_000
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024
const CONNECT_TIMEOUT_MS = 5000
/** Sum: 1.9 s. */
const RETRY_AFTER_MS = [100, 200, 400, 500, 700]
const BLIP_STATUS = new Set([502, 503, 504])

export function createHttpClient(options: HttpClientOptions): HttpClient {
  return new UndiciHttpClient(options)
}

class UndiciHttpClient implements HttpClient {
  readonly baseUrl: string
  readonly #options: HttpClientOptions
  readonly #credentials: Credentials
  #agent: Promise<Agent> | undefined
  #closed = false

  constructor(options: HttpClientOptions) {
    const url = new URL(options.baseUrl)
    const { connection } = options
    // User and password in the address would otherwise end up in error messages and logs.
    const fromUrl =
      url.username === ''
        ? {}
        : {
            username: connection.username ?? decodeURIComponent(url.username),
            ...(connection.passwordFile === undefined && {
              password: connection.password ?? decodeURIComponent(url.password),
            }),
          }
    url.username = ''
    url.password = ''
    this.baseUrl = url.href.replace(/\/+$/, '')
    this.#options = options
    this.#credentials = createCredentials({ ...connection, ...fromUrl })
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const url = this.baseUrl + request.path + queryString(request.query)
    const label = `${request.method} ${this.baseUrl}${request.path}`
    const retries = Math.min(request.retries ?? 0, RETRY_AFTER_MS.length)
    let refreshed = false
    for (let attempt = 0; ; attempt++) {
      let failure: unknown
      try {
        const answer = await this.#try(request, url, label)
        if (answer.status === 401 && !refreshed) {
          refreshed = true
          if (await this.#credentials.refresh()) {
            attempt--
            continue
          }
        }
        if (!BLIP_STATUS.has(answer.status) || attempt >= retries) return answer
        failure = answer.status
      } catch (error) {
        if (attempt >= retries || request.signal?.aborted === true || !isBlip(error)) throw error
        failure = codeOf(error)
      }
      this.#options.logger.debug(
        { request: label, failure, attempt },
        'Request failed, trying again.',
      )
      await (this.#options.sleep ?? afterMs)(RETRY_AFTER_MS[attempt] ?? 0, request.signal)
    }
  }

  async websocketOptions(path: string, query?: HttpRequest['query']): Promise<WebSocketOptions> {
    const tls = await this.#credentials.tls()
    return {
      url: this.baseUrl.replace(/^http/, 'ws') + path + queryString(query),
      headers: {
        'user-agent': this.#options.userAgent ?? 'picket',
        ...(await this.#credentials.headers()),
      },
      ...tls,
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const agent = this.#agent
    this.#agent = undefined
    if (agent !== undefined) await agent.then((it) => it.destroy()).catch(() => {})
  }

  async #try(request: HttpRequest, url: string, label: string): Promise<HttpAnswer> {
    const controller = new AbortController()
    const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const timeout = { ms: timeoutMs, over: false }
    // Not AbortSignal.any: on a signal that lives as long as the process it holds on to every request ever made.
    const stop = (): void => controller.abort()
    const timer = setTimeout(() => {
      timeout.over = true
      controller.abort()
    }, timeoutMs)
    request.signal?.addEventListener('abort', stop, { once: true })
    try {
      request.signal?.throwIfAborted()
      const { request: send } = await import('undici')
      const answer = await send(url, {
        method: request.method as Dispatcher.HttpMethod,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'gzip',
          'user-agent': this.#options.userAgent ?? 'picket',
          ...(await this.#credentials.headers()),
          ...request.headers,
        },
        body: request.body ?? null,
        signal: controller.signal,
        dispatcher: await this.#dispatcher(),
        // The timer above bounds both.
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      const headers = plainHeaders(answer.headers)
      const maxBytes = this.#options.maxBytes ?? DEFAULT_MAX_BYTES
      const bytes = await readBody(answer.body, headers, maxBytes)
      return new Answer(answer.statusCode, headers, bytes)
    } catch (error) {
      throw unansweredError(error, label, {
        timeoutMs: timeout.over ? timeout.ms : undefined,
        stopped: request.signal?.aborted === true || this.#closed,
      })
    } finally {
      clearTimeout(timer)
      request.signal?.removeEventListener('abort', stop)
    }
  }

  #dispatcher(): Promise<Agent> {
    this.#agent ??= this.#connect()
    // A certificate that could not be read may be there the next time.
    this.#agent.catch(() => {
      this.#agent = undefined
    })
    return this.#agent
  }

  async #connect(): Promise<Agent> {
    const { Agent } = await import('undici')
    const tls: TlsFiles = await this.#credentials.tls()
    return new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS, ...tls },
      connections: 8,
      pipelining: 1,
    })
  }
}

class Answer implements HttpAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly bytes: Uint8Array

  constructor(status: number, headers: Record<string, string>, bytes: Uint8Array) {
    this.status = status
    this.headers = headers
    this.bytes = bytes
  }

  text(): string {
    return new TextDecoder().decode(this.bytes)
  }

  json(): unknown {
    return JSON.parse(this.text())
  }
}

function queryString(query: HttpRequest['query']): string {
  if (query === undefined) return ''
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value === 'object') for (const one of value) params.append(name, one)
    else params.append(name, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

function plainHeaders(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return plain
}
