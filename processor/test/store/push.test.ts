import { deflateSync, gzipSync } from 'node:zlib'
import { PbfWriter } from 'pbf'
import { compress } from 'snappyjs'
import { describe, expect, test } from 'vitest'
import { BASE, openStore, push, pushLines, read, readLines, serve } from './store-helpers.ts'

const NS = String(BASE)
const JSON_TYPE = { 'Content-Type': 'application/json' }
const PROTOBUF = { 'Content-Type': 'application/x-protobuf' }
const good = JSON.stringify({ streams: [{ stream: { job: 'x' }, values: [[NS, 'good']] }] })
const withValue = (value: unknown): string =>
  JSON.stringify({ streams: [{ stream: { job: 'x' }, values: [[NS, 'beside'], value] }] })

interface ProtoEntry {
  readonly seconds: bigint
  readonly nanos: number
  readonly line: string
  readonly metadata?: Record<string, string>
}

function protobuf(labels: string, entries: readonly ProtoEntry[]): Buffer {
  const pbf = new PbfWriter()
  pbf.writeMessage(
    1,
    (_none, stream) => {
      stream.writeStringField(1, labels)
      for (const entry of entries) stream.writeMessage(2, writeEntry, entry)
      // Clients may send a hash, and newer ones more.
      stream.writeVarintField(3, 12_345)
      stream.writeStringField(15, 'unknown')
    },
    undefined,
  )
  return Buffer.from(pbf.finish())
}

function writeEntry(entry: ProtoEntry, pbf: PbfWriter): void {
  pbf.writeMessage(
    1,
    (_none, time) => {
      time.writeVarintField(1, Number(entry.seconds))
      time.writeVarintField(2, entry.nanos)
    },
    undefined,
  )
  pbf.writeStringField(2, entry.line)
  for (const [name, value] of Object.entries(entry.metadata ?? {})) {
    pbf.writeMessage(
      3,
      (_none, pair) => {
        pair.writeStringField(1, name)
        pair.writeStringField(2, value)
      },
      undefined,
    )
  }
}

describe('what is accepted', () => {
  test.each([
    ['JSON', good, JSON_TYPE],
    ['JSON with a charset', good, { 'Content-Type': 'application/json; charset=utf-8' }],
    ['gzip', gzipSync(good), { ...JSON_TYPE, 'Content-Encoding': 'gzip' }],
    ['deflate', deflateSync(good), { ...JSON_TYPE, 'Content-Encoding': 'deflate' }],
    [
      'snappy protobuf',
      compress(protobuf('{job="x"}', [{ seconds: BASE / 1_000_000_000n, nanos: 0, line: 'good' }])),
      PROTOBUF,
    ],
    [
      'snappy protobuf that says so',
      compress(protobuf('{job="x"}', [{ seconds: BASE / 1_000_000_000n, nanos: 0, line: 'good' }])),
      { ...PROTOBUF, 'Content-Encoding': 'snappy' },
    ],
  ])('%s', async (_name, body, headers) => {
    const store = openStore()
    const url = await serve(store)
    expect(await push(url, body, headers)).toEqual({ status: 204, type: '', text: '' })
    expect(await read(store)).toEqual([[0, 'good']])
  })

  test('protobuf labels, times to the nanosecond, metadata and text of any kind', async () => {
    const store = openStore()
    const url = await serve(store)
    const lines = ['\ufeffmark', 'żółć 🔥', 'nul \u0000', '', 'x'.repeat(5000)]
    const entries = lines.map((line, i) => ({
      seconds: BASE / 1_000_000_000n,
      nanos: i + 1,
      line,
      metadata: { 'src.ip': '192.0.2.1', host: 'other' },
    }))
    const body = compress(protobuf('{job="x", host="a\\"b\\\\c"}', entries))
    expect((await push(url, body, PROTOBUF)).status).toBe(204)
    expect(await read(store)).toEqual(lines.map((line, i) => [i + 1, line]))
    const filtered = await readLines(
      store,
      '{host=`a"b\\c`} | src_ip="192.0.2.1" | host_extracted="other"',
    )
    expect(filtered).toEqual(lines)
  })

  test.each([
    ['no entries', { streams: [{ stream: { job: 'x' }, values: [] }] }, []],
    [
      'an unknown member and a fourth element',
      { streams: [{ stream: { job: 'x' }, values: [[NS, 'a', {}, 5]], more: 1 }] },
      ['a'],
    ],
    [
      'a missing line, which is empty',
      { streams: [{ stream: { job: 'x' }, values: [[NS]] }] },
      [''],
    ],
    [
      'an empty label, which is none',
      { streams: [{ stream: { job: 'x', host: '' }, values: [[NS, 'a']] }] },
      ['a'],
    ],
  ])('%s', async (_name, body, want) => {
    const store = openStore()
    const url = await serve(store)
    expect((await push(url, JSON.stringify(body))).status).toBe(204)
    expect(await readLines(store, '{job="x", host=""}')).toEqual(want)
  })
})

