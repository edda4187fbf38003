import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressList,
  attackersCsv,
  attackersJson,
  exportFile,
  ipsetRestore,
  nftablesSet,
} from '../../src/data/export'
import { attackers } from '../helpers/attackers'

const row = {
  source: '203.0.113.9',
  ports: [{ protocol: 'tcp', low: 22, high: 23 }],
  signatures: [{ sid: 7, message: 'say "hi", twice', count: 2 }],
  reasons: ['a', 'b'],
  firstSeen: Date.UTC(2026, 0, 10),
}

/** Reads RFC 4180, as a spreadsheet does. */
function readCsv(text: string): string[][] {
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
      ),
    )
}

describe('CSV', () => {
  test('has a header and a row for each attacker', () => {
    const [header = [], ...rows] = readCsv(attackersCsv(attackers([row, {}])))
    const cell = (name: string) => rows[0]?.[header.indexOf(name)]
    expect(rows).toHaveLength(2)
    expect(cell('source')).toBe('203.0.113.9')
    expect(cell('ports')).toBe('tcp/22-23')
    expect(cell('signatures')).toBe('7 say "hi", twice')
    expect(cell('reasons')).toBe('a; b')
    expect(cell('first_seen')).toBe('2026-01-10T00:00:00.000Z')
    expect(cell('last_seen')).toBe('')
  })

  test('no cell is a formula, whatever an attacker wrote', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom('=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '\uff1d1', '\r=1'),
    )
    fc.assert(
      fc.property(hostile, hostile, (source, os) => {
        const text = attackersCsv(attackers([{ source: source.replace(/[\r\n]/g, ' '), os: os.replace(/[\r\n]/g, ' ') }])) // prettier-ignore
        for (const cell of readCsv(text).flat()) {
          expect(cell.trimStart()).not.toMatch(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/)
        }
      }),
    )
  })
})

test('JSON has everything but the places in the panel, and can be read', () => {
  const [made] = JSON.parse(attackersJson(attackers([{ ...row, row: { frame: 0, row: 3 } }])))
  expect(made).toMatchObject({ source: '203.0.113.9', firstSeen: '2026-01-10T00:00:00.000Z' })
  expect(made).not.toHaveProperty('lastSeen')
  expect(made).not.toHaveProperty('row')
  expect(made).not.toHaveProperty('index')
})

describe('block lists', () => {
  const some = attackers(
    [
      '203.0.113.9',
      '2001:db8::1',
      '::ffff:203.0.113.9',
      '203.0.113.9',
      '1.2.3.4; flush ruleset',
      'evil\nadd picket4 0.0.0.0',
      'fe80::1%eth0',
    ].map((source) => ({ source })),
  )

  test('plain addresses, each once, and nothing that is no address', () => {
    expect(addressList(some)).toBe('203.0.113.9\n2001:db8:0:0:0:0:0:1\nfe80:0:0:0:0:0:0:1\n')
  })

  test('a set of ipset for each family', () => {
    expect(ipsetRestore(some)).toBe(
      'create picket4 hash:ip family inet maxelem 65536 -exist\n' +
        'add picket4 203.0.113.9 -exist\n' +
        'create picket6 hash:ip family inet6 maxelem 65536 -exist\n' +
        'add picket6 2001:db8:0:0:0:0:0:1 -exist\n' +
        'add picket6 fe80:0:0:0:0:0:0:1 -exist\n',
    )
    expect(ipsetRestore([])).toBe('')
  })

  test('a set has room for all', () => {
    const many = attackers(
      Array.from({ length: 70_000 }, (_, i) => ({
        source: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
      })),
    )
    expect(ipsetRestore(many)).toContain('maxelem 131072')
  })

  test('a table of nftables, without an empty list of elements', () => {
    expect(nftablesSet(attackers([{ source: '203.0.113.9' }]))).toBe(
      'table inet picket {\n' +
        '  set attackers4 {\n    type ipv4_addr\n    elements = {\n      203.0.113.9,\n    }\n  }\n' +
        '  set attackers6 {\n    type ipv6_addr\n  }\n}\n',
    )
  })

  test('hold only lines of their own grammar for any source', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6())), (sources) => {
        const text = exportFile(attackers(sources.map((source) => ({ source }))), 'ipset').text
        for (const line of text.split('\n').filter(Boolean)) {
          expect(line).toMatch(
            /^(create picket[46] hash:ip family inet6? maxelem \d+|add picket[46] [\da-f:.]+) -exist$/,
          )
        }
      }),
    )
  })
})
