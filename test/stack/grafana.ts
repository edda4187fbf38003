import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export const GRAFANA_TOKEN = 'glsa_stack_test'
/** A token whose account may look, but not write. */
export const VIEWER_TOKEN = 'glsa_viewer'

/** An annotation as it is kept. */
export interface Kept {
  readonly id: number
  text: string
  time: number
  timeEnd: number
  tags: string[]
  data: Record<string, unknown>
}

export interface Grafana {
  /** `host:port`. */
  readonly address: string
  readonly annotations: readonly Kept[]
  /** Each end that an annotation has had, by its id, in order. */
  readonly ends: ReadonlyMap<number, readonly number[]>
  /** Requests that were refused, and fields that Grafana does not know: `PATCH 403 …`. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

/** What Grafana allows for all tags of an annotation, as a list in JSON, unless `[annotations] tags_length` says more. */
const TAGS_LENGTH = 500
const DEFAULT_LIMIT = 100
const FIELDS = ['text', 'time', 'timeEnd', 'tags', 'data', 'dashboardUID', 'panelId']

type Answer = readonly [status: number, body: unknown]

/**
 * Grafana's annotation API with its rules: who may, what is required, how tags are kept and limited, what PATCH changes, what a search
 * finds. Accounts: the administrator by password, one service account that edits, one that only views.
 */
export async function startGrafana(password: string): Promise<Grafana> {
  const annotations: Kept[] = []
  const ends = new Map<number, number[]>()
  const complaints: string[] = []

  const roleOf = ({ authorization = '' }: IncomingMessage['headers']): string | undefined => {
    const basic = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`
    if (authorization === basic || authorization === `Bearer ${GRAFANA_TOKEN}`) return 'Editor'
    return authorization === `Bearer ${VIEWER_TOKEN}` ? 'Viewer' : undefined
  }

  function handle(request: IncomingMessage, url: URL, text: string): Answer {
    if (url.pathname === '/api/health') return [200, { database: 'ok' }]
    const role = roleOf(request.headers)
    if (role === undefined) return [401, { message: 'Invalid API key' }]
    const [, id] = /^\/api\/annotations(?:\/(\d+))?$/.exec(url.pathname) ?? []
    if (id === undefined && url.pathname !== '/api/annotations')
      return [404, { message: 'Not found' }]
    const { method = '' } = request
    if (method === 'GET' && id === undefined) return [200, search(url.searchParams)]
    if (role !== 'Editor')
      return [403, { message: 'You’ll need additional permissions to perform this action' }]
    let body: Partial<Kept>
    try {
      body = JSON.parse(text) as Partial<Kept>
    } catch {
      return [400, { message: 'bad request data' }]
    }
    for (const field of Object.keys(body))
      if (!FIELDS.includes(field)) complaints.push(`${method} unknown field ${field}`)
    if (body.tags !== undefined && JSON.stringify(body.tags).length > TAGS_LENGTH)
      return [400, { message: 'tags length exceeds the maximum allowed' }]
    if (method === 'POST' && id === undefined) return create(body)
    return method === 'PATCH' && id !== undefined
      ? patch(Number(id), body)
      : [404, { message: 'Not found' }]
  }

  function create({ text = '', time, timeEnd, tags = [], data = {} }: Partial<Kept>): Answer {
    if (text === '') return [400, { message: 'text field should not be empty' }]
    const begin = time === undefined || time === 0 ? Date.now() : time
    const end = timeEnd === undefined || timeEnd === 0 ? begin : timeEnd
    const id = annotations.length + 1
    annotations.push({
      id,
      text,
      time: Math.min(begin, end),
      timeEnd: Math.max(begin, end),
      tags: tags.map(keptTag),
      data,
    })
    ends.set(id, [Math.max(begin, end)])
    return [200, { message: 'Annotation added', id }]
  }

  /** Only what is given; an empty text and times of 0 cannot be set. */
  function patch(id: number, { text, time, timeEnd, tags, data }: Partial<Kept>): Answer {
    const kept = annotations.find((annotation) => annotation.id === id)
    if (kept === undefined) return [404, { message: 'Annotation not found' }]
    if (text) kept.text = text
    if (time) kept.time = time
    if (timeEnd) kept.timeEnd = timeEnd
    if (tags !== undefined) kept.tags = tags.map(keptTag)
    if (data !== undefined) kept.data = data
    ends.get(id)?.push(kept.timeEnd)
    return [200, { message: 'Annotation patched' }]
  }

  function search(query: URLSearchParams): Kept[] {
    const [from, to] = [Number(query.get('from')), Number(query.get('to'))]
    const wanted = query.getAll('tags').map(keptTag)
    const matches = query.get('matchAny') === 'true' ? 'some' : 'every'
    return annotations
      .filter((one) => from <= 0 || to <= 0 || (one.time <= to && one.timeEnd >= from))
      .filter((one) => wanted.length === 0 || wanted[matches]((tag) => one.tags.includes(tag)))
      .sort((a, b) => b.timeEnd - a.timeEnd || b.time - a.time)
      .slice(0, Number(query.get('limit') ?? 0) || DEFAULT_LIMIT)
  }

  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://grafana')
      const [status, body] = handle(request, url, text)
      if (status !== 200)
        complaints.push(`${request.method ?? ''} ${status} ${JSON.stringify(body)}`)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    annotations,
    ends,
    complaints,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A tag `key:value` is kept as a pair; what follows a second colon is lost. */
function keptTag(tag: string): string {
  const [key = '', value = ''] = tag.split(':')
  return value === '' ? key : `${key}:${value}`
}
