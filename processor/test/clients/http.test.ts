import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import {
  createHttpClient,
  silenceOf,
  type HttpClient,
  type HttpClientOptions,
} from '../../src/clients/http.ts'
import { HttpError } from '../../src/errors.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function client(baseUrl: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    baseUrl,
    connection: {},
    logger: silentLogger,
    sleep: () => Promise.resolve(),
    ...options,
  })
  open.unshift(() => made.close())
  return made
}

const get = { method: 'GET', path: '/x' } as const

test.each([200, 204, 260, 302, 400, 404, 429, 500, 503])(
  'an answer of status %i is an answer',
  async (status) => {
    const url = await serve((_, response) =>
      response.writeHead(status).end(status === 204 ? '' : '{"a":1}'),
    )
    const answer = await client(url).request(get)
    expect(answer.status).toBe(status)
    if (status !== 204) expect(answer.json()).toEqual({ a: 1 })
  },
)

test('path, query, headers and body arrive, and a path in the base address stays', async () => {
  let seen: IncomingMessage | undefined
  let body = ''
  const url = await serve((request, response) => {
    seen = request
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => response.end())
  })
  await client(`${url}/gateway/`, { userAgent: 'picket/1' }).request({
    method: 'POST',
    path: '/x',
    query: { a: 'b c', n: 1, none: undefined, 'match[]': ['p', 'q'] },
    headers: { 'content-type': 'text/plain' },
    body: 'grüß',
  })
  expect(seen?.url).toBe('/gateway/x?a=b+c&n=1&match%5B%5D=p&match%5B%5D=q')
  expect(seen?.headers).toMatchObject({ 'user-agent': 'picket/1', 'content-type': 'text/plain' })
  expect(body).toBe('grüß')
})

