import fc from 'fast-check'
import { compress } from 'snappyjs'
import { describe, expect, it, test } from 'vitest'
import { SnappyError, unsnappy } from '../../src/clients/snappy.ts'

const MAX = 1 << 20
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function kindOf(run: () => unknown): string {
  try {
    run()
    return 'taken'
  } catch (error) {
    if (error instanceof SnappyError) return error.kind
    throw error
  }
}

describe('a snappy block', () => {
  it('gives back what was packed, copies and all', () => {
    const word = fc.constantFrom('SRC=10.0.0.1 ', 'DPT=22 ', 'a', '\0', 'LEN=40 TOS=0x00 ')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 400 }), (words) => {
        const plain = bytes(words.join(''))
        expect(unsnappy(compress(plain), MAX)).toEqual(plain)
      }),
    )
  })

  test.each([
    // A copy of one byte over itself, eleven times; then one with two bytes of offset; then one with four.
    ['11-bit offset', [12, 0, 97, 0b000_111_01, 1], 'aaaaaaaaaaaa'],
    ['16-bit offset', [6, 4, 97, 98, (3 << 2) | 2, 2, 0], 'ababab'],
    ['32-bit offset', [6, 4, 97, 98, (3 << 2) | 3, 2, 0, 0, 0], 'ababab'],
    [
      'literal with one byte of length',
      [70, 60 << 2, 69, ...Array<number>(70).fill(98)],
      'b'.repeat(70),
    ],
  ])('with a %s is unpacked', (_, block, text) => {
    expect(Buffer.from(unsnappy(Uint8Array.from(block), MAX)).toString()).toBe(text)
  })

  test.each<[string, number[], string]>([
    ['nothing in it', [], 'corrupt'],
    ['a length that does not end', [255, 255, 255, 255, 255, 1], 'corrupt'],
    ['gigabytes announced', [0xff, 0xff, 0xff, 0xff, 0x0f, 0], 'too-large'],
    ['less than it announces', [9, 0, 97], 'corrupt'],
    ['more than it announces', [1, 4, 97, 98], 'corrupt'],
    ['a literal beyond its end', [5, 16, 97], 'corrupt'],
    // snappyjs would never come back from this one.
    ['a literal of 2 GiB', [10, 0xfc, 0, 0, 0, 0x80, 0, 0, 0, 0], 'corrupt'],
    ['a copy from before its beginning', [4, 0, 97, 1, 2], 'corrupt'],
    ['a copy from nowhere', [5, 0, 97, 1, 0], 'corrupt'],
    ['a copy cut off', [5, 0, 97, 2, 1], 'corrupt'],
  ])('with %s is refused', (_, block, kind) => {
    expect(kindOf(() => unsnappy(Uint8Array.from(block), MAX))).toBe(kind)
  })

  it('of any bytes gives a refusal or the announced length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (block) => {
        const kind = kindOf(() => unsnappy(block, 4096))
        expect(['taken', 'corrupt', 'too-large']).toContain(kind)
      }),
      { numRuns: 2000 },
    )
  })
})
