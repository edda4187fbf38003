import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPage, type LokiPage } from '../../../src/clients/loki/index.ts'
import { parsePage } from '../../../src/clients/loki/page-json.ts'
import { scanPage, UnexpectedBody } from '../../../src/clients/loki/page-scan.ts'
import { recordings } from './recorded.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Everything of a page that a reader sees. */
function shown(page: LokiPage): unknown {
  const decoder = new TextDecoder()
  return {
    lines: Array.from({ length: page.count }, (_, i) => [
      page.seconds[i],
      page.nanos[i],
      page.labels[page.stream[i] ?? -1],
      decoder.decode(page.bytes.subarray(page.at[2 * i], page.at[2 * i + 1])),
    ]),
    labels: page.labels,
    splits: page.splits,
    categorized: page.categorized,
  }
}

function outcome(read: (bytes: Uint8Array) => LokiPage, body: string): unknown {
  try {
    return shown(read(encode(body)))
  } catch (error) {
    return (error as Error).message
  }
}

const label = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\', 'ü', '{') })
const text = fc.string({
  unit: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('S', 'R', 'C', '=', ' ', '1', ']', ',', '[') },
    fc.constantFrom(
      '"',
      '\\',
      '\n',
      '\t',
      '\u0000',
      'é',
      '€',
      '😀',
      '\ud800',
      '\udc00',
      '</',
      '\u2028',
    ),
  ),
})
const value = fc.oneof(
  fc.tuple(fc.bigInt({ min: 0n, max: 2_147_483_647_999_999_999n }).map(String), text),
  fc.tuple(
    fc.constant('1795496939000000001'),
    text,
    fc.constantFrom({}, { structuredMetadata: { a: 'x"]', b: '\\' }, parsed: { c: 'd' } }),
  ),
)
const answer = fc.record({
  status: fc.constant('success'),
  data: fc.record(
    {
      resultType: fc.constant('streams'),
      encodingFlags: fc.constantFrom(['categorize-labels'], []),
      result: fc.array(
        fc.record({ stream: fc.dictionary(label, label), values: fc.array(value) }),
        { maxLength: 4 },
      ),
      stats: fc.record({
        summary: fc.record({ splits: fc.nat(3), shards: fc.nat() }),
        other: fc.jsonValue(),
      }),
    },
    { requiredKeys: ['resultType', 'result'] },
  ),
})

describe('the scan and JSON.parse', () => {
  test('read the same lines out of the same body, however it is indented and escaped', () => {
    fc.assert(
      fc.property(
        answer,
        fc.constantFrom(undefined, 1, '\t\r\n'),
        fc.boolean(),
        (json, indent, ascii) => {
          const plain = JSON.stringify(json, undefined, indent)
          const body = ascii
            ? plain.replace(
                /[\u0080-\uffff]/g,
                (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
              )
            : plain
          // The scan itself, lest every body go the other way.
          expect(shown(scanPage(encode(body)))).toEqual(outcome(parsePage, body))
        },
      ),
      { numRuns: 500, seed: 3 },
    )
  })

  test('refuse the same bodies when they are cut off at any byte', () => {
    const body = JSON.stringify({
      status: 'success',
      data: {
        resultType: 'streams',
        encodingFlags: ['categorize-labels'],
        result: [
          {
            stream: { a: 'b"' },
            values: [['1795496939000000001', 'x "\\ y', { structuredMetadata: { l: 'u' } }]],
          },
        ],
        stats: { summary: { splits: 1 } },
      },
    })
    for (let cut = 0; cut <= body.length; cut++) {
      const piece = body.slice(0, cut)
      expect(outcome(readPage, piece), piece).toEqual(outcome(parsePage, piece))
    }
  })

  test.each([
    [
      'an unknown escape',
      '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["1","\\x"]]}]}}',
    ],
    [
      'a bad unicode escape',
      '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["1","\\u12g4"]]}]}}',
    ],
    [
      'a time that is none',
      '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["1x","a"]]}]}}',
    ],
    [
      'a time as a number',
      '{"data":{"resultType":"streams","result":[{"stream":{},"values":[[1,"a"]]}]}}',
    ],
    [
      'a time beyond the columns',
      '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["9999999999999999999","a"]]}]}}',
    ],
    [
      'a line that is no string',
      '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["1",null]]}]}}',
    ],
    ['no line', '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["1"]]}]}}'],
    [
      'labels that are no strings',
      '{"data":{"resultType":"streams","result":[{"stream":{"a":1},"values":[]}]}}',
    ],
    ['no labels', '{"data":{"resultType":"streams","result":[{"values":[]}]}}'],
    ['numbers instead of lines', '{"data":{"resultType":"matrix","result":[]}}'],
    ['two answers', '{"data":{"resultType":"streams","result":[]}} {}'],
    ['a page of a proxy', '<html>502 Bad Gateway</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['data null', '{"status":"success","data":null}'],
  ])('refuse %s alike', (_, body) => {
    expect(() => scanPage(encode(body))).toThrow(UnexpectedBody)
    expect(outcome(readPage, body)).toEqual(outcome(parsePage, body))
    expect(typeof outcome(readPage, body)).toBe('string')
  })

  test.each([
    [
      'members in another order',
      '{"data":{"stats":{"summary":{"splits":2}},"result":[{"values":[["5","a"]],"stream":{"x":"y"}}],"resultType":"streams"},"status":"success"}',
    ],
    [
      'a member twice',
      '{"data":{"resultType":"streams","result":[],"result":[{"stream":{},"values":[["5","a"]]}]}}',
    ],
    [
      'an escaped member name',
      '{"d\\u0061ta":{"resultType":"streams","result":[{"stream":{},"values":[["5","a"]]}]}}',
    ],
    ['no list of streams', '{"data":{"resultType":"streams","result":null}}'],
  ])('agree on %s', (_, body) => {
    expect(outcome(readPage, body)).toEqual(outcome(parsePage, body))
    expect(typeof outcome(readPage, body)).toBe('object')
  })

  test('a body of backslashes takes no time', () => {
    const line = '\\\\'.repeat(200_000)
    const body = `{"data":{"resultType":"streams","result":[{"stream":{},"values":[["5","${line}"],["6","${line}"]]}]}}`
    const page = scanPage(encode(body))
    expect((page.at[1] ?? 0) - (page.at[0] ?? 0)).toBe(200_000)
  })

  const answers = recordings().filter(
    ({ name, response }) =>
      name.startsWith('query-range-') && response?.status === 200 && response.body !== undefined,
  )
  test.skipIf(answers.length === 0)('agree on every answer recorded from a Loki', () => {
    for (const { name, response } of answers) {
      const body = response?.body ?? ''
      expect(outcome(readPage, body), name).toEqual(outcome(parsePage, body))
    }
    expect(answers.length).toBeGreaterThan(40)
  })
})

test('a line break stands behind each line, and lines are where they were', () => {
  const body = encode(
    '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["5","a\\"b"],["6",""]]}]}}',
  )
  const page = readPage(body)
  expect(page.bytes).toBe(body)
  for (let i = 0; i < page.count; i++) expect(page.bytes[page.at[2 * i + 1] ?? 0]).toBe(10)
})
