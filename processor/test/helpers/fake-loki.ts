import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { WebSocketServer, type WebSocket } from 'ws'

export type FakeLabels = Readonly<Record<string, string>>

export interface FakeEntry {
  readonly labels: FakeLabels
  readonly ns: bigint
  readonly line: string
  readonly metadata: Readonly<Record<string, string>> | undefined
}

export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What to do with a request instead of answering it. */
export type FakeFault =
  | 'reset'
  | 'hang'
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }

export interface FakeLokiOptions {
  /** `max_entries_limit_per_query`. */
  maxLimit?: number
  /** `split_queries_by_interval`; a full page over several parts has holes, as before Loki 3.7. */
  splitNs?: bigint
  /** An answer with more lines never comes. */
  mostLines?: number
  /** `max_query_length`. */
  longestNs?: bigint
  /** Remember empty answers to queries with a filter. */
  cache?: boolean
  gzip?: boolean
  pingMs?: number
}

/** A Loki on 127.0.0.1 with the habits that a reader has to live with. Equal times of several streams come in another order each time. */
export class FakeLoki {
  readonly options: FakeLokiOptions
  readonly entries: FakeEntry[] = []
  readonly requests: FakeRequest[] = []
  readonly tails = new Set<WebSocket>()
  /** Asked first for each request. */
  fault: (request: FakeRequest) => FakeFault | undefined = () => undefined
  url = ''
  #turn = 0
  readonly #emptied = new Set<string>()
  readonly #server = createServer((request, response) => void this.#handle(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true })

  constructor(options: FakeLokiOptions = {}) {
    this.options = options
  }

  async start(): Promise<this> {
    this.#server.on('upgrade', (request, socket, head) => {
      const fault = this.fault(this.#request(request, ''))
      if (typeof fault === 'object') {
        socket.end(
          `HTTP/1.1 ${fault.status} No\r\ncontent-length: ${fault.body.length}\r\n\r\n${fault.body}`,
        )
        return
      }
      this.#sockets.handleUpgrade(request, socket, head, (tail) => {
        this.tails.add(tail)
        tail.on('close', () => this.tails.delete(tail))
        tail.ping()
      })
    })
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  async stop(): Promise<void> {
    for (const tail of this.tails) tail.terminate()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  push(labels: FakeLabels, ns: bigint, line: string, metadata?: Record<string, string>): void {
    this.entries.push({ labels, ns, line, metadata })
    for (const tail of this.tails) tail.send(JSON.stringify({ streams: [] }))
  }

  of(path: string): FakeRequest[] {
    return this.requests.filter((request) => request.path === `/loki/api/v1/${path}`)
  }

  #request(request: IncomingMessage, body: string): FakeRequest {
    const url = new URL(request.url ?? '/', 'http://loki')
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded'
    const query = isForm ? new URLSearchParams(body) : url.searchParams
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      query,
      headers: request.headers,
      body,
    }
    this.requests.push(seen)
    return seen
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const request = this.#request(incoming, Buffer.concat(chunks).toString())
    const fault = this.fault(request)
    if (fault === 'hang') return
    if (fault === 'reset') {
      incoming.socket.destroy()
      return
    }
    if (fault !== undefined) {
      response.writeHead(fault.status, fault.headers).end(fault.body)
      return
    }
    const answer = this.#answer(request)
    if (answer === undefined) {
      incoming.socket.destroy()
      return
    }
    const zipped =
      this.options.gzip === true && request.headers['accept-encoding']?.includes('gzip') === true
    response.writeHead(answer.status, zipped ? { 'content-encoding': 'gzip' } : {})
    response.end(zipped ? gzipSync(answer.body) : answer.body)
  }

  #answer(request: FakeRequest): { status: number; body: string } | undefined {
    const { query } = request
    switch (request.path) {
      case '/loki/api/v1/query_range':
        return this.#queryRange(query)
      case '/loki/api/v1/labels':
        return ok([...new Set(this.entries.flatMap(({ labels }) => Object.keys(labels)))].sort())
      case '/loki/api/v1/series':
        return ok([...this.#streams(query.get('match[]') ?? '').values()])
      case '/loki/api/v1/push': {
        const { streams } = JSON.parse(request.body) as {
          streams: { stream: FakeLabels; values: [string, string, Record<string, string>?][] }[]
        }
        for (const { stream, values } of streams) {
          for (const [ns, line, metadata] of values)
            this.#store({ labels: stream, ns: BigInt(ns), line, metadata })
        }
        return { status: 204, body: '' }
      }
    }
    return { status: 404, body: '404 page not found\n' }
  }

  /** The same stream, nanosecond and line are one entry, whatever the metadata. */
  #store(entry: FakeEntry): void {
    const key = ({ labels, ns, line }: FakeEntry): string => `${keyOf(labels)} ${ns} ${line}`
    if (!this.entries.some((stored) => key(stored) === key(entry))) this.entries.push(entry)
  }

  #streams(query: string): Map<string, FakeLabels> {
    const matches = matcher(query)
    return new Map(
      this.entries
        .filter(({ labels, line }) => matches(labels, line))
        .map(({ labels }) => [keyOf(labels), { ...labels, service_name: 'x' }]),
    )
  }

  #queryRange(query: URLSearchParams): { status: number; body: string } | undefined {
    const { maxLimit = 5000, splitNs, mostLines, longestNs, cache } = this.options
    const text = query.get('query') ?? ''
    const [start, end] = [BigInt(query.get('start') ?? 0), BigInt(query.get('end') ?? 0)]
    const limit = Number(query.get('limit'))
    if (limit > maxLimit) {
      return {
        status: 400,
        body: `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${maxLimit})`,
      }
    }
    if (longestNs !== undefined && end - start > longestNs) {
      return { status: 400, body: 'the query time range exceeds the limit' }
    }
    const cacheKey = `${text} ${start} ${end}`
    if (this.#emptied.has(cacheKey)) return page([], 0)

    const matches = matcher(text)
    const found = this.#shuffled(
      this.entries.filter(
        ({ labels, ns, line }) => ns >= start && ns < end && matches(labels, line),
      ),
    )
    if (query.get('direction') === 'backward') found.reverse()
    if (found.length === 0 && cache === true && text.includes('|=')) this.#emptied.add(cacheKey)
    const splits = splitNs === undefined ? 0 : Number((end - 1n) / splitNs - start / splitNs) + 1
    let taken = found.slice(0, limit)
    if (splits > 1 && splitNs !== undefined && found.length > limit && limit > 1) {
      // The last line of the page is one of a later part, some in between are skipped.
      const later = found.slice(limit).find(({ ns }) => ns / splitNs !== start / splitNs)
      if (later !== undefined) taken = [...found.slice(0, limit - 1), later]
    }
    if (mostLines !== undefined && taken.length > mostLines) return undefined
    return page(taken, splits)
  }

  /** By time; among equal times whole streams in turning order, within a stream as pushed. */
  #shuffled(entries: readonly FakeEntry[]): FakeEntry[] {
    this.#turn += 1
    const turn = this.#turn % 2 === 0 ? 1 : -1
    return entries
      .map((entry, i) => ({ entry, i, key: keyOf(entry.labels) }))
      .sort((a, b) => {
        if (a.entry.ns !== b.entry.ns) return a.entry.ns < b.entry.ns ? -1 : 1
        if (a.key !== b.key) return a.key < b.key ? -turn : turn
        return a.i - b.i
      })
      .map(({ entry }) => entry)
  }
}

