import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeAnnotation {
  id: number
  time: number
  timeEnd: number
  tags: string[]
  text: string
  data: Record<string, unknown>
  dashboardUID?: string
  panelId?: number
}

export interface FakeGrafana {
  readonly url: string
  readonly annotations: FakeAnnotation[]
  /** `METHOD /path` of each request, in order. */
  readonly requests: string[]
  /** Status for writes, or a message for all requests. */
  failWith: { status: number; body?: string; method?: string } | undefined
  /** Takes requests and does not answer. */
  hanging: boolean
  /** Does what was asked and closes the connection without an answer. */
  losesAnswers: boolean
  close(): Promise<void>
}

/** The annotation API as Grafana has it, as far as Picket depends on it. */
export async function startFakeGrafana(): Promise<FakeGrafana> {
  let lastId = 0
  const fake: Omit<FakeGrafana, 'url' | 'close'> = {
    annotations: [],
    requests: [],
    failWith: undefined,
    hanging: false,
    losesAnswers: false,
  }
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://grafana')
      const body = await readJson(request)
      fake.requests.push(`${request.method} ${url.pathname}`)
      if (fake.hanging) return
      const failing = fake.failWith
      const hit =
        failing?.method === undefined ? request.method !== 'GET' : failing.method === request.method
      const [status, answer] =
        failing !== undefined && hit
          ? [failing.status, failing.body ?? { message: 'as the test wants' }]
          : handle(request.method ?? '', url, body)
      if (fake.losesAnswers && request.method !== 'GET') {
        request.socket.destroy()
        return
      }
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })()
  })

  function handle(method: string, url: URL, body: Partial<FakeAnnotation>): [number, unknown] {
    const id = Number(/^\/api\/annotations\/(\d+)$/.exec(url.pathname)?.[1])
    if (method === 'PATCH' && id > 0) {
      const annotation = fake.annotations.find((candidate) => candidate.id === id)
      if (annotation === undefined) return [404, { message: 'Annotation not found' }]
      Object.assign(
        annotation,
        body,
        body.tags === undefined ? {} : { tags: body.tags.map(storedTag) },
      )
      return [200, { message: 'Annotation patched' }]
    }
    if (url.pathname !== '/api/annotations') return [404, { message: 'Not found' }]
    if (method === 'POST') {
      if (!body.text) return [400, { message: 'Failed to save annotation: text is empty' }]
      const annotation = {
        ...body,
        id: ++lastId,
        tags: (body.tags ?? []).map(storedTag),
      } as FakeAnnotation
      fake.annotations.push(annotation)
      return [200, { message: 'Annotation added', id: annotation.id }]
    }
    const [from, to] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))]
    const tags = url.searchParams.getAll('tags').map(storedTag)
    const found = fake.annotations
      .filter((a) => from === 0 || to === 0 || (a.time <= to && a.timeEnd >= from))
      .filter((a) => tags.every((tag) => a.tags.includes(tag)))
      .sort((a, b) => b.timeEnd - a.timeEnd || b.time - a.time)
    return [200, found.slice(0, Number(url.searchParams.get('limit') ?? 0) || 100)]
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(fake, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** Grafana keeps a key and what is between the first and the second colon. */
function storedTag(tag: string): string {
  const [key = '', value = ''] = tag.split(':')
  return value === '' ? key : `${key}:${value}`
}

async function readJson(request: IncomingMessage): Promise<Partial<FakeAnnotation>> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? {} : (JSON.parse(text) as Partial<FakeAnnotation>)
}
