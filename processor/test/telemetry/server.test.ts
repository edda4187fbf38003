import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { Report } from '../../src/core/report.ts'
import { createLivePages } from '../../src/live/index.ts'
import { DetectionRing } from '../../src/telemetry/detection-ring.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { createApiServer, type ApiServer, type ApiServerDeps } from '../../src/telemetry/server.ts'
import { sampleReport } from './sample-report.ts'

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

describe('the HTTP API', () => {
  let server: ApiServer
  let url: string
  let port: number
  let ring: DetectionRing
  let ready: { ok: boolean; reasons: string[] }
  let asked: boolean[]
  let token: string | undefined
  const pushed: string[] = []

  beforeEach(async () => {
    ring = new DetectionRing(1000)
    ready = { ok: true, reasons: [] }
    asked = []
    token = undefined
    pushed.length = 0
    await start()
  })
  afterEach(() => server.close())

  async function start(change: Partial<ApiServerDeps> = {}): Promise<void> {
    server = createApiServer({
      report: ({ all }): Report => {
        asked.push(all)
        return sampleReport()
      },
      status: () => ({ inputs: [] }),
      ready: () => ready,
      metrics: () => Promise.resolve('picket_up 1\n'),
      detections: ring,
      pages: createLivePages([]),
      logger: silentLogger,
      token: () => token,
      routes: [
        {
          method: 'POST',
          path: '/api/v1/blocks',
          handle: (_request, response) => {
            response.writeHead(201).end('blocked')
          },
        },
        {
          method: 'GET',
          path: '/api/v1/blocks',
          handle: () => {
            throw new Error('secret detail')
          },
        },
      ],
      pushRoutes: [
        {
          method: 'POST',
          path: '/loki/api/v1/push',
          async handle(request, response) {
            for await (const chunk of request) pushed.push(String(chunk))
            response.writeHead(204).end()
          },
        },
      ],
      ...change,
    })
    ;({ url, port } = await server.start('127.0.0.1:0'))
  }

  function ask(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        url + path,
        { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
        (response) => {
          let body = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          )
        },
      )
      request.on('error', reject)
      request.end(options.body)
    })
  }

  const json = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse((await ask(path)).body) as Record<string, unknown>

  test.each([
    { path: '/healthz', type: 'text/plain', holds: 'ok' },
    { path: '/readyz', type: 'application/json', holds: '"ready":true' },
    { path: '/metrics', type: 'text/plain; version=0.0.4', holds: 'picket_up 1' },
    { path: '/api/v1/report', type: 'application/json', holds: '"version":1' },
    { path: '/api/v1/status', type: 'application/json', holds: '"inputs":[]' },
    { path: '/api/v1/detections', type: 'application/json', holds: '{"detections":[],"next":""}' },
    { path: '/', type: 'text/html', holds: '<title>Picket</title>' },
    { path: '/live.js', type: 'text/javascript', holds: 'EventSource' },
    { path: '/live.css', type: 'text/css', holds: '.badge' },
  ])('answers $path', async ({ path, type, holds }) => {
    const reply = await ask(path)
    expect(reply.status).toBe(200)
    expect(reply.headers['content-type']).toContain(type)
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
    expect(reply.body).toContain(holds)

    const head = await ask(path, { method: 'HEAD' })
    expect([head.status, head.body, head.headers['content-length']]).toEqual([
      200,
      '',
      String(Buffer.byteLength(reply.body)),
    ])
  })

  it('says why it is not ready', async () => {
    ready = { ok: false, reasons: ['Input fw: connection refused'] }
    const reply = await ask('/readyz')
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      503,
      { ready: false, reasons: ['Input fw: connection refused'] },
    ])
  })

  test.each([
    { path: '/nothing', method: 'GET', status: 404 },
    { path: '/../../etc/passwd', method: 'GET', status: 404 },
    { path: '/metrics', method: 'POST', status: 405 },
    { path: '/metrics', method: 'OPTIONS', status: 405 },
    { path: '/loki/api/v1/push', method: 'GET', status: 405 },
    { path: '/api/v1/report?top=many', method: 'GET', status: 400 },
    { path: '/api/v1/report?ip=nobody', method: 'GET', status: 400 },
    { path: '/api/v1/report?danger=9', method: 'GET', status: 400 },
    { path: '/api/v1/detections?limit=-1', method: 'GET', status: 400 },
  ])(
    'answers $method $path with $status and a reason as JSON',
    async ({ path, method, status }) => {
      const reply = await ask(path, { method })
      expect(reply.status).toBe(status)
      expect(JSON.parse(reply.body)).toEqual({ error: expect.any(String) as string })
      if (status === 405) expect(reply.headers.allow).toBeDefined()
    },
  )

  it('tells a caller nothing of an error inside', async () => {
    const reply = await ask('/api/v1/blocks')
    expect(reply.status).toBe(500)
    expect(reply.body).not.toContain('secret detail')
  })

  describe('the report', () => {
    const sources = async (query: string): Promise<string[]> =>
      ((await json(`/api/v1/report${query}`)).sources as { source: string }[]).map(
        ({ source }) => source,
      )

    test.each([
      { query: '', expected: ['192.0.2.1', '2001:db8::1', '198.51.100.7'], all: false },
      { query: '?all=1', expected: ['192.0.2.1', '2001:db8::1', '198.51.100.7'], all: true },
      { query: '?top=1', expected: ['192.0.2.1'], all: false },
      { query: '?danger=3', expected: ['192.0.2.1', '2001:db8::1'], all: false },
      { query: '?danger=0', expected: ['192.0.2.1', '2001:db8::1', '198.51.100.7'], all: true },
      { query: '?ip=2001:DB8:0::1', expected: ['2001:db8::1'], all: true },
      { query: '?ip=203.0.113.1', expected: [], all: true },
    ])('is narrowed by "$query"', async ({ query, expected, all }) => {
      expect(await sources(query)).toEqual(expected)
      expect(asked).toEqual([all])
    })

    it('can leave destinations out of a sweep', async () => {
      const report = (await json('/api/v1/report?destinations=1')) as unknown as Report
      expect(report.sources.map(({ destinations }) => destinations.length)).toEqual([1, 1, 0])
    })
  })

  describe('detections', () => {
    const push = (from: number, to: number): void => {
      for (let i = from; i <= to; i++)
        ring.push({ id: `d${i}`, ns: String(i).padStart(19, '0'), json: `{"id":"d${i}"}` })
    }

    it('are paged by since and limit', async () => {
      push(1, 5)
      expect(await json('/api/v1/detections?limit=2')).toEqual({
        detections: [{ id: 'd4' }, { id: 'd5' }],
        next: 'd5',
      })
      expect(await json('/api/v1/detections?since=d1&limit=2')).toEqual({
        detections: [{ id: 'd2' }, { id: 'd3' }],
        next: 'd3',
      })
    })

    /** Reads events until there are `count`, then hangs up. */
    async function events(
      path: string,
      count: number,
      headers: Record<string, string> = {},
    ): Promise<string[]> {
      const answer = await fetch(url + path, {
        headers: { accept: 'text/event-stream', ...headers },
      })
      expect(answer.headers.get('content-type')).toContain('text/event-stream')
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while ((text.match(/^data:/gm) ?? []).length < count) {
        const { value, done } = await reader.read()
        if (done) break
        text += value
      }
      await reader.cancel()
      return [...text.matchAll(/^id: (.*)\ndata: \{"id":"\1"\}$/gm)].map(([, id = '']) => id)
    }

    it('come as server-sent events: first those there, then each as it happens', async () => {
      push(1, 2)
      const reading = events('/api/v1/detections', 4)
      await new Promise((resolve) => setTimeout(resolve, 50))
      push(3, 4)
      expect(await reading).toEqual(['d1', 'd2', 'd3', 'd4'])
    })

    it('go on behind Last-Event-ID, which a browser sends by itself', async () => {
      push(1, 5)
      expect(await events('/api/v1/detections?since=d1', 2, { 'last-event-id': 'd3' })).toEqual([
        'd4',
        'd5',
      ])
    })

    it('keep a quiet stream alive', async () => {
      await server.close()
      await start({ heartbeatMs: 5 })
      const answer = await fetch(`${url}/api/v1/detections`, {
        headers: { accept: 'text/event-stream' },
      })
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while (!text.includes(': still here')) text += (await reader.read()).value ?? ''
      await reader.cancel()
    })

    it('are not queued for a reader that takes nothing: it is dropped', async () => {
      await server.close()
      ring = new DetectionRing(50)
      await start({ heartbeatMs: 10 })
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write(
        `GET /api/v1/detections HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`,
      )
      await once(socket, 'readable')
      // Nothing is read from here on; far more is sent than sockets buffer.
      const json = `{"text":"${'x'.repeat(100_000)}"}`
      const closed = once(socket, 'close')
      for (let i = 0; i < 400; i++) {
        ring.push({ id: `big${i}`, ns: '0', json })
        await new Promise((resolve) => setImmediate(resolve))
      }
      socket.on('data', () => {})
      await closed
      expect(socket.bytesRead).toBeLessThan(400 * 100_000)
    })
  })

  describe('changes of state', () => {
    it('are off without a token', async () => {
      const reply = await ask('/api/v1/blocks', { method: 'POST' })
      expect([reply.status, JSON.parse(reply.body)]).toMatchObject([
        403,
        { error: expect.stringContaining('tokenFile') as string },
      ])
    })

    test.each([
      { authorization: undefined, status: 401 },
      { authorization: 'Bearer wrong', status: 401 },
      { authorization: 'Basic c2VjcmV0', status: 401 },
      { authorization: 'Bearer s3cret', status: 201 },
    ])('with authorization $authorization answer $status', async ({ authorization, status }) => {
      token = 's3cret'
      const headers = authorization === undefined ? {} : { authorization }
      expect((await ask('/api/v1/blocks', { method: 'POST', headers })).status).toBe(status)
    })

    it('by push need the token only if there is one', async () => {
      const push = (headers: Record<string, string> = {}): Promise<Reply> =>
        ask('/loki/api/v1/push', { method: 'POST', body: 'lines', headers })
      expect((await push()).status).toBe(204)
      token = 's3cret'
      expect((await push()).status).toBe(401)
      expect((await push({ authorization: 'Bearer s3cret' })).status).toBe(204)
      expect(pushed).toEqual(['lines', 'lines'])
    })

    test.each([
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ])('are refused for a page of another site: %j', async (headers) => {
      expect((await ask('/loki/api/v1/push', { method: 'POST', body: 'x', headers })).status).toBe(
        403,
      )
      expect(pushed).toEqual([])
    })
  })

  describe('names', () => {
    test.each([
      { host: 'localhost:9744', status: 200 },
      { host: '127.0.0.1', status: 200 },
      { host: '[::1]:9744', status: 200 },
      { host: 'LOCALHOST', status: 200 },
      { host: 'picket.example:9744', status: 421 },
      { host: 'localhost.evil.example', status: 421 },
      { host: '127.0.0.1.evil.example', status: 421 },
    ])('on loopback: $host is answered with $status', async ({ host, status }) => {
      expect((await ask('/metrics', { headers: { host } })).status).toBe(status)
    })

    it('of a proxy can be allowed', async () => {
      await server.close()
      await start({ allowedHosts: ['picket.example'] })
      expect((await ask('/metrics', { headers: { host: 'Picket.Example:443' } })).status).toBe(200)
    })
  })

  describe('listening', () => {
    test.each(['nonsense', '127.0.0.1:70000', '1.2.3.4:5:6', '[zz]:1'])(
      'refuses %j',
      async (listen) => {
        await expect(
          createApiServer({ ...deps(), logger: silentLogger }).start(listen),
        ).rejects.toThrow('no address')
      },
    )

    it('says that the port is taken', async () => {
      const second = createApiServer({ ...deps(), logger: silentLogger })
      await expect(second.start(`127.0.0.1:${port}`)).rejects.toThrow('taken by another program')
    })

    it('ends open streams on close', async () => {
      const answer = await fetch(`${url}/api/v1/detections`, {
        headers: { accept: 'text/event-stream' },
      })
      await server.close()
      await expect(answer.text()).resolves.toContain('retry')
    })
  })

  function deps(): Omit<ApiServerDeps, 'logger'> {
    return {
      report: () => sampleReport(),
      status: () => ({}),
      ready: () => ready,
      metrics: () => Promise.resolve(''),
      detections: ring,
    }
  }
})
