import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { PbfWriter } from 'pbf'
import { compress } from 'snappyjs'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { Source } from '../../../src/pipeline/types.ts'
import { pushSource } from '../../../src/sources/push/index.ts'
import { buildContext, readLines } from '../../helpers/sources.ts'

let folder = ''
let server: Server
let url = ''
let source: Source & {
  routes?: readonly { path: string; handle: (...words: never[]) => unknown }[]
}

async function start(options: object = {}): Promise<void> {
  source = pushSource.create(
    pushSource.schema.parse({ type: 'push', ...options }),
    buildContext(folder),
  )
  server = createServer((request, response) => {
    const route = source.routes?.[0]
    void route?.handle(request as never, response as never, new URL('http://x/') as never)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/loki/api/v1/push`
}
async function stop(): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await source.close?.()
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'picket-push-'))
  await start()
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

const push = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body: Buffer.from(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  })
const json = (...values: [string, string][]): string =>
  JSON.stringify({ streams: [{ stream: { job: 'firewall' }, values }] })

function protobuf(labels: string, entries: readonly (readonly [bigint, string])[]): Uint8Array {
  const writer = new PbfWriter()
  writer.writeMessage(
    1,
    (_, stream) => {
      stream.writeStringField(1, labels)
      for (const [ns, line] of entries)
        stream.writeMessage(
          2,
          (__, entry) => {
            entry.writeMessage(
              1,
              (___, time) => {
                time.writeVarintField(1, Number(ns / 1_000_000_000n))
                time.writeVarintField(2, Number(ns % 1_000_000_000n))
              },
              null,
            )
            entry.writeStringField(2, line)
          },
          null,
        )
    },
    null,
  )
  return compress(writer.finish())
}

describe('a push', () => {
  const body = json(['1772323200000000002', 'b'], ['1772323200000000001', 'a'])

  test.each([
    ['JSON', () => push(body)],
    [
      'JSON with a charset',
      () => push(body, { 'Content-Type': 'application/json; charset=utf-8' }),
    ],
    ['gzip', () => push(gzipSync(body), { 'Content-Encoding': 'gzip' })],
    ['deflate', () => push(deflateSync(body), { 'Content-Encoding': 'deflate' })],
    [
      'snappy protobuf',
      () =>
        push(
          protobuf('{job="firewall", host="a\\"b"}', [
            [1_772_323_200_000_000_002n, 'b'],
            [1_772_323_200_000_000_001n, 'a'],
          ]),
          {
            'Content-Type': 'application/x-protobuf',
          },
        ),
    ],
  ])('as %s is answered with 204 and read back in order of time', async (_, send) => {
    expect((await send()).status).toBe(204)
    expect((await readLines(source, undefined, 2)).lines).toEqual(['a', 'b'])
  })

  test.each<[string, number, () => Promise<Response>]>([
    ['broken JSON', 400, () => push('{')],
    ['a time that is a number', 400, () => push('{"streams":[{"stream":{},"values":[[1,"x"]]}]}')],
    ['no streams', 422, () => push('{}')],
    ['bytes that are no gzip', 400, () => push(body, { 'Content-Encoding': 'gzip' })],
    ['an unknown encoding', 400, () => push(body, { 'Content-Encoding': 'br' })],
    ['JSON sent as text', 400, () => push(body, { 'Content-Type': 'text/plain' })],
    [
      'a snappy block that promises gigabytes',
      413,
      () =>
        push(Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x04, 0]), {
          'Content-Type': 'application/x-protobuf',
        }),
    ],
    ['a body over the limit', 413, () => push('x'.repeat(17 * 1024 * 1024))],
    [
      'a gzip bomb',
      413,
      () => push(gzipSync(Buffer.alloc(40 * 1024 * 1024)), { 'Content-Encoding': 'gzip' }),
    ],
  ])('of %s is answered with %i', async (_, status, send) => {
    expect((await send()).status).toBe(status)
  })

  it("leaves out Picket's own detections", async () => {
    const own = JSON.stringify({
      streams: [{ stream: { job: 'picket' }, values: [['1772323200000000001', 'own']] }],
    })
    await push(own)
    await push(json(['1772323200000000002', 'line']))
    expect((await readLines(source, undefined, 1)).lines).toEqual(['line'])
  })

  it('is refused with 429 while the spool is full, and taken again once lines have been processed', async () => {
    await stop()
    await start({ maxSpoolBytes: 1024 * 1024 })
    const large = (n: number): string =>
      json(
        ...Array.from({ length: 6 }, (_, i): [string, string] => [
          `177232320000000${n}00${i}`,
          'x'.repeat(60_000),
        ]),
      )
    expect((await push(large(1))).status).toBe(204)
    expect((await push(large(2))).status).toBe(204)
    const refused = await push(large(3))
    expect(refused.status).toBe(429)
    expect(refused.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const { next } = await readLines(source, undefined, 12)
    if (next !== undefined) await source.commit?.(next)
    expect((await push(large(3))).status).toBe(204)
    expect((await readLines(source, next, 6)).lines).toHaveLength(6)
  })

  it('too large for the spool for ever is refused with 413', async () => {
    await stop()
    await start({ maxSpoolBytes: 1024 * 1024 })
    const values = Array.from({ length: 20 }, (_, i): [string, string] => [
      String(i),
      'x'.repeat(60_000),
    ])
    expect((await push(json(...values))).status).toBe(413)
  })

  it('that is repeated because its answer was lost gives its lines once, also after a restart', async () => {
    expect((await push(body)).status).toBe(204)
    expect((await push(body)).status).toBe(204)
    await stop()
    await start()
    expect((await push(body)).status).toBe(204)
    await push(json(['1772323200000000003', 'c']))
    expect((await readLines(source, undefined, 3)).lines).toEqual(['a', 'b', 'c'])
  })

  it('says 500 when the spool cannot be written', async () => {
    await stop()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file where the folder should be')
    await start()
    const answer = await push(body)
    expect(answer.status).toBe(500)
    expect(await answer.text()).toMatch(/^the lines cannot be stored: /)
    await expect(source.check(AbortSignal.timeout(1000))).rejects.toThrow(
      /spool .* cannot be opened/,
    )
  })
})

describe('the spool', () => {
  it('goes on at the position after a restart, also inside a push', async () => {
    const many = Array.from(
      { length: 12_000 },
      (_, i) => [String(1_772_323_200_000_000_000n + BigInt(i)), `line ${i}`] as [string, string],
    )
    await push(json(...many))
    const first = await readLines(source, undefined, 5000)
    await stop()
    await start()
    const second = await readLines(source, first.next, 7000)
    expect([...first.lines, ...second.lines]).toEqual(many.map(([, line]) => line))
  })

  it('drops a record that a crash cut off, and takes new ones behind it', async () => {
    await push(json(['1772323200000000001', 'whole']))
    await stop()
    appendFileSync(join(folder, readdirSync(folder)[0] ?? ''), Buffer.from([200, 0, 0, 0, 1, 2, 3]))
    await start()
    await push(json(['1772323200000000002', 'after']))
    expect((await readLines(source, undefined, 2)).lines).toEqual(['whole', 'after'])
  })

  it('takes pushes at the same time, each answered, none lost', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        push(json([`17723232000000000${String(i).padStart(2, '0')}`, `line ${i}`])),
      ),
    )
    expect(answers.every(({ status }) => status === 204)).toBe(true)
    expect((await readLines(source, undefined, 50)).lines.sort()).toEqual(
      Array.from({ length: 50 }, (_, i) => `line ${i}`).sort(),
    )
  })
})
