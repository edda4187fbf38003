import { describe, expect, test } from 'vitest'
import { parseAddressList } from '../../../src/core/level-list/address-list.ts'

const read = (text: string): ReturnType<typeof parseAddressList> =>
  parseAddressList(text, 'bad.txt')

describe('a list of addresses', () => {
  test.each([
    [
      'addresses and networks',
      '192.0.2.1\n198.51.100.0/24\n2001:db8::/32',
      ['192.0.2.1', '198.51.100.0/24', '2001:db8::/32'],
    ],
    [
      'Spamhaus: a comment behind the network',
      '; DROP list\n192.0.2.0/24 ; SBL1\n',
      ['192.0.2.0/24'],
    ],
    [
      'FireHOL: comments on lines of their own',
      '#\n# firehol\n#\r\n192.0.2.0/24\r\n',
      ['192.0.2.0/24'],
    ],
    [
      'columns behind the address',
      '192.0.2.1,2026-01-01,ssh\n192.0.2.2\tAS64500',
      ['192.0.2.1', '192.0.2.2'],
    ],
    [
      'ipset save',
      'create bad hash:net family inet hashsize 1024\nadd bad 192.0.2.0/24\n  add bad 2001:db8::1 timeout 30\n',
      ['192.0.2.0/24', '2001:db8::1'],
    ],
    [
      'DShield: first address, last address, length',
      '192.0.2.0\t192.0.2.255\t24\t4000\tNET\n',
      ['192.0.2.0/24'],
    ],
    ['nothing but comments', '# none\n\n   \n;\n', []],
  ])('holds %s', (_, text, networks) => {
    expect(read(text)).toEqual({ networks, problems: [] })
  })

  test.each([
    ['bogus', 1, '"bogus"'],
    ['  192.0.2.256', 3, '"192.0.2.256"'],
    ['192.0.2.0/40 ; SBL2', 1, '"192.0.2.0/40"'],
    ['any', 1, '"any"'],
    // The name of the set holds the word itself.
    ['add set-of-x x', 14, '"x"'],
    // An exception of the set, not a part of it.
    ['add bad 192.0.2.9 nomatch', 9, 'nomatch'],
  ])('leaves %j out and tells of column %i', (text, column, words) => {
    const { networks, problems } = read(`# list\n${text}\n198.51.100.1`)
    expect(networks).toEqual(['198.51.100.1'])
    expect(problems).toEqual([
      {
        file: 'bad.txt',
        line: 2,
        column,
        severity: 'error',
        message: expect.stringContaining(words) as string,
      },
    ])
  })

  test('is read in one pass, however long', () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    )
    const { networks, problems } = read(lines.join('\n'))
    expect(networks).toEqual(lines)
    expect(problems).toEqual([])
  })
})
