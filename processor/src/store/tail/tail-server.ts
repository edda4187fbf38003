import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Logger } from '../../telemetry/logger.ts'
import { limitOf, timeOf, type Params } from '../http/params.ts'
import { wantsCategories } from '../http/render.ts'
import type { Expr } from '../logql/ast.ts'
import { isLog, parseQuery } from '../logql/parse.ts'
import { parseStep } from '../http/time.ts'
import { StoreError } from '../store-error.ts'
import type { LineStore } from '../store.ts'
import { Tail, type TailOptions } from './tail.ts'

const DEFAULT_LIMIT = 100
const HOUR_MS = 3_600_000
const MAX_DELAY_NS = 5_000_000_000n
const PING_MS = 1000
/** Clients send nothing but control frames. */
const MAX_CLIENT_MESSAGE = 4096
const ABNORMAL = 1011
const CLOSE_MS = 500

interface TailRequest extends TailOptions {
  readonly expression: Expr
}

/** All tails of a server: `GET /loki/api/v1/tail`, upgraded to a websocket. */
export class TailServer {
  readonly #store: LineStore
  readonly #logger: Logger
  readonly #pingMs: number
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_CLIENT_MESSAGE,
  })
  readonly #tails = new Map<WebSocket, Tail>()

  constructor(store: LineStore, logger: Logger, pingMs = PING_MS) {
    this.#store = store
    this.#logger = logger
    this.#pingMs = pingMs
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener a reset during the handshake would end the process.
    socket.on('error', () => socket.destroy())
    let asked: TailRequest
    try {
      asked = this.#read(request)
    } catch (error) {
      refuse(socket, error instanceof StoreError ? error : new StoreError(500, String(error)))
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (websocket) => this.#start(websocket, asked))
  }

  /** Says so to each client, and does not wait long for those that do not answer. */
  async close(): Promise<void> {
    const ends = [...this.#tails.keys()].map(async (websocket) => {
      const closed = once(websocket, 'close')
      websocket.close(ABNORMAL, 'all ingesters closed the connection')
      const timer = setTimeout(() => websocket.terminate(), CLOSE_MS)
      await closed
      clearTimeout(timer)
    })
    await Promise.all(ends)
    await new Promise<void>((resolve) => {
      this.#sockets.close(() => resolve())
    })
  }

  #read(request: IncomingMessage): TailRequest {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store')
    if (pathname !== '/loki/api/v1/tail') throw new StoreError(404, '404 page not found\n')
    const expression = parseQuery(searchParams.get('query') ?? '')
    const limit = limitOf(searchParams) ?? DEFAULT_LIMIT
    const { maxEntries } = this.#store.limits
    if (limit > maxEntries) {
      throw new StoreError(
        400,
        `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${maxEntries})`,
      )
    }
    const start = timeOf(searchParams, 'start')
    const flags = request.headers['x-loki-response-encoding-flags']
    return {
      expression,
      limit,
      startNs: start ?? BigInt(Math.floor(this.#store.now() - HOUR_MS)) * 1_000_000n,
      delayMs: delayOf(searchParams),
      categorize: wantsCategories(Array.isArray(flags) ? flags.join(',') : flags),
    }
  }

  #start(websocket: WebSocket, asked: TailRequest): void {
    const { maxTails } = this.#store.limits
    websocket.on('error', () => websocket.terminate())
    if (!isLog(asked.expression)) {
      websocket.close(ABNORMAL, 'only log selector is supported')
      return
    }
    if (this.#tails.size >= maxTails) {
      websocket.close(
        ABNORMAL,
        `max concurrent tail requests limit exceeded, count > limit (${this.#tails.size + 1} > ${maxTails})`,
      )
      return
    }
    const tail = new Tail(this.#store, websocket, asked.expression, asked)
    const pings = setInterval(() => websocket.ping(), this.#pingMs)
    const end = setTimeout(
      () => websocket.close(ABNORMAL, 'reached tail max duration limit'),
      HOUR_MS,
    )
    end.unref()
    this.#tails.set(websocket, tail)
    websocket.on('close', () => {
      clearInterval(pings)
      clearTimeout(end)
      tail.stop()
      this.#tails.delete(websocket)
    })
    tail.start().catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'Tail ended.')
      websocket.close(ABNORMAL, (error as Error).message.slice(0, 100))
    })
  }
}

function delayOf(params: Params): number {
  const text = params.get('delay_for') ?? ''
  const ns = text === '' ? 0n : parseStep(text)
  if (ns === undefined || ns < 0n) {
    throw new StoreError(400, `could not parse 'delay_for' parameter: ${JSON.stringify(text)}`)
  }
  if (ns > MAX_DELAY_NS) throw new StoreError(400, "delay_for can't be greater than 5")
  return Number(ns / 1_000_000n)
}

/** Before the upgrade: an ordinary answer. */
function refuse(socket: Duplex, { status, message }: StoreError): void {
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(message)}`,
      'Connection: close',
      '',
      message,
    ].join('\r\n'),
  )
}
