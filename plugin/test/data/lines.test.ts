import { expect, test } from 'vitest'
import { isNetwork, readDetectionSettings } from '../../src/data/detection-settings'
import { selectorOf } from '../../src/data/evidence'
import { Problems } from '../../src/data/problems'
import { mergeRanges, subtractRanges } from '../../src/data/ranges'
import { linesOf } from '../helpers/detect'
import { logsFrame } from '../helpers/frames'

const line = (text: string) => `IN=eth0 OUT= SRC=203.0.113.1 DST=192.0.2.1 PROTO=TCP DPT=22 ${text}`
const textsOf = (frames: readonly unknown[]) => {
  const { rows } = linesOf(frames)
  return Array.from({ length: rows.count }, (_, i) => rows.text(i).split(' ').at(-1))
}

test('rows come by nanosecond, then by labels, then by text', () => {
  const at = (text: string, nanos: number, host: string) => ({
    line: line(text),
    time: 1000,
    nanos,
    labels: { host },
  })
  expect(
    textsOf([
      logsFrame([at('c', 2, 'b'), at('a', 2, 'b'), at('z', 1, 'z'), at('b', 2, 'a')]),
      logsFrame([at('y', 3, 'a')], 'B'),
    ]),
  ).toEqual(['z', 'b', 'a', 'c', 'y'])
})

test('a line that two queries bring counts once, one that stands twice in a query twice', () => {
  const row = { line: line('a'), time: 1000 }
  expect(textsOf([logsFrame([row, row]), logsFrame([row, row], 'B')])).toEqual(['a', 'a'])
})

test('the lines know their streams and data source by the query', () => {
  const targets = [
    {
      refId: 'A',
      expr: 'sum(rate({job="a}b", host=`x`} |= "}"[1m]))',
      datasource: { type: 'loki', uid: 'loki-1' },
    },
  ]
  const lines = linesOf([logsFrame([{ line: line('a'), time: 1 }])], {}, { targets })
  expect(lines).toMatchObject({ selector: '{job="a}b", host=`x`}', datasource: 'loki-1' })
})

test.each([
  ['{job="x"', undefined],
  ['# {a="b"}\n{c="d"} |= "x"', '{c="d"}'],
  ['"{no}" {a="\\"}"}', '{a="\\"}"}'],
  ['', undefined],
])('the selector of %s', (expr, selector) => {
  expect(selectorOf(expr)).toBe(selector)
})

test('wrong detection options are named and left out', () => {
  const problems = new Problems()
  const settings = readDetectionSettings(
    {
      homeNet: '192.0.2.0/24, 2001:db8::/32 300.1.1.1',
      dangerLevels: '5 4 3 2 1',
      ignoreSources: '10.0.0.0/8;hello',
      ignorePorts: 'tcp/80 udp/2000-1000 22',
    },
    problems,
  )
  expect(settings).toEqual({
    profile: 'picket',
    homeNet: ['192.0.2.0/24', '2001:db8::/32'],
    dangerLevels: undefined,
    ignoreNetworks: ['10.0.0.0/8'],
    ignorePorts: ['tcp/80', '22'],
  })
  expect(problems.list.map(({ where, detail }) => [where, detail])).toEqual([
    ['homeNet', '300.1.1.1'],
    ['dangerLevels', '5, 4, 3, 2, 1'],
    ['ignoreSources', 'hello'],
    ['ignorePorts', 'udp/2000-1000'],
  ])
  expect(isNetwork('1.2.3.4/33')).toBe(false)
})

test('ranges are merged and subtracted', () => {
  const of = (...pairs: [number, number][]) =>
    pairs.map(([low, high]) => ({ protocol: 'tcp', low, high }))
  expect(mergeRanges(of([5, 9], [1, 4], [20, 30], [25, 26]))).toEqual(of([1, 9], [20, 30]))
  expect(subtractRanges(of([1, 30]), of([5, 9], [20, 40]))).toEqual(of([1, 4], [10, 19]))
})
