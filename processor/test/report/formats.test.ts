import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvRow, reportCsv } from '../../src/report/csv.ts'
import { reportJson } from '../../src/report/json.ts'
import { narrowReport } from '../../src/report/narrow.ts'
import { BUSY, EMPTY } from './reports.ts'

describe('json', () => {
  test.each([
    ['an empty report', EMPTY],
    ['a busy report', BUSY],
  ])('of %s is what JSON.stringify would give', (_, report) => {
    expect(reportJson(report)).toBe(`${JSON.stringify(report, null, 2)}\n`)
  })
})

describe('csv', () => {
  test('has a header and a row for each source', async () => {
    await expect(reportCsv(BUSY)).toMatchFileSnapshot('golden/busy.csv')
  })

  test('of nothing is the header', () => {
    expect(reportCsv(EMPTY).split('\n')).toHaveLength(2)
  })

  test('gives back every field, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ') }), {
          minLength: 2,
        }),
        (fields) => {
          expect(readRow(csvRow(fields))).toEqual(fields)
        },
      ),
    )
  })
})

/** A reader of RFC 4180 that knows nothing of the writer. */
function readRow(row: string): string[] {
  return [...`,${row.slice(0, -1)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/gs)].map(
    ([, quoted, bare]) => (quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"')),
  )
}

describe('a narrowed report', () => {
  test.each([
    ['nothing', {}, ['192.0.2.7', '2001:db8::bad']],
    ['a source', { source: '2001:db8::bad' }, ['2001:db8::bad']],
    ['an unknown source', { source: '192.0.2.8' }, []],
    ['a level', { dangerLevel: 3 }, ['192.0.2.7']],
    ['a length', { top: 1 }, ['192.0.2.7']],
    ['no length', { top: 0 }, ['192.0.2.7', '2001:db8::bad']],
  ])('by %s', (_, options, expected) => {
    const narrowed = narrowReport(BUSY, options)
    expect(narrowed.sources.map(({ source }) => source)).toEqual(expected)
    expect(narrowed.attackers.map(({ source }) => source)).toEqual(expected)
    expect(narrowed.totals).toEqual(BUSY.totals)
  })
})
