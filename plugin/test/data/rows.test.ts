import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_SORT, filterAttackers, sortAttackers } from '../../src/data/rows'
import { ATTACKER_COLUMNS } from '../../src/types'
import type { Level } from '../../src/data/model'
import { attackers } from '../helpers/attackers'

const sources = (rows: readonly { source: string }[]) => rows.map(({ source }) => source)

describe('sorting', () => {
  test('begins with the highest level, then with most packets', () => {
    const rows = attackers([
      { source: 'a', level: 2, packets: 900 },
      { source: 'b', level: 5, packets: 1 },
      { source: 'c', level: 2, packets: 1000 },
    ])
    expect(sources(sortAttackers(rows, DEFAULT_SORT))).toEqual(['b', 'c', 'a'])
  })

  test('addresses go by number, IPv4 before IPv6 before anything else', () => {
    const rows = attackers(
      ['zebra', '10.0.0.10', '2001:db8::1', '10.0.0.9', 'apple'].map((source) => ({ source })),
    )
    expect(sources(sortAttackers(rows, { column: 'source', descending: false }))).toEqual([
      '10.0.0.9',
      '10.0.0.10',
      '2001:db8::1',
      'apple',
      'zebra',
    ])
  })

  test.each([true, false])('unknown times and names come last (descending: %s)', (descending) => {
    const rows = attackers([{ source: 'unknown' }, { source: 'known', lastSeen: 5, os: 'Linux' }])
    for (const column of ['lastSeen', 'os'] as const) {
      expect(sources(sortAttackers(rows, { column, descending }))).toEqual(['known', 'unknown'])
    }
  })

  test('loses and invents none, and sorting what is sorted changes nothing', () => {
    const row = fc.record({
      source: fc.ipV4(),
      level: fc.integer({ min: 0, max: 5 }).map((level) => level as Level),
      packets: fc.oneof(fc.nat(5), fc.constant(NaN), fc.constant(Infinity)),
      lastSeen: fc.oneof(fc.nat(5), fc.constant(NaN)),
      os: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    })
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.constantFrom(...ATTACKER_COLUMNS),
        fc.boolean(),
        (parts, column, descending) => {
          const rows = attackers(parts)
          const sorted = sortAttackers(rows, { column, descending })
          expect(new Set(sorted)).toEqual(new Set(rows))
          expect(sortAttackers(sorted, { column, descending })).toEqual(sorted)
        },
      ),
    )
  })
})

describe('filtering', () => {
  const rows = attackers([
    { source: '203.0.113.1', level: 1 },
    { source: '203.0.113.2', level: 4 },
    { source: '198.51.100.1', level: 4 },
  ])

  test('no level chosen means all of them', () => {
    expect(filterAttackers(rows, { levels: new Set(), search: ' ' })).toBe(rows)
  })

  test('levels and search hold together', () => {
    const filter = { levels: new Set<Level>([4, 5]), search: '203.0.113.0/24' }
    expect(sources(filterAttackers(rows, filter))).toEqual(['203.0.113.2'])
  })
})
