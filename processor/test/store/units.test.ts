import { describe, expect, test } from 'vitest'
import { parseStep, parseTime } from '../../src/store/http/time.ts'
import { unquote } from '../../src/store/logql/strings.ts'
import { durationNs, floatValue, formatNumber, sizeBytes } from '../../src/store/logql/units.ts'

test.each([
  ['5m', 300e9],
  ['1h30m', 5400e9],
  ['1.5s', 1.5e9],
  ['100us', 1e5],
  ['1d', 86_400e9],
  ['0', 0],
  ['5', undefined],
  ['', undefined],
  ['m', undefined],
  ['1m x', undefined],
])('duration %s', (text, want) => expect(durationNs(text)).toBe(want))

test.each([
  ['42', 42],
  ['1KB', 1000],
  ['1KiB', 1024],
  ['1.5 MB', 1_500_000],
  ['1k', 1000],
  ['3iB', undefined],
  ['', undefined],
  ['-1KB', undefined],
  ['1XB', undefined],
])('size %s', (text, want) => expect(sizeBytes(text)).toBe(want))

test.each([
  ['1', 1],
  ['+.5e1', 5],
  ['5.', 5],
  ['-inf', -Infinity],
  ['', undefined],
  [' 1', undefined],
  ['0x10', undefined],
  ['1_000', undefined],
])('number %s', (text, want) => expect(floatValue(text)).toBe(want))

test.each([
  [0.05, '0.05'],
  [3, '3'],
  [1e21, '1000000000000000000000'],
  [1.5e-7, '0.00000015'],
  [-1.25e22, '-12500000000000000000000'],
  [Number.NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
])('sample %s', (value, want) => expect(formatNumber(value)).toBe(want))

test.each([
  ['"a\\n\\"\\\\"', 'a\n"\\'],
  ['"\\x41\\101\\u00e9\\U0001F525"', 'AAé🔥'],
  ['"\\xc3\\xa9"', 'é'],
  ['`a\\n"`', 'a\\n"'],
  ['"\\d"', undefined],
  ['"open', undefined],
  ['"', undefined],
  ["'x'", undefined],
  ['"\\ud800"', undefined],
])('string %s', (literal, want) => expect(unquote(literal)).toBe(want))

describe('times', () => {
  test.each([
    ['1795496939000000001', 1_795_496_939_000_000_001n],
    ['1795496939', 1_795_496_939_000_000_000n],
    ['1795496939.500', 1_795_496_939_500_000_000n],
    ['2026-11-24T05:08:59Z', 1_795_496_939_000_000_000n],
    ['2026-11-24T05:08:59.000000001Z', 1_795_496_939_000_000_001n],
    ['2026-11-24T06:08:59.5+01:00', 1_795_496_939_500_000_000n],
    ['yesterday', undefined],
    ['2026-13-24T05:08:59Z', undefined],
    ['', undefined],
  ])('%s', (text, want) => expect(parseTime(text)).toBe(want))

  test.each([
    ['30', 30_000_000_000n],
    ['2.0', 2_000_000_000n],
    ['2000ms', 2_000_000_000n],
    ['soon', undefined],
  ])('step %s', (text, want) => expect(parseStep(text)).toBe(want))
})
