import { expect, test } from 'vitest'
import { javascriptPattern } from '../../src/psad-conf/pattern.ts'

test.each([
  ['DROP', 'DROP'],
  [
    '^\\s*((?:\\S+\\s+){2}\\S+)\\s+(\\S+)\\s+kernel\\:',
    '^\\s*((?:\\S+\\s+){2}\\S+)\\s+(\\S+)\\s+kernel\\:',
  ],
  ['\\Afoo\\z', '^foo$'],
  ['[[:digit:][:space:]]+', '[0-9\\s]+'],
  ['\\\\A', '\\\\A'],
  ['(?<time>\\d+)(?=x)', '(?<time>\\d+)(?=x)'],
])('%s means the same here as %s', (perl, js) => {
  expect(javascriptPattern(perl)).toBe(js)
})

test.each([
  ['\\Qa.b\\E', '"\\\\Q"'],
  ['(?i)drop', '"(?i"'],
  ['a++', '"++"'],
  ['a{2}+', '"{2}+"'],
  ['(?>a)', '"(?>"'],
  ['\\x{41}', '"\\\\x{"'],
  ['*bad', 'Nothing to repeat'],
  ['(', 'Unterminated group'],
])('%s is refused: JavaScript would read something else', (perl, reason) => {
  expect(() => javascriptPattern(perl)).toThrow(RangeError)
  expect(() => javascriptPattern(perl)).toThrow(reason)
})
