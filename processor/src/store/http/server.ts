import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from '../../telemetry/logger.ts'
import { decodePush } from '../push/decode.ts'
import { queryInstant, queryRange, type QueryResult } from '../query.ts'
import { StoreError } from '../store-error.ts'
import type { LineStore } from '../store.ts'
import { TailServer } from '../tail/tail-server.ts'
import { readBody, type BodyBudget } from './body.ts'
import { listen, parseListen, urlOf } from './listen.ts'
import { instantQuery, rangeQuery, type Params } from './params.ts'
import { renderResult, wantsCategories } from './render.ts'
import { indexStats, indexVolume, labelNames, labelValues, seriesOf } from './routes-index.ts'

export interface StoreServer {
  readonly url: string
  readonly port: number
  /** Ends tails and connections. The store itself stays open. */
  close(): Promise<void>
}

export interface StoreServerOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string
  readonly logger: Logger
  /** How often tails are pinged. Default a second. */
  readonly pingMs?: number | undefined
}

const TEXT = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json; charset=UTF-8'
/** Queries stand in addresses, and Loki takes them up to 128 KiB. */
const MAX_HEADER_BYTES = 192 * 1024
const MAX_BODIES_BYTES = 64 * 1024 * 1024
const EXPIRE_EVERY_MS = 1000

/** The store behind Loki's HTTP interface. Throws `PicketError` where it cannot listen. */
export async function startStoreServer(
  store: LineStore,
  options: StoreServerOptions,
): Promise<StoreServer> {
  const address = parseListen(options.listen)
  const handler = new RequestHandler(store, options.logger)
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    void handler.handle(request, response)
  })
  const tails = new TailServer(store, options.logger, options.pingMs)
  server.on('upgrade', (request, socket, head) => tails.upgrade(request, socket, head))
  const port = await listen(server, address)
  const timer = setInterval(() => store.expire(), EXPIRE_EVERY_MS)
  timer.unref()
  return {
    url: urlOf(address, port),
    port,
    async close() {
      clearInterval(timer)
      await tails.close()
      await closeServer(server)
    },
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

interface Answer {
  readonly status: number
  readonly type?: string
  readonly body?: string
}

class RequestHandler {
  readonly #store: LineStore
  readonly #logger: Logger
  readonly #bodies: BodyBudget = { used: 0, most: MAX_BODIES_BYTES }
  #queries = 0

  constructor(store: LineStore, logger: Logger) {
    this.#store = store
    this.#logger = logger
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    let answer: Answer
    try {
      answer = await this.#route(request, gone.signal)
    } catch (error) {
      if (gone.signal.aborted) return
      answer = this.#failure(error, request)
    }
    if (response.destroyed) return
    // A body that was not read to its end would be taken for the next request.
    if (!request.complete) response.setHeader('Connection', 'close')
    if (answer.type !== undefined) response.setHeader('Content-Type', answer.type)
    if (answer.status >= 400) response.setHeader('X-Content-Type-Options', 'nosniff')
    response.writeHead(answer.status).end(answer.body)
  }

  #failure(error: unknown, request: IncomingMessage): Answer {
    if (error instanceof StoreError) {
      const isPush = request.url?.includes('/push') ?? false
      return {
        status: error.status,
        type: TEXT,
        body: isPush ? `${error.message}\n` : error.message,
      }
    }
    this.#logger.error(
      { err: error, url: request.url?.slice(0, 500) },
      'Request to the store failed.',
    )
    return { status: 500, type: TEXT, body: `internal error: ${(error as Error).message}` }
  }

  async #route(request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
    const { pathname, searchParams } = parseAddress(request.url)
    const method = request.method ?? 'GET'
    const path = pathname.startsWith('/loki/api/v1/') ? pathname.slice('/loki/api/v1'.length) : ''
    if (path === '/push' && method === 'POST') return this.#push(request)
    if (method !== 'GET' && method !== 'POST') return notFound()
    if (pathname === '/ready') return { status: 200, type: TEXT, body: 'ready\n' }
    const value = /^\/label\/([^/]+)\/values$/.exec(path)
    const read = value === null ? this.#reader(path) : undefined
    if (value === null && read === undefined) return notFound()
    const params = await this.#params(request, searchParams)
    if (value !== null) {
      return json(labelValues(this.#store, decodeSegment(value[1]!), params))
    }
    const categorize = wantsCategories(header(request, 'x-loki-response-encoding-flags'))
    return read!(params, { categorize, signal })
  }

  /** What answers a path; undefined: nothing does. */
  #reader(
    path: string,
  ):
    | ((
        params: Params,
        how: { categorize: boolean; signal: AbortSignal },
      ) => Answer | Promise<Answer>)
    | undefined {
    const store = this.#store
    switch (path) {
      case '/query_range':
        return (params, { categorize, signal }) =>
          this.#query(
            () => queryRange(store, { ...rangeQuery(params, store.now()), signal }),
            categorize,
          )
      case '/query':
        return (params, { categorize, signal }) =>
          this.#query(
            () => queryInstant(store, { ...instantQuery(params, store.now()), signal }),
            categorize,
          )
      case '/labels':
      case '/label':
        return (params) => json(labelNames(store, params))
      case '/series':
        return (params) => json(seriesOf(store, params))
      case '/index/stats':
        return (params) => json(indexStats(store, params))
      case '/index/volume':
        return (params) => json(indexVolume(store, params))
      case '/status/buildinfo':
        return () => buildInfo()
      case '/tail':
        return () => ({ status: 400, type: TEXT, body: 'Bad Request\n' })
      default:
        return undefined
    }
  }

  async #push(request: IncomingMessage): Promise<Answer> {
    const { limits } = this.#store
    const body = {
      contentType: request.headers['content-type'],
      contentEncoding: header(request, 'content-encoding'),
      bytes: await readBody(request, limits.maxBodyBytes, this.#bodies),
    }
    this.#store.append(await decodePush(body, limits))
    return { status: 204 }
  }

  async #query(run: () => Promise<QueryResult>, categorize: boolean): Promise<Answer> {
    if (this.#queries >= this.#store.limits.maxQueries) {
      throw new StoreError(429, 'too many outstanding requests')
    }
    this.#queries++
    try {
      return { status: 200, type: JSON_TYPE, body: renderResult(await run(), categorize) }
    } finally {
      this.#queries--
    }
  }

  async #params(request: IncomingMessage, search: Params): Promise<Params> {
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    if (request.method !== 'POST' || isForm !== true) return search
    const body = await readBody(request, MAX_HEADER_BYTES * 3, this.#bodies)
    return new URLSearchParams([...search, ...new URLSearchParams(body.toString())])
  }
}

/** A path that begins with two slashes would be taken for a host. */
function parseAddress(path = '/'): URL {
  try {
    return new URL(path.replace(/^\/{2,}/, '/'), 'http://store')
  } catch (error) {
    throw new StoreError(400, 'invalid address', { cause: error })
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    throw new StoreError(400, `invalid URL escape ${JSON.stringify(segment)}`, { cause: error })
  }
}

const notFound = (): Answer => ({ status: 404, type: TEXT, body: '404 page not found\n' })

const json = (data: object): Answer => ({
  status: 200,
  type: JSON_TYPE,
  body: `${JSON.stringify(data)}\n`,
})

/** Behaves as Loki 3.4 does; the suffix says that it is none. */
function buildInfo(): Answer {
  const info = {
    version: '3.4.4-picket',
    revision: '',
    branch: 'embedded',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  }
  return { status: 200, type: 'application/json', body: `${JSON.stringify(info)}\n` }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
