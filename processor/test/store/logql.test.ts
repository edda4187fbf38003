import { describe, expect, test } from 'vitest'
import { BASE, openStore, read, readLines, SECOND } from './store-helpers.ts'
import type { Store } from '../../src/store/index.ts'

const ALPHA = 'IN=eth0 OUT= SRC=192.0.2.1 PROTO=TCP DPT=22'
const BETA = 'IN=eth0 OUT= SRC=198.51.100.7 PROTO=UDP DPT=53 took=1.5s size=2KiB'
const GAMMA =
  '{"a":{"b":1.0,"c d":"x\\ny"},"list":[{"k":"v"},2],"t":true,"n":null,"big":12345678901234567890}'
const DELTA = 'level=info msg="a \\"quoted\\" word" bare empty= took=20ms size=1KB'
const EPSILON = '\u001b[31mred\u001b[0m GET /path?x=1 200'

function prepared(): Store {
  const store = openStore()
  const lines = [ALPHA, BETA, GAMMA, DELTA, EPSILON]
  store.push([
    {
      labels: { job: 'x', zone: 'dmz' },
      entries: lines.map((line, i) => ({
        ns: BASE + BigInt(i),
        line,
        metadata: i === 0 ? { sid: '1985', IN: 'meta' } : undefined,
      })),
    },
  ])
  return store
}

describe('lines that come through', () => {
  test.each<[string, string[]]>([
    ['|= "DPT=22" or "DPT=53"', [ALPHA, BETA]],
    ['!= "DPT=22" or "DPT=53"', [GAMMA, DELTA, EPSILON]],
    ['|~ "DPT=22$" or "^level"', [ALPHA, DELTA]],
    ['|= "SRC" != "UDP" |~ "TCP"', [ALPHA]],
    ['|= ip("192.0.2.0/24")', [ALPHA]],
    ['!= ip("192.0.2.0/24") |= "SRC"', [BETA]],
    ['|= ip("198.51.100.1-198.51.100.9")', [BETA]],
    ['|> "IN=<_> DPT=22"', [ALPHA]],
    ['!> "IN=<_>"', [GAMMA, DELTA, EPSILON]],
    ['|> "SRC<_>"', []],
    ['|= `"list"`', [GAMMA]],
    ['|= "\\u0022list\\u0022"', [GAMMA]],
    ['|~ "(?i)PROTO=tcp"', [ALPHA]],
    ['| sid="1985"', [ALPHA]],
    ['| sid=~"19.+" and zone="dmz"', [ALPHA]],
    ['| logfmt | PROTO="TCP" or DPT=53', [ALPHA, BETA]],
    ['| logfmt | (PROTO="TCP" or PROTO="UDP") and DPT > 30', [BETA]],
    ['| logfmt | PROTO="UDP" or PROTO="TCP" and DPT=1', [BETA]],
    ['| logfmt | took > 1s', [BETA]],
    ['| logfmt | took <= 20ms', [DELTA]],
    ['| logfmt | size >= 2048', [BETA, DELTA]], // no plain numbers: kept, with an error
    ['| logfmt | size >= 2KB', [BETA]],
    ['| logfmt | size = 1000B', [DELTA]],
    ['| logfmt | SRC=ip("192.0.2.0/24")', [ALPHA]],
    ['| logfmt | SRC!=ip("192.0.2.0/24")', [BETA]],
    ['| logfmt | msg="a \\"quoted\\" word"', [DELTA]],
    ['| logfmt | bare=~".+"', []],
    ['| logfmt p="PROTO" | p="UDP"', [BETA]],
    ['| json | __error__=""', [GAMMA]],
    ['| json | a_b="1.0"', [GAMMA]],
    ['| json | a_c_d="x\\ny"', [GAMMA]],
    ['| json | big="12345678901234567890"', [GAMMA]],
    ['| json k="list[0].k" | k="v"', [GAMMA]],
    ['| json c="a[\\"c d\\"]" | c=~"x.y"', [GAMMA]],
    ['| json whole="a" | whole=`{"b":1.0,"c d":"x\\ny"}`', [GAMMA]],
    ['| pattern "<_> OUT=<_> SRC=<src> PROTO=<proto> <_>" | proto="TCP"', [ALPHA]],
    ['| regexp "SRC=(?P<src>[0-9.]+)" | src="198.51.100.7"', [BETA]],
    ['| decolorize |= "red GET"', ['red GET /path?x=1 200']],
    ['| logfmt | DPT=22 | line_format "{{.SRC}}:{{.DPT}}"', ['192.0.2.1:22']],
    [
      '| logfmt | DPT=22 | label_format port=DPT,twice="{{.DPT}}{{.DPT}}" | line_format "{{.port}} {{.twice}} {{.DPT}}"',
      ['22  '],
    ],
    [
      '| logfmt | DPT=22 | label_format a="{{.DPT}}",b="{{.a}}.",DPT="new" | line_format "{{.a}}{{.b}}{{.DPT}}"',
      ['22.new'],
    ],
    ['| logfmt | drop DPT | DPT=22', []],
    ['| logfmt | drop PROTO="TCP" | PROTO=~".+"', [BETA]],
    ['| logfmt | keep DPT | PROTO="" | DPT=22', [ALPHA]],
    ['| line_format "same" |= "DPT"', []],
  ])('%s', async (stages, want) => {
    expect(await readLines(prepared(), `{job="x"} ${stages}`)).toEqual(want)
  })

  test.each<[string, number[]]>([
    ['{zone!=""}', [0, 1, 2, 3, 4]],
    ['{job=~"x|y"}', [0, 1, 2, 3, 4]],
    ['{job=~"X"}', []],
    ['{job=~"(?i)X"}', [0, 1, 2, 3, 4]],
    ['{job="x", zone!~"d.z"}', []],
    ['{job="x", nothing=""}', [0, 1, 2, 3, 4]],
    ['({job="x"} |= "SRC")', [0, 1]],
    ['{ job = "x" } # a comment\n |= "SRC" # another', [0, 1]],
  ])('%s', async (query, want) => {
    expect((await read(prepared(), query)).map(([offset]) => offset)).toEqual(want)
  })
})