test.each([
  ['a tenant', { tenant: 'edge' }, { 'x-scope-orgid': 'edge' }],
  [
    'basic',
    { username: 'u', password: 'p' },
    { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` },
  ],
  ['bearer', { token: 't' }, { authorization: 'Bearer t' }],
  ['further headers', { headers: { 'X-Cluster': 'a' } }, { 'x-cluster': 'a' }],
])('a connection with %s sends it', async (_, connection, expected) => {
  let headers: IncomingMessage['headers'] = {}
  const url = await serve((request, response) => {
    headers = request.headers
    response.end()
  })
  await client(url, { connection }).request(get)
  expect(headers).toMatchObject(expected)
})

test('user and password in the address are sent, and are in no message', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/x') response.end(request.headers.authorization)
    else request.socket.destroy()
  })
  const it = client(url.replace('//', '//me:secret@'))
  expect((await it.request(get)).text()).toBe(
    `Basic ${Buffer.from('me:secret').toString('base64')}`,
  )
  const error = await it.request({ ...get, path: '/reset' }).catch((e: unknown) => e as HttpError)
  expect((error as HttpError).message).not.toContain('secret')
  expect(it.baseUrl).toBe(url)
})

test('a secret in a file is read again on 401, and the request repeated once', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'picket-http-')), 'token')
  writeFileSync(file, 'old\n')
  const tokens: (string | undefined)[] = []
  const url = await serve((request, response) => {
    tokens.push(request.headers.authorization)
    response.writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401).end()
  })
  const it = client(url, { connection: { tokenFile: file } })
  expect((await it.request(get)).status).toBe(401)
  expect(tokens).toEqual(['Bearer old'])
  writeFileSync(file, 'new\n')
  expect((await it.request(get)).status).toBe(200)
  expect(tokens).toEqual(['Bearer old', 'Bearer old', 'Bearer new'])
})

test('a secret that cannot be read names the key and the file, and may be there later', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'picket-http-')), 'token')
  const it = client(await serve((_, response) => response.end()), {
    connection: { tokenFile: file },
  })
  await expect(it.request(get)).rejects.toMatchObject({
    retryable: false,
    message: expect.stringMatching(/tokenFile cannot be read: ENOENT.*token/) as string,
  })
  writeFileSync(file, 't')
  expect((await it.request(get)).status).toBe(200)
})

test.each([502, 503, 504])(
  'a %i is tried again as often as allowed, then handed over',
  async (status) => {
    let asked = 0
    const waits: number[] = []
    const url = await serve((_, response) => response.writeHead(++asked < 3 ? status : 200).end())
    const it = client(url, {
      sleep: (ms) => {
        waits.push(ms)
        return Promise.resolve()
      },
    })
    expect((await it.request({ ...get, retries: 1 })).status).toBe(status)
    expect(asked).toBe(2)
    asked = 0
    expect((await it.request({ ...get, retries: 5 })).status).toBe(200)
    expect(asked).toBe(3)
    expect(waits.reduce((a, b) => a + b, 0)).toBeLessThan(2000)
  },
)

test('a connection that breaks is tried again only if allowed', async () => {
  let asked = 0
  const url = await serve((request, response) => {
    if (++asked % 2 === 1) request.socket.destroy()
    else response.end('there')
  })
  const it = client(url)
  const error = await it.request(get).catch((e: unknown) => e)
  expect(silenceOf(error)).toBe('reset')
  expect((await it.request(get)).text()).toBe('there')
  expect((await it.request({ ...get, retries: 1 })).text()).toBe('there')
})

test('nobody listening is unreachable and retryable', async () => {
  const url = await serve(() => {})
  for (const close of open.splice(0)) await close()
  const error = await client(url)
    .request({ ...get, retries: 2 })
    .catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'PICKET_HTTP', retryable: true, status: undefined })
  expect((error as Error).message).toContain('connection refused')
  expect(silenceOf(error)).toBe('unreachable')
})

test('no answer in time is a timeout, also in the middle of a body, and is not tried again', async () => {
  let asked = 0
  const url = await serve((request, response) => {
    asked += 1
    if (request.url === '/half') response.write('half')
  })
  const it = client(url, { timeoutMs: 50 })
  for (const path of ['/none', '/half']) {
    const error = await it.request({ ...get, path, retries: 3 }).catch((e: unknown) => e)
    expect(silenceOf(error)).toBe('timeout')
  }
  expect(asked).toBe(2)
})

test('an abort ends a request at once', async () => {
  const stop = new AbortController()
  const url = await serve(() => stop.abort())
  const it = client(url)
  const error = await it
    .request({ ...get, retries: 3, signal: stop.signal })
    .catch((e: unknown) => e)
  expect(silenceOf(error)).toBe('stopped')
  await expect(it.request({ ...get, signal: stop.signal })).rejects.toMatchObject({
    retryable: true,
  })
})

test.each([
  ['as announced', 'plain'],
  ['while it comes', 'chunked'],
  ['after decompression', 'gzip'],
])('an answer above the bound is refused %s', async (_, how) => {
  const body = Buffer.alloc(10_000, 'x')
  const url = await serve((_request, response) => {
    if (how === 'gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))
    else if (how === 'plain') response.writeHead(200, { 'content-length': body.length }).end(body)
    else response.end(body)
  })
  const error = await client(url, { maxBytes: 9999 })
    .request(get)
    .catch((e: unknown) => e)
  expect(silenceOf(error)).toBe('too-large')
  expect((await client(url, { maxBytes: 10_000 }).request(get)).bytes.length).toBe(10_000)
})

test('the byte behind the body is there to write on', async () => {
  const url = await serve((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('ab')),
  )
  const { bytes } = await client(url).request(get)
  expect(bytes.byteLength).toBe(2)
  expect(bytes.buffer.byteLength).toBeGreaterThan(bytes.byteOffset + 2)
})

test('a websocket gets the same address and secrets', async () => {
  const it = client('https://loki.example/gw', {
    connection: { tenant: 'a', token: 't', tls: { insecureSkipVerify: true } },
  })
  expect(await it.websocketOptions('/tail', { limit: 1 })).toMatchObject({
    url: 'wss://loki.example/gw/tail?limit=1',
    headers: { 'x-scope-orgid': 'a', authorization: 'Bearer t' },
    rejectUnauthorized: false,
  })
})
