import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it, test } from 'vitest'
import {
  AddressSet,
  compareAddress,
  formatAddress,
  formatAddressFull,
  ipv4At,
  parseAddress,
  parseAddressText,
} from '../../src/core/address.ts'

const words = (text: string): Int32Array => {
  const out = new Int32Array(4)
  expect(parseAddressText(text, out), text).toBe(true)
  return out
}
const format = ([a = 0, b = 0, c = 0, d = 0]: Int32Array): string => formatAddress(a, b, c, d)
const full = ([a = 0, b = 0, c = 0, d = 0]: Int32Array): string => formatAddressFull(a, b, c, d)

const v4 = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((parts) => parts.join('.'))
/** Groups of zeros are likely, so that `::` is. */
const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
const v6 = groups.map((parts) => parts.map((part) => part.toString(16)).join(':'))

describe('an address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['192.000.002.001', '192.0.2.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s prints as %s', (text, expected) => {
    expect(format(words(text))).toBe(expected)
  })

  test.each([
    '',
    '.',
    ':',
    ':::',
    '1.2.3',
    '1.2.3.',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.4.',
    '1..2.3',
    '1.2.3.0004',
    '1.2.3.x',
    'a.b.c.d',
    '12345::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::g',
    'localhost',
  ])('is not %j', (text) => {
    expect(parseAddressText(text, new Int32Array(4))).toBe(false)
  })

  it('is the one that ipaddr.js reads, and reads its own text again', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6), (text) => {
        const out = words(text)
        const other = ipaddr.process(text)
        expect(format(out)).toBe(
          other instanceof ipaddr.IPv6 ? other.toRFC5952String() : other.toString(),
        )
        expect([...words(format(out))]).toEqual([...out])
        expect([...words(full(out))]).toEqual([...out])
      }),
    )
  })

  it('is refused where ipaddr.js refuses it', () => {
    const text = fc
      .array(fc.constantFrom(...'0123abf:::..'.split('')), { maxLength: 12 })
      .map((letters) => letters.join(''))
    fc.assert(
      fc.property(text, (candidate) => {
        // Forms of one to three numbers, and octal ones, are addresses to ipaddr.js; the kernel prints none.
        const valid = candidate.includes(':')
          ? ipaddr.IPv6.isValid(candidate)
          : ipaddr.IPv4.isValidFourPartDecimal(candidate)
        const isRead = parseAddressText(candidate, new Int32Array(4))
        if (valid) expect(isRead, candidate).toBe(true)
        else if (!/(^|[.:])0\d/.test(candidate)) expect(isRead, candidate).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('in full is as the kernel prints it', () => {
    expect(full(words('2001:db8::1'))).toBe('2001:0db8:0000:0000:0000:0000:0000:0001')
    expect(full(words('192.0.2.1'))).toBe('192.0.2.1')
  })

  it('on the quick way is the same, or left to the other', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6, fc.string({ maxLength: 16 })), (text) => {
        const bytes = new TextEncoder().encode(`${text} `)
        const quick = new Int32Array(4)
        const slow = new Int32Array(4)
        const end = ipv4At(bytes, 0, quick, 0)
        if (end < 0) return
        expect(end).toBe(text.indexOf(' ') < 0 ? bytes.length - 1 : text.indexOf(' '))
        expect(parseAddress(bytes, 0, end, slow, 0)).toBe(true)
        expect([...quick]).toEqual([...slow])
      }),
    )
  })

  it('sorts by number, IPv4 first', () => {
    const sorted = ['1.0.0.1', '9.0.0.0', '10.0.0.0', '200.0.0.0', '::1', '2001:db8::', 'ff02::1']
    const shuffled = [...sorted].reverse().map((text) => words(text))
    expect(shuffled.sort((a, b) => compareAddress(a, 0, b, 0)).map(format)).toEqual(sorted)
  })
})

describe('a set of networks', () => {
  const has = (entries: readonly string[], address: string): boolean => {
    const [a = 0, b = 0, c = 0, d = 0] = words(address)
    return AddressSet.parse(entries).contains(a, b, c, d)
  }

  test.each([
    [['any'], '2001:db8::1', true],
    [[], '192.0.2.1', false],
    [['192.0.2.1'], '192.0.2.1', true],
    [['192.0.2.1'], '192.0.2.2', false],
    [['192.0.2.77/24'], '192.0.2.255', true],
    [['192.0.2.0/24'], '192.0.3.0', false],
    [['192.0.2.0/255.255.255.128'], '192.0.2.128', false],
    [['10.0.7.0/255.0.255.0'], '10.99.7.1', true],
    [['10.0.7.0/255.0.255.0'], '10.99.8.1', false],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '203.0.113.9', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/33'], '2001:db8:8000::1', false],
    [['::ffff:192.0.2.0/120'], '192.0.2.9', true],
    [['10.0.0.0/8', '10.1.0.0/16', '9.0.0.0/8'], '10.200.0.1', true],
    [[' ANY '], '192.0.2.1', true],
  ])('%j has %s: %s', (entries, address, expected) => {
    expect(has(entries, address)).toBe(expected)
  })

  test.each(['', '192.0.2', '192.0.2.0/33', '2001:db8::/129', '1.2.3.4/x', '1.2.3.4/8/9', 'fw1'])(
    '%j is refused by name',
    (entry) => {
      expect(() => AddressSet.parse(['any', entry])).toThrow(RangeError)
      expect(() => AddressSet.parse([entry])).toThrow(JSON.stringify(entry))
    },
  )

  it('has what one of its networks has', () => {
    const net = fc.oneof(
      fc.tuple(v4, fc.integer({ min: 0, max: 32 })),
      fc.tuple(v6, fc.integer({ min: 0, max: 128 })),
    )
    fc.assert(
      fc.property(
        fc.array(net, { maxLength: 20 }),
        fc.oneof(v4, v6),
        fc.nat(19),
        (nets, other, pick) => {
          // Half of the addresses are from one of the networks.
          const address = nets[pick]?.[0] ?? other
          const entries = nets.map(
            ([text, bits]) => `${text}/${Math.min(bits, text.includes(':') ? 128 : 32)}`,
          )
          const parsed = ipaddr.process(address)
          const expected = entries.some((entry) => {
            const [range, bits] = ipaddr.parseCIDR(entry)
            return range.kind() === parsed.kind() && parsed.match([range, bits] as never)
          })
          expect(has(entries, address)).toBe(expected)
        },
      ),
    )
  })
})