test('labels come by where they are from', async () => {
  const result = await prepared().queryRange({
    query: '{job="x"} | logfmt | DPT=22 | label_format zone=sid',
    startNs: BASE,
    endNs: BASE + 10n,
  })
  expect(result.kind === 'streams' && result.entries).toEqual([
    {
      ns: BASE,
      line: ALPHA,
      stream: [
        ['job', 'x'],
        ['service_name', 'x'],
      ],
      metadata: [['zone', '1985']],
      parsed: [
        ['DPT', '22'],
        ['IN', 'eth0'],
        ['PROTO', 'TCP'],
        ['SRC', '192.0.2.1'],
      ],
    },
  ])
})

describe('queries that are refused with their place', () => {
  test.each<[string, string | RegExp]>([
    ['', 'parse error : syntax error: unexpected $end'],
    ['{job="x"', 'parse error at line 1, col 9: syntax error: unexpected $end'],
    ['{job="x"} | foo bar', 'parse error at line 1, col 17: syntax error: unexpected IDENTIFIER'],
    ['{job=', 'parse error at line 1, col 6: syntax error: unexpected $end'],
    ['{job="x"}\n  |= 5', 'parse error at line 2, col 6: syntax error: unexpected NUMBER'],
    ['{}', /^parse error : queries require at least one/],
    ['{job=~".*"}', /^parse error : queries require at least one/],
    ['{job!="x"}', /^parse error : queries require at least one/],
    ['sum(count_over_time({}[1m]))', /^parse error : queries require at least one/],
    [
      '{job="x"} |~ "("',
      /^parse error at line 1, col 11: error parsing regexp: missing closing \)/,
    ],
    ['{job="x"} |~ "(?=x)"', /^parse error at line 1, col 11: error parsing regexp/],
    ['{job="x"} |~ "(?<!x)y"', /error parsing regexp/],
    ['{job="x"} |~ `(a)\\1`', /error parsing regexp: invalid escape sequence/],
    ['{job="x"} |~ "a{1,2000}"', /error parsing regexp: invalid repeat count/],
    ['{job=~"("}', /^parse error at line 1, col 7: error parsing regexp/],
    ['{job="x"} |= "\\d"', /invalid string/],
    ['{job="x"} |= "open', /invalid string|unexpected/],
    ['{job="x"} |~ ip("1.2.3.4")', /unexpected ip filter/],
    ['{job="x"} |= ip("1.2.3")', /ip: invalid pattern "1.2.3"/],
    ['{job="x"} | pattern "no capture"', /at least one capture is required/],
    ['{job="x"} | pattern "<a><b>"', /consecutive capture/],
    ['{job="x"} | pattern "<a> <a>"', /duplicate capture/],
    ['{job="x"} | regexp "no group"', /at least one named capture/],
    ['{job="x"} | json a="b..c"', /cannot parse expression/],
    ['{job="x"} | logfmt --strict', /^parse error at line 1, col 20: .*--strict/],
    ['{job="x"} | line_format "{{.a"', /unclosed action/],
    ['{job="x"} | line_format "{{nope .a}}"', /function "nope" not defined/],
    ['{job="x"} | line_format "{{if .a}}"', /unexpected EOF/],
    ['{job="x"} | line_format "{{range .a}}{{end}}"', /not supported|unexpected/],
    ['{job="x"} | label_format a=b,a=c', /multiple label name 'a'/],
    ['{job="x"} | unwrap d', /^parse error at line 1, col 13/],
    ['count_over_time({job="x"})', /^parse error/],
    ['count_over_time({job="x"}[5])', /^parse error/],
    [
      'count_over_time({job="x"} | unwrap a [5m])',
      /invalid aggregation count_over_time with unwrap/,
    ],
    ['sum_over_time({job="x"}[5m])', /invalid aggregation sum_over_time without unwrap/],
    ['rate({job="x"}[5m]) by (h)', /grouping not allowed for rate/],
    ['quantile_over_time({job="x"} | unwrap a [5m])', /parameter required/],
    ['rate_counter({job="x"} | unwrap a [5m])', /rate_counter/],
    ['topk(rate({job="x"}[5m]))', /parameter required for operation topk/],
    ['topk(0, rate({job="x"}[5m]))', /must be greater than 0/],
    ['sum(2, rate({job="x"}[5m]))', /unsupported parameter/],
    ['rate({job="x"}[5m]) and 1', /unexpected literal/],
    ['{job="x"} + 1', /unexpected type for leg of binary operation/],
    ['no_such({job="x"}[5m])', /^parse error/],
    [`${'('.repeat(3000)}1${')'.repeat(3000)}`, /^parse error : query is nested too deeply/],
    [`{job="x"} |= "${'x'.repeat(200_000)}"`, /^parse error : input size too long/],
  ])('%s', async (query, message) => {
    const asked = prepared().queryRange({ query, startNs: BASE, endNs: BASE + SECOND })
    await expect(asked).rejects.toMatchObject({ status: 400 })
    await expect(asked).rejects.toThrow(message)
  })
})

test('an expression that makes others backtrack for ever is linear here', async () => {
  const store = openStore()
  const evil = 'a'.repeat(100_000)
  store.push([
    {
      labels: { job: 'x' },
      entries: [
        { ns: BASE, line: evil },
        { ns: BASE, line: `${evil}b` },
      ],
    },
  ])
  for (const stages of [
    '|~ "(a+)+b"',
    '|~ "^(a|a)*b$"',
    '| regexp "(?P<x>(a+)+b)" | x=~"(a+)+b"',
    '| line_format `{{regexReplaceAll "(a+)+b" __line__ "x"}}` |= "x"',
  ]) {
    expect(await readLines(store, `{job="x"} ${stages}`)).toHaveLength(1)
  }
})

test('long chains of stages and conditions do not exhaust the stack', async () => {
  const filters = ' |= "IN"'.repeat(300)
  expect(await readLines(prepared(), `{job="x"}${filters} |= "DPT=22"`)).toEqual([ALPHA])
  const conditions = Array.from({ length: 300 }, (_, i) => `DPT=${i}`).join(' or ')
  expect(await readLines(prepared(), `{job="x"} | logfmt | ${conditions} | DPT!=53`)).toEqual([
    ALPHA,
  ])
})
