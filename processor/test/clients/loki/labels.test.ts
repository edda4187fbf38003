import { expect, test } from 'vitest'
import { labelText, pushedLabels, selectorOf } from '../../../src/clients/loki/index.ts'
import { wellFormed } from '../../../src/clients/loki/labels.ts'

test.each([
  ['{job="a"}', '{job="a"}', ''],
  ['{job="a"} |= "}"', '{job="a"}', ' |= "}"'],
  ['  {job="a}b", x=`}`} | json', '{job="a}b", x=`}`}', ' | json'],
  ['{a="\\"}"}', '{a="\\"}"}', ''],
  ['# {not="this"}\n{job="a"} # x', '{job="a"}', ' # x'],
  ['{a="#"}', '{a="#"}', ''],
])('the selector of %s is found', (query, selector, after) => {
  expect(selectorOf(query)).toMatchObject({ selector, after })
})

test.each(['', 'job="a"', '{job="a"', '{job="a}', '# {a="b"}'])('%j has no selector', (query) => {
  expect(selectorOf(query)).toBeUndefined()
})

test('what the server adds is left out, and the order of names does not matter', () => {
  const labels = {
    job: 'x',
    service_name: 'x',
    detected_level: 'info',
    __stream_shard__: '1',
    host: 'a"b',
  }
  expect(labelText(pushedLabels(labels))).toBe('{host="a\\"b", job="x"}')
})

test('half a surrogate pair is replaced, a whole one is not', () => {
  expect(wellFormed('a\ud800b\udc00😀')).toBe('a\ufffdb\ufffd😀')
})