describe('what is refused, with nothing of it stored', () => {
  test.each<[string, number, RegExp, string | Buffer, Record<string, string>?]>([
    ['broken JSON', 400, /^loghttp.PushRequest/, '{"streams":['],
    ['no streams', 422, /at least one valid stream/, '{"streams":[]}'],
    ['nothing', 422, /at least one valid stream/, '{}'],
    ['a list', 400, /expected an object/, '[]'],
    ['a time that is a number', 400, /is no time/, withValue([1, 'x'])],
    ['a time that is no number', 400, /"yesterday" is no time/, withValue(['yesterday', 'x'])],
    ['a time beyond 64 bits', 400, /beyond 64 bits/, withValue(['9999999999999999999', 'x'])],
    ['a line that is a number', 400, /line: 5 is no string/, withValue([NS, 5])],
    ['metadata with a number', 400, /metadata n: 1 is no string/, withValue([NS, 'x', { n: 1 }])],
    ['nested metadata', 400, /is no string/, withValue([NS, 'x', { a: { b: 'c' } }])],
    ['metadata that is null', 400, /null is no structured metadata/, withValue([NS, 'x', null])],
    ['a value that is no list', 400, /expected a list/, withValue('x')],
    [
      'half a surrogate pair',
      400,
      /surrogate/,
      withValue([NS, 'x']).replace('"x"]', '"a\\ud800b"]'),
    ],
    [
      'a label name with a dash',
      400,
      /"bad-name" is no label name/,
      good.replace('job', 'bad-name'),
    ],
    ['a label that is a number', 400, /label job: 1 is no string/, good.replace('"x"', '1')],
    ['no content type', 400, /^mime: no media type\n$/, good, {}],
    ['JSON called text', 400, /^snappy: corrupt input\n$/, good, { 'Content-Type': 'text/plain' }],
    [
      'an unknown encoding',
      400,
      /^Content-Encoding "br" not supported\n$/,
      good,
      { ...JSON_TYPE, 'Content-Encoding': 'br' },
    ],
    [
      'what is no gzip',
      400,
      /^unexpected EOF\n$/,
      good,
      { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    ],
    [
      'half a gzip',
      400,
      /^unexpected EOF\n$/,
      gzipSync(good).subarray(0, 30),
      { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    ],
    [
      'a snappy length of 4 GB',
      429,
      /larger than/,
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
      PROTOBUF,
    ],
    [
      'protobuf cut short',
      400,
      /proto/,
      compress(protobuf('{job="x"}', [{ seconds: 1n, nanos: 0, line: 'x' }]).subarray(0, 20)),
      PROTOBUF,
    ],
    [
      'protobuf labels that do not parse',
      400,
      /couldn't parse labels/,
      compress(protobuf('{job=~"x"}', [])),
      PROTOBUF,
    ],
    [
      'a label twice',
      400,
      /job stands there twice/,
      compress(protobuf('{job="x", job="y"}', [])),
      PROTOBUF,
    ],
  ])('%s', async (_name, status, message, body, headers) => {
    const store = openStore()
    const url = await serve(store)
    const answer = await push(url, body, headers ?? JSON_TYPE)
    expect(answer).toMatchObject({ status, type: 'text/plain; charset=utf-8' })
    expect(answer.text).toMatch(message)
    expect(store.facts().entries).toBe(0)
  })

  test('a snappy message cut at any byte is refused or, where a field ends there, a shorter push', async () => {
    const store = openStore()
    const url = await serve(store)
    const whole = protobuf('{job="x"}', [
      { seconds: 1n, nanos: 2, line: 'line', metadata: { a: 'b' } },
    ])
    for (let size = 1; size < whole.length; size++) {
      const { status } = await push(url, compress(whole.subarray(0, size)), PROTOBUF)
      expect(status).toBe(400)
    }
  })

  test('a body over the bound, also where it is packed small', async () => {
    const store = openStore({ limits: { maxBodyBytes: 100_000 } })
    const url = await serve(store)
    const large = good.replace('good', 'x'.repeat(200_000))
    for (const [body, headers] of [
      [large, JSON_TYPE],
      [gzipSync(large), { ...JSON_TYPE, 'Content-Encoding': 'gzip' }],
      [compress(Buffer.from(large)), PROTOBUF],
    ] as const) {
      const { status, text } = await push(url, body, headers)
      expect([status, text]).toEqual([429, expect.stringMatching(/^Ingestion rate limit exceeded/)])
    }
    expect(store.facts().entries).toBe(0)
    expect((await push(url, good)).status).toBe(204)
  })

  test('more text in one push than the bound', async () => {
    const store = openStore({ limits: { maxPushBytes: 1000 } })
    const url = await serve(store)
    const { status, text } = await push(url, withValue([NS, 'x'.repeat(1000)]))
    expect([status, text]).toEqual([
      429,
      expect.stringContaining("'2' lines totaling '1006' bytes"),
    ])
    expect(store.facts().entries).toBe(0)
  })

  test('a new stream beyond the most, while old ones go on', async () => {
    const store = openStore({ limits: { maxStreams: 2 } })
    pushLines(store, [[1, 'a']], { job: 'x' })
    pushLines(store, [[1, 'b']], { job: 'x', host: 'h' })
    expect(() => pushLines(store, [[1, 'c']], { job: 'y' })).toThrow(
      /^Maximum active stream limit exceeded when trying to create stream {job="y", service_name="y"}/,
    )
    pushLines(store, [[2, 'd']], { job: 'x' })
    expect(await readLines(store)).toEqual(['a', 'b', 'd'])
  })
})

describe('what is refused while the rest is stored', () => {
  const many = (count: number, value = 'x'): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, value]))

  test.each<[string, RegExp, object]>([
    [
      'a line over 256 KiB',
      /^Max entry size '262144' bytes exceeded .* length '262145' bytes/,
      { values: [[NS, 'x'.repeat(262_145)]] },
    ],
    [
      'metadata of too many fields',
      /too many structured metadata labels: '129', limit: '128'/,
      { values: [[NS, 'x', many(129)]] },
    ],
    [
      'metadata too large',
      /structured metadata too large/,
      { values: [[NS, 'x', { big: 'x'.repeat(70_000) }]] },
    ],
    ['too many labels', /has 16 label names; limit 15/, { stream: many(16), values: [[NS, 'x']] }],
    [
      'a label name too long',
      /label name too long/,
      { stream: { ['n'.repeat(1025)]: 'x' }, values: [[NS, 'x']] },
    ],
    [
      'a label value too long',
      /label value too long/,
      { stream: { long: 'v'.repeat(2049) }, values: [[NS, 'x']] },
    ],
  ])('%s', async (_name, message, stream) => {
    const store = openStore()
    const url = await serve(store)
    const streams = [
      { stream: { job: 'bad' }, ...stream },
      { stream: { job: 'x' }, values: [[NS, 'good']] },
    ]
    const answer = await push(url, JSON.stringify({ streams }))
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(message)
    expect(await readLines(store)).toEqual(['good'])
    expect(store.facts().entries).toBe(1)
  })

  test('says how many were refused for each reason', () => {
    const store = openStore({ retentionMs: 60_000, limits: { maxLineBytes: 10 } })
    const act = (): void =>
      pushLines(store, [
        [-5, 'old'],
        [-6, 'old'],
        [1, 'too long a line'],
      ])
    expect(act).toThrow(/^2 errors like: entry for stream .*; 1 errors like: Max entry size/)
  })
})
