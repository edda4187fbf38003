import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PicketError } from '../errors.ts'
import type { HttpRoute } from '../pipeline/types.ts'
import { errorAnswer, send } from './answer.ts'
import { createApi, type ApiDeps } from './api.ts'
import { streamDetections } from './event-stream.ts'
import { hasToken, isForeign, isKnownHost, SAFE_HEADERS } from './guard.ts'
import { parseListen, urlOf } from './listen.ts'
import type { Logger } from './logger.ts'

export interface ApiServerDeps extends ApiDeps {
  readonly logger: Logger
  /** Further paths. Those that are not GET change state: they need the token, and are off without one. */
  readonly routes?: readonly HttpRoute[]
  /** Inputs that lines are pushed to: they need the token only if one is configured. */
  readonly pushRoutes?: readonly HttpRoute[]
  /** The bearer token, asked at every request so that it can be changed. */
  token?(): string | undefined
  /** Further names by which this machine may be addressed while listening on loopback, behind a proxy for example. */
  readonly allowedHosts?: readonly string[]
  /** For tests. */
  readonly heartbeatMs?: number
}

export interface ApiServer {
  /** Throws PicketError if the address cannot be used. */
  start(listen: string): Promise<{ readonly url: string; readonly port: number }>
  /** Ends streams, lets requests in hand finish for two seconds, closes. */
  close(): Promise<void>
}

const MAX_STREAMS = 100
const CLOSE_GRACE_MS = 2000

export function createApiServer(deps: ApiServerDeps): ApiServer {
  return new PicketServer(deps)
}

class PicketServer implements ApiServer {
  readonly #deps: ApiServerDeps
  readonly #api: ReturnType<typeof createApi>
  readonly #streams = new Set<{ end(): void }>()
  #server: Server | undefined
  #host = ''

  constructor(deps: ApiServerDeps) {
    this.#deps = deps
    this.#api = createApi(deps)
  }

  async start(listen: string): Promise<{ url: string; port: number }> {
    const address = parseListen(listen)
    if (address === undefined) {
      throw new PicketError(
        'PICKET_HTTP_LISTEN',
        `${JSON.stringify(listen)} is no address to listen on: expected host:port, as in 127.0.0.1:9744`,
      )
    }
    this.#host = address.host
    const server = createServer(
      {
        maxHeaderSize: 16 * 1024,
        headersTimeout: 10_000,
        requestTimeout: 60_000,
        keepAliveTimeout: 30_000,
        connectionsCheckingInterval: 5000,
      },
      (request, response) => {
        this.#answer(request, response).catch((error: unknown) =>
          this.#failed(error, request, response),
        )
      },
    )
    server.maxConnections = 1000
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, listen)))
      server.listen(
        { port: address.port, ...(address.host !== '' && { host: address.host }) },
        resolve,
      )
    })
    server.on('error', (error) =>
      this.#deps.logger.warn({ err: error }, 'HTTP server failed, going on.'),
    )
    this.#server = server
    const { port } = server.address() as AddressInfo
    return { url: urlOf(address.host, port), port }
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    for (const stream of this.#streams) stream.end()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
    await closed
    clearTimeout(timer)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isKnownHost(request, this.#host, this.#deps.allowedHosts ?? [])) {
      send(
        request,
        response,
        errorAnswer(421, 'This name is not served here: use 127.0.0.1 or localhost'),
      )
      return
    }
    const url = urlIn(request)
    if (url === undefined) {
      send(request, response, errorAnswer(400, 'The address of the request cannot be read'))
      return
    }
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
    const handler = this.#api(url.pathname)
    const push = routesAt(this.#deps.pushRoutes, url)
    const own = routesAt(this.#deps.routes, url)
    const allowed = [
      ...(handler === undefined ? [] : ['GET']),
      ...[...push, ...own].map((route) => route.method),
    ]
    if (allowed.length === 0) {
      send(request, response, errorAnswer(404, 'Nothing here'))
      return
    }
    if (!allowed.includes(method)) {
      const names = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])]
      send(
        request,
        response,
        errorAnswer(405, `Expected ${names.join(' or ')}`, { allow: names.join(', ') }),
      )
      return
    }
    if (handler !== undefined && method === 'GET') {
      const answer = await handler(url, request)
      if ('streamFrom' in answer) this.#stream(request, response, answer.streamFrom)
      else send(request, response, answer)
      return
    }
    const pushed = push.find((route) => route.method === method)
    const route = pushed ?? own.find((candidate) => candidate.method === method)
    if (route === undefined || !this.#mayCall(request, response, method, pushed !== undefined))
      return
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value)
    await route.handle(request, response, url)
  }

  /** Answers and returns false if the request may not go on. */
  #mayCall(
    request: IncomingMessage,
    response: ServerResponse,
    method: string,
    isPush: boolean,
  ): boolean {
    if (method === 'GET') return true
    const refuse = (status: number, why: string, headers: Record<string, string> = {}): false => {
      // The body is not read; the connection cannot be used again.
      send(request, response, errorAnswer(status, why, { ...headers, connection: 'close' }))
      return false
    }
    if (isForeign(request)) return refuse(403, 'A page of another site may not do this')
    const token = this.#deps.token?.()
    if (token === undefined || token === '') {
      return isPush || refuse(403, 'Off, because no token is configured: set http.tokenFile')
    }
    return (
      hasToken(request, token) ||
      refuse(401, 'The bearer token is missing or wrong', {
        'www-authenticate': 'Bearer realm="picket"',
      })
    )
  }

  #stream(request: IncomingMessage, response: ServerResponse, from: number): void {
    if (this.#streams.size >= MAX_STREAMS) {
      send(
        request,
        response,
        errorAnswer(503, 'Too many streams are open', { 'retry-after': '10' }),
      )
      return
    }
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value)
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end()
      return
    }
    const { detections: ring, heartbeatMs } = this.#deps
    const stream = streamDetections(response, {
      ring,
      from,
      ...(heartbeatMs !== undefined && { heartbeatMs }),
    })
    this.#streams.add(stream)
    response.once('close', () => this.#streams.delete(stream))
  }

  #failed(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    this.#deps.logger.error(
      { err: error, method: request.method, path: request.url },
      'Request failed.',
    )
    if (response.headersSent) response.destroy()
    else
      send(
        request,
        response,
        errorAnswer(500, 'Picket failed to answer; its log says why', { connection: 'close' }),
      )
  }
}

function routesAt(routes: readonly HttpRoute[] | undefined, url: URL): HttpRoute[] {
  return (routes ?? []).filter((route) => route.path === url.pathname)
}

function urlIn(request: IncomingMessage): URL | undefined {
  try {
    return new URL(request.url ?? '/', 'http://picket')
  } catch {
    return undefined
  }
}

function listenError(error: NodeJS.ErrnoException, listen: string): PicketError {
  const why =
    error.code === 'EADDRINUSE'
      ? 'the port is taken by another program'
      : error.code === 'EACCES'
        ? 'not permitted'
        : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND'
          ? 'this machine has no such address'
          : error.message
  return new PicketError('PICKET_HTTP_LISTEN', `Cannot listen on ${listen}: ${why}`, {
    cause: error,
  })
}
