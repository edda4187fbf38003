import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressKey, isIn, parseNetwork, sortAddresses } from '../../src/data/address'

const contains = (network: string, address: string) => {
  const parsed = parseNetwork(network)
  const key = addressKey(address)
  return parsed !== undefined && key !== undefined && isIn(key, parsed)
}

describe('addresses', () => {
  test.each([
    ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1::', '1:0:0:0:0:0:0:0'],
  ])('%s and %s are the same address', (a, b) => {
    expect(addressKey(a)).toBeDefined()
    expect(addressKey(a)).toBe(addressKey(b))
  })

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '1.2.3.-4',
    '1:2:3',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '12345::',
    'g::',
    '1:2:3:4:5:6:7::8:9',
    '::1.2.3',
    'host',
    `${'1'.repeat(100)}.2.3.4`,
  ])('%j is no address', (text) => {
    expect(addressKey(text)).toBeUndefined()
  })

  test('sort by number', () => {
    const sorted = ['10.0.0.2', '9.255.255.255', '10.0.0.10', '2001:db8::a', '2001:db8::9']
      .map((text) => ({ text, key: addressKey(text) ?? '' }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    expect(sorted.map(({ text }) => text)).toEqual([
      '9.255.255.255',
      '10.0.0.2',
      '10.0.0.10',
      '2001:db8::9',
      '2001:db8::a',
    ])
  })
})

describe('networks', () => {
  test.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.77/24', '203.0.113.1', true],
    ['203.0.113.128/25', '203.0.113.127', false],
    ['203.0.113.128/25', '203.0.113.128', true],
    ['203.0.113.4/30', '203.0.113.7', true],
    ['203.0.113.4/30', '203.0.113.8', false],
    ['203.0.113.4/32', '203.0.113.4', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8:8000::/33', '2001:db8:7fff::', false],
    ['2001:db8:8000::/33', '2001:db8:8000::', true],
    ['::/0', '::1', true],
    ['2001:db8::1/128', '2001:db8::1', true],
    ['::ffff:192.0.2.0/120', '192.0.2.7', true],
    ['::ffff:192.0.2.0/120', '192.0.3.7', false],
  ])('%s holds %s: %s', (network, address, expected) => {
    expect(contains(network, address)).toBe(expected)
  })

  test.each(['203.0.113.0/33', '2001:db8::/129', '203.0.113.0/', '203.0.113.0', '/24', 'tcp/22'])(
    '%j is no network',
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  )

  test('agree with arithmetic for every IPv4 network', () => {
    const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    const text = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.')
    fc.assert(
      fc.property(uint32, uint32, fc.integer({ min: 0, max: 32 }), (a, flips, bits) => {
        const b = (a ^ (bits === 0 ? flips : flips >>> (bits - 1))) >>> 0
        const same = bits === 0 || a >>> (32 - bits) === b >>> (32 - bits)
        expect(contains(`${text(a)}/${bits}`, text(b))).toBe(same)
      }),
    )
  })
})

test('addresses of both versions and other texts have one order, each once', () => {
  const list = ['zeta', '2001:db8::2', '10.0.0.1', '::1', '9.9.9.9', '2001:db8::1:0', '192.0.2.100']
  expect(sortAddresses([...list, '10.0.0.1'])).toEqual([
    '9.9.9.9',
    '10.0.0.1',
    '192.0.2.100',
    '::1',
    '2001:db8::2',
    '2001:db8::1:0',
    'zeta',
  ])
})