function keyOf(labels: FakeLabels): string {
  return JSON.stringify(Object.entries(labels).sort())
}

function ok(data: unknown): { status: number; body: string } {
  return { status: 200, body: JSON.stringify({ status: 'success', data }) }
}

/** Selectors without alternation in patterns but `.+`, and filters with `|=`, which is all that the tests use. */
function matcher(query: string): (labels: FakeLabels, line: string) => boolean {
  const text = query.replace(/#.*$/, '')
  const selector = /\{([^}]*)\}/.exec(text)?.[1] ?? ''
  const conditions = [...selector.matchAll(/(\w+)(=~|!=|=)"((?:[^"\\]|\\.)*)"/g)]
    .map(([, name = '', how = '', value = '']) => ({ name, how, value }))
    .filter(({ name }) => name !== 'service_name')
  const filters = [...text.matchAll(/\|=\s*"([^"]*)"/g)].map(([, part = '']) => part)
  return (labels, line) =>
    conditions.every(({ name, how, value }) => {
      const given = labels[name] ?? ''
      return how === '=~' ? given !== '' : (given === value) === (how === '=')
    }) && filters.every((part) => line.includes(part))
}

function page(entries: readonly FakeEntry[], splits: number): { status: number; body: string } {
  const streams = new Map<string, { stream: FakeLabels; values: unknown[] }>()
  for (const { labels, ns, line, metadata } of entries) {
    const key = keyOf(labels)
    const stream = streams.get(key) ?? { stream: { ...labels, service_name: 'x' }, values: [] }
    streams.set(key, stream)
    stream.values.push([
      String(ns),
      line,
      { structuredMetadata: { detected_level: 'unknown', ...metadata } },
    ])
  }
  return ok({
    resultType: 'streams',
    encodingFlags: ['categorize-labels'],
    result: [...streams.values()].reverse(),
    stats: { summary: { splits, shards: 1 } },
  })
}
