import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { PbfWriter } from 'pbf'
import { compress } from 'snappyjs'
import { describe, expect, it, test } from 'vitest'
import { decodePush } from '../../../src/sources/push/decode.ts'
import { PushError } from '../../../src/sources/push/push-error.ts'
import { parseLabels } from '../../../src/sources/push/selector-labels.ts'

const MAX = 1 << 20
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const body = (value: unknown): Uint8Array => bytes(JSON.stringify(value))

function statusOf(run: () => unknown): number | string {
  try {
    run()
    return 'taken'
  } catch (error) {
    return error instanceof PushError ? error.status : String(error)
  }
}
const json = (value: unknown): { text: string; seconds: number; nanos: number; labels: object }[] =>
  decodePush(
    { contentType: 'application/json', contentEncoding: undefined, bytes: body(value) },
    MAX,
  ).map(({ bytes: line, seconds, nanos, labels }) => ({
    text: Buffer.from(line).toString(),
    seconds,
    nanos,
    labels,
  }))

describe('the recorded pushes that Loki refused as malformed', () => {
  const folder = join(process.env['PICKET_FIXTURES'] ?? '../shared/fixtures', 'loki')
  test.skipIf(!existsSync(folder)).each([
    ['push-bad-encoding-400', 400],
    ['push-bad-gzip-400', 400],
    ['push-bad-json-400', 400],
    ['push-bad-label-name-400', 400],
    ['push-empty-streams-422', 422],
    ['push-line-number-400', 400],
    ['push-metadata-nested-400', 400],
    ['push-metadata-number-400', 400],
    ['push-no-content-type-400', 400],
    ['push-text-plain-400', 400],
    ['push-timestamp-not-a-number-400', 400],
    ['push-timestamp-number-400', 400],
    ['push-json-204', 'taken'],
    ['push-json-gzip-204', 'taken'],
    ['push-json-structured-metadata-204', 'taken'],
    ['push-protobuf-snappy-204', 'taken'],
    ['push-empty-values-204', 'taken'],
    ['push-no-labels-204', 'taken'],
  ])('%s: %s', (name, status) => {
    const { request } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
      request: { headers?: Record<string, string>; body?: string; bodyBase64?: string }
    }
    const content =
      request.bodyBase64 === undefined
        ? bytes(request.body ?? '')
        : new Uint8Array(Buffer.from(request.bodyBase64, 'base64'))
    const run = (): unknown =>
      decodePush(
        {
          contentType: request.headers?.['Content-Type'],
          contentEncoding: request.headers?.['Content-Encoding'],
          bytes: content,
        },
        MAX,
      )
    expect(statusOf(run)).toBe(status)
  })
})

describe('lines', () => {
  it('are in order of time, then of labels, then as given', () => {
    const lines = json({
      streams: [
        {
          stream: { b: '1' },
          values: [
            ['2', 'b2'],
            ['1', 'b1 first'],
            ['1', 'b1 second'],
          ],
        },
        {
          stream: { a: '1' },
          values: [
            ['1', 'a1'],
            ['1000000000', 'a last'],
          ],
        },
      ],
    })
    expect(lines.map(({ text }) => text)).toEqual(['a1', 'b1 first', 'b1 second', 'b2', 'a last'])
  })

  test.each([
    ['1772323200123456789', 1_772_323_200, 123_456_789],
    ['0', 0, 0],
    ['-1', -1, 999_999_999],
  ])('of time %s have it in two integers', (time, seconds, nanos) => {
    expect(json({ streams: [{ values: [[time, 'x']] }] })[0]).toMatchObject({ seconds, nanos })
  })

  test.each([
    ['9999999999999999999'],
    ['9223372036854775807'],
    ['-9223372036854775808'],
    ['1.5'],
    [''],
  ])('of time %s are refused', (time) => {
    expect(statusOf(() => json({ streams: [{ values: [[time, 'x']] }] }))).toBe(400)
  })

  it('are one line each and cut to the bound', () => {
    const lines = json({
      streams: [{ values: [['1', 'a\nb'], ['2', 'x'.repeat(100_000)], ['3']] }],
    })
    expect(lines.map(({ text }) => [text.slice(0, 3), text.length])).toEqual([
      ['a b', 3],
      ['xxx', 65_536],
      ['', 0],
    ])
  })

  it('have no labels without a value, and any name that is one', () => {
    const labels = JSON.parse('{"a":"","__proto__":"x"}') as object
    const [line] = json({ streams: [{ stream: labels, values: [['1', 'x']] }] })
    expect(Object.entries(line?.labels ?? {})).toEqual([['__proto__', 'x']])
  })

  it('are bounded in number', () => {
    const values = Array.from({ length: 200_001 }, () => ['1'])
    const content = body({ streams: [{ values }] })
    const run = (): unknown =>
      decodePush(
        { contentType: 'application/json', contentEncoding: undefined, bytes: content },
        1 << 26,
      )
    expect(statusOf(run)).toBe(413)
  })
})

describe('protobuf', () => {
  const message = (): Uint8Array => {
    const writer = new PbfWriter()
    writer.writeMessage(
      1,
      (_, stream) => {
        stream.writeStringField(1, '{job="firewall"}')
        stream.writeVarintField(3, 77)
        stream.writeMessage(
          2,
          (__, entry) => {
            entry.writeMessage(1, (___, time) => time.writeVarintField(1, 1_772_323_200), null)
            entry.writeBytesField(2, Uint8Array.from([108, 0xff, 0]))
            entry.writeMessage(3, (___, pair) => pair.writeStringField(1, 'metadata'), null)
          },
          null,
        )
      },
      null,
    )
    return writer.finish().slice()
  }
  const decode = (plain: Uint8Array): ReturnType<typeof decodePush> =>
    decodePush({ contentType: 'x', contentEncoding: 'snappy', bytes: compress(plain) }, MAX)

  it('keeps the bytes of a line, and skips what it does not know', () => {
    const [line] = decode(message())
    expect([...(line?.bytes ?? [])]).toEqual([108, 0xff, 0])
    expect(line).toMatchObject({ seconds: 1_772_323_200, nanos: 0, labels: { job: 'firewall' } })
  })

  it('cut off at any byte is refused', () => {
    const whole = message()
    for (let length = 1; length < whole.length; length++)
      expect([length, statusOf(() => decode(whole.subarray(0, length)))]).toEqual([length, 400])
  })

  it('of any bytes is refused or taken, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (plain) => {
        expect(['taken', 400, 422]).toContain(statusOf(() => decode(plain)))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('labels in LogQL form', () => {
  test.each([
    ['{}', {}],
    [' { } ', {}],
    ['{job="x"}', { job: 'x' }],
    ['{job="x",}', { job: 'x' }],
    ['{a="1", b="q\\"uo\\x41",c="\\u00e9"}', { a: '1', b: 'q"uoA', c: 'é' }],
    ['{a="\\\\x41", b=`\\x41`, c="\\101\\a"}', { a: '\\x41', b: '\\x41', c: 'A\u0007' }],
    ['{a="}, b={", b=""}', { a: '}, b={' }],
  ])('%s', (text, labels) => {
    expect(parseLabels(text)).toEqual(labels)
  })

  test.each([
    '',
    '{',
    '{a=1}',
    '{a="1" b="2"}',
    '{bad-name="x"}',
    '{a="1", a="2"}',
    '{a="\\q"}',
    '{a="\\U00ffffff"}',
  ])('%s is refused', (text) => {
    expect(() => parseLabels(text)).toThrow(/couldn't parse labels/)
  })
})
