import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compactNumber, exactNumber, plainText } from '../../src/data/text'

describe('short numbers', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1k'],
    [1234, '1.2k'],
    [9960, '10k'],
    [12_345, '12k'],
    [999_499, '999k'],
    [999_999, '1M'],
    [1e9, '1G'],
    [NaN, '–'],
    [Infinity, '–'],
  ])('%s is %s', (value, text) => expect(compactNumber(value)).toBe(text))

  test('never take more than four characters and a unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 * 1e12 }), (value) => {
        expect(compactNumber(value)).toMatch(/^\d(\.\d|\d{0,2})[kMGT]?$/)
      }),
    )
  })

  test('exact ones say the whole number', () => expect(exactNumber(1_234_567)).toMatch(/1.234.567/))
})

describe('text of strangers', () => {
  test('is cut and has no characters that turn the text around', () => {
    expect(plainText('a\u202eb\nc\u0000')).toBe('a\ufffdb\ufffdc\ufffd')
    expect(plainText('x'.repeat(1e6), 10)).toBe('xxxxxxxxx…')
  })
})
