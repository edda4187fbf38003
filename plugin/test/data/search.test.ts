import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matches, parseSearch, searchIndex } from '../../src/data/search'
import { attackers } from '../helpers/attackers'

const rows = attackers([
  {
    source: '203.0.113.22',
    ports: [
      { protocol: 'tcp', low: 22, high: 22 },
      { protocol: 'tcp', low: 1000, high: 1500 },
    ],
    kinds: ['syn', 'sweep'],
    os: 'Linux 2.4',
    country: 'NL',
    destinations: [{ address: '192.0.2.1', packets: 3, ports: [], signatures: [] }],
  },
  {
    source: '2001:db8::22',
    ports: [{ protocol: 'udp', low: 53, high: 53 }],
    signatures: [{ sid: 2418, message: 'SNMP request over TCP', count: 1 }],
    asn: 'AS64500',
    hostname: 'scanner.example.net',
  },
  { source: '198.51.100.7', kinds: ['icmp'], reasons: ['12 packets reached level 1'] },
  { source: 'unknown-host', ports: [{ protocol: 'icmp', low: -1, high: -1 }] },
])
const index = searchIndex(rows)
const found = (text: string) =>
  rows
    .filter((row, place) => matches(row, place, parseSearch(text), index))
    .map(({ source }) => source)

describe('search', () => {
  const [v4, v6, icmp, host] = rows.map(({ source }) => source) as [string, string, string, string]
  test.each([
    ['', [v4, v6, icmp, host]],
    ['203.0', [v4]],
    ['203.0.113.22', [v4]],
    ['203.0.113.2', []],
    ['203.0.113.0/24', [v4]],
    ['src:203.0.113.0/24', [v4]],
    ['dst:203.0.113.0/24', []],
    ['192.0.2.1', [v4]],
    ['src:192.0.2.1', []],
    ['dst:192.0.2.0/28', [v4]],
    ['dst:192.0', [v4]],
    ['2001:DB8::/32', [v6]],
    ['2001:0db8:0::22', [v6]],
    ['2001:db8', [v6]],
    ['22', [v4]],
    ['tcp/22', [v4]],
    ['TCP/22', [v4]],
    ['udp/22', []],
    ['53', [v6]],
    ['1200', [v4]],
    ['tcp/1501', []],
    ['900-1100', [v4]],
    ['1100-900', [v4]],
    ['tcp/0-65535', [v4]],
    ['2418', [v6]],
    ['snmp', [v6]],
    ['snmp tcp', [v6]],
    ['snmp nl', []],
    ['sweep, nl', [v4]],
    ['linux', [v4]],
    ['as64500', [v6]],
    ['scanner.example', [v6]],
    ['icmp', [icmp, host]],
    ['reached', [icmp]],
    ['unknown-', [host]],
    ['src:unknown', [host]],
    ['99999', []],
    ['1-99999', []],
    ['999.1.1.1', []],
    ['::/0', [v6]],
    ['0.0.0.0/0', [v4, icmp]],
  ])('%j finds %j', (text, sources) => {
    expect(found(text)).toEqual(sources)
  })

  test('nothing that can be typed is an error, and each word more finds no more', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('22', 'tcp/22', '::', '1-', 'dst:', 'src:/', '203.0.113.0/24', '/0', '-1'),
    )
    fc.assert(
      fc.property(word, word, (a, b) => {
        const both = found(`${a} ${b}`)
        expect(found(a)).toEqual(expect.arrayContaining(both))
      }),
    )
  })
})
