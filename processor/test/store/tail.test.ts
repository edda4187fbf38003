import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startStoreServer, type Store } from '../../src/store/index.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { BASE, NOW_MS, openStore, pushLines, serve } from './store-helpers.ts'

interface Message {
  streams: { stream: Record<string, string>; values: [string, string, object?][] }[]
  dropped_entries?: { timestamp: string; labels: Record<string, string> }[]
  encodingFlags?: string[]
}

class Client {
  readonly socket: WebSocket
  readonly messages: Message[] = []
  pings = 0

  constructor(url: string, params: Record<string, string>, headers: Record<string, string> = {}) {
    const address = `${url.replace('http', 'ws')}/loki/api/v1/tail?${new URLSearchParams(params).toString()}`
    this.socket = new WebSocket(address, { headers })
    this.socket.on('message', (data: Buffer) =>
      this.messages.push(JSON.parse(data.toString()) as Message),
    )
    this.socket.on('ping', () => this.pings++)
    this.socket.on('error', () => {})
    onTestFinished(() => this.socket.terminate())
  }

  get lines(): string[] {
    return this.messages.flatMap(({ streams }) =>
      streams.flatMap(({ values }) => values.map(([, line]) => line)),
    )
  }

  get dropped(): number {
    return this.messages.reduce((sum, { dropped_entries = [] }) => sum + dropped_entries.length, 0)
  }

  async until(test: () => boolean): Promise<void> {
    while (!test()) await once(this.socket, 'message')
  }

  async closed(): Promise<[code: number, reason: string]> {
    const [code, reason] = (await once(this.socket, 'close')) as [number, Buffer]
    return [code, reason.toString()]
  }

  async refused(): Promise<number> {
    const [, response] = (await once(this.socket, 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ]
    return response.statusCode
  }
}

async function opened(
  store: Store,
  query: string,
  params: Record<string, string> = {},
  headers?: Record<string, string>,
): Promise<Client> {
  const client = new Client(await serve(store), { query, ...params }, headers)
  await once(client.socket, 'open')
  return client
}

describe('a tail', () => {
  test('brings the newest lines, oldest first, and then what is pushed and matches', async () => {
    const store = openStore()
    pushLines(
      store,
      [1, 2, 3, 4].map((i) => [i, `old ${i}`]),
    )
    const client = await opened(store, '{job="x"} |~ "old|new"', { limit: '3' })
    await client.until(() => client.lines.length >= 3)
    pushLines(store, [
      [10, 'new'],
      [11, 'filtered'],
      [5, 'new but late'],
    ])
    pushLines(store, [[12, 'new elsewhere']], { job: 'y' })
    pushLines(store, [[10, 'new']])
    pushLines(store, [[13, 'new again']])
    await client.until(() => client.lines.length >= 6)
    expect(client.lines).toEqual(['old 2', 'old 3', 'old 4', 'new', 'new but late', 'new again'])
    expect(client.messages.at(-1)?.streams[0]?.stream).toEqual({ job: 'x', service_name: 'x' })
  })

  test('tells categories apart where asked, in history and live', async () => {
    const store = openStore()
    const entry = (ns: bigint): object => ({ ns, line: 'n=1', metadata: { sid: '9' } })
    const pushOne = (ns: bigint): void =>
      store.push([{ labels: { job: 'x' }, entries: [entry(ns) as { ns: bigint; line: string }] }])
    pushOne(BASE)
    const client = await opened(
      store,
      '{job="x"} | logfmt',
      {},
      { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' },
    )
    await client.until(() => client.lines.length === 1)
    pushOne(BASE + 1n)
    await client.until(() => client.lines.length === 2)
    const values = client.messages.flatMap(({ streams }) => streams.map((stream) => stream))
    const categories = { structuredMetadata: { sid: '9' }, parsed: { n: '1' } }
    expect(values).toEqual(
      [0n, 1n].map((i) => ({
        stream: { job: 'x', service_name: 'x' },
        values: [[String(BASE + i), 'n=1', categories]],
      })),
    )
    expect(client.messages.map(({ encodingFlags }) => encodingFlags)).toEqual([
      ['categorize-labels'],
      ['categorize-labels'],
    ])
  })

  test('holds lines back to sort them where a delay is asked for', async () => {
    let nowMs = NOW_MS
    const store = openStore({ now: () => nowMs })
    const client = await opened(store, '{job="x"}', { delay_for: '2' })
    pushLines(store, [
      [3, 'third'],
      [1, 'first'],
    ])
    nowMs += 1000
    pushLines(store, [[2, 'second']])
    nowMs += 2000
    await client.until(() => client.lines.length === 3)
    expect(client.lines).toEqual(['first', 'second', 'third'])
  })

  test('pings', async () => {
    const client = await opened(openStore(), '{job="x"}')
    await once(client.socket, 'ping')
    expect(client.pings).toBe(1)
  })

  test('never makes the store wait: a client that does not read is told what it missed', async () => {
    const store = openStore()
    const url = await serve(store)
    const [slow, quick] = [1, 2].map(() => new Client(url, { query: '{job="x"}' }))
    await Promise.all([slow, quick].map((client) => once(client!.socket, 'open')))
    slow!.socket.pause()
    const count = 3000
    for (let i = 0; i < count; i++) {
      pushLines(store, [[i, `${i} `.padEnd(20_000, 'x')]])
      if (i % 50 === 49) await quick!.until(() => quick!.lines.length > i)
    }
    expect(quick!.lines).toHaveLength(count)
    expect(quick!.dropped).toBe(0)
    slow!.socket.resume()
    await slow!.until(() => slow!.dropped > 0)
    expect(
      slow!.messages.find(({ dropped_entries }) => dropped_entries !== undefined)
        ?.dropped_entries?.[0],
    ).toEqual({
      timestamp: expect.stringMatching(/^\d{19}$/) as string,
      labels: { job: 'x', service_name: 'x' },
    })
    expect(slow!.lines.length).toBeLessThan(count)
    expect(store.facts().entries).toBe(count)
  })
})

describe('a tail that ends or does not begin', () => {
  test.each<[string, Record<string, string>]>([
    ['a bad query', { query: '{job=' }],
    ['no limit', { query: '{job="x"}', limit: '0' }],
    ['too long a delay', { query: '{job="x"}', delay_for: '6' }],
  ])('400 before the upgrade: %s', async (_name, params) => {
    const client = new Client(await serve(openStore()), params)
    expect(await client.refused()).toBe(400)
  })

  test('1011 for a metric query', async () => {
    const client = new Client(await serve(openStore()), { query: 'count_over_time({job="x"}[1m])' })
    expect(await client.closed()).toEqual([1011, 'only log selector is supported'])
  })

  test('1011 when the server stops', async () => {
    const server = await startStoreServer(openStore(), {
      listen: '127.0.0.1:0',
      logger: silentLogger,
    })
    const client = new Client(server.url, { query: '{job="x"}' })
    await once(client.socket, 'open')
    const closed = client.closed()
    await server.close()
    expect(await closed).toEqual([1011, 'all ingesters closed the connection'])
  })

  test('1011 for one tail too many, and room again when one has gone', async () => {
    const store = openStore({ limits: { maxTails: 1 } })
    const url = await serve(store)
    const first = new Client(url, { query: '{job="x"}' })
    await once(first.socket, 'open')
    const second = new Client(url, { query: '{job="x"}' })
    expect(await second.closed()).toEqual([
      1011,
      'max concurrent tail requests limit exceeded, count > limit (2 > 1)',
    ])
    first.socket.close(1000)
    expect(await first.closed()).toEqual([1000, ''])
    pushLines(store, [[1, 'x']])
    const third = new Client(url, { query: '{job="x"}' })
    await third.until(() => third.lines.length === 1)
  })
})
