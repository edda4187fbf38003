import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { batchOf } from '../../../src/core/index.ts'
import { Zone, daysOf, monthOf, yearOf } from '../../../src/core/parse/calendar.ts'
import { createParser } from '../../../src/core/parse/index.ts'
import { PacketRows, R_SECONDS } from '../../../src/core/row.ts'

const BODY = 'fw kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 TTL=3 ID=9 PROTO=2'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const NONE = { drop: [], accept: [], audit: [] }
const at = (text: string): number => Date.parse(text) / 1000

function parserFor(zone: string): (line: string, reference: number, entry?: number) => number {
  const parser = createParser({ zone, profile: 'picket', verdicts: NONE })
  const rows = new PacketRows(1)
  return (line, reference, entry) => {
    rows.count = 0
    const ns = entry === undefined ? {} : { ns: [BigInt(entry) * 1_000_000_000n] }
    parser.parse(batchOf([line], { reference, time: 'line', ...ns }), 0, rows)
    expect(rows.count).toBe(1)
    return rows.ints[R_SECONDS] ?? 0
  }
}

const two = (n: number): string => String(n).padStart(2, '0')

describe('a date without a year', () => {
  const ZONES = ['UTC', '+05:30', 'Europe/Berlin', 'America/New_York']
  // Few days, so that lines share one; the changes of clocks and the leap day are among them.
  const day = fc.constantFrom(
    'Jan  1',
    'Feb 28',
    'Feb 29',
    'Mar 29',
    'Mar  8',
    'Oct 25',
    'Nov  1',
    'Nov 25',
    'Dec 31',
  )
  const clock = fc
    .tuple(fc.nat(23), fc.nat(59), fc.nat(59))
    .map((parts) => parts.map(two).join(':'))
  const near = fc.tuple(
    fc.constantFrom(2024, 2026, 2027),
    fc.integer({ min: 0, max: 364 }),
    fc.nat(86_399),
  )
  const time = near.map(([year, days, second]) => (daysOf(year, 1, 1) + days) * 86_400 + second)
  const reference = fc.oneof(
    time,
    fc.constantFrom(
      at('2026-11-25T12:00:00Z'),
      at('2026-10-25T01:30:00Z'),
      at('2027-01-01T00:00:00Z'),
    ),
  )
  const line = fc.tuple(day, clock, reference, fc.option(time, { nil: undefined }))

  it('does not depend on the lines before it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.array(line, { minLength: 2, maxLength: 12 }),
        (zone, lines) => {
          const one = parserFor(zone)
          for (const [day, clock, reference, entry] of lines) {
            const text = `${day} ${clock} ${BODY}`
            expect(one(text, reference, entry), text).toBe(parserFor(zone)(text, reference, entry))
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is, as of one moment, in the newest year that is not after it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 28 }),
        clock,
        reference,
        (month, day, clock, reference) => {
          const found = parserFor('UTC')(
            `${MONTHS[month - 1]} ${String(day).padStart(2)} ${clock} ${BODY}`,
            reference,
          )
          const year = yearOf(reference)
          const inYear = (y: number): number => at(`${y}-${two(month)}-${two(day)}T${clock}Z`)
          expect(found).toBe(inYear(year) <= reference ? inYear(year) : inYear(year - 1))
        },
      ),
    )
  })

  it('is, beside an entry, in the year nearest to it', () => {
    fc.assert(
      fc.property(day, clock, time, (day, clock, entry) => {
        const found = parserFor('UTC')(`${day} ${clock} ${BODY}`, entry, entry)
        if (day !== 'Feb 29') expect(Math.abs(found - entry)).toBeLessThanOrEqual(183 * 86_400)
        expect(new Date(found * 1000).toISOString().slice(11, 19)).toBe(clock)
      }),
    )
  })

  it('later on the reference day is last year, earlier on it this year, in either order', () => {
    const one = parserFor('UTC')
    const noon = at('2026-11-25T12:00:00Z')
    expect(one(`Nov 25 13:00:00 ${BODY}`, noon)).toBe(at('2025-11-25T13:00:00Z'))
    expect(one(`Nov 25 11:00:00 ${BODY}`, noon)).toBe(at('2026-11-25T11:00:00Z'))
    expect(one(`Nov 25 13:00:00 ${BODY}`, noon)).toBe(at('2025-11-25T13:00:00Z'))
  })

  it('is not taken for one where a year follows', () => {
    const one = parserFor('UTC')
    const now = at('2026-12-01T00:00:00Z')
    expect(one(`Mar 11 20:35:11 ${BODY}`, now)).toBe(at('2026-03-11T20:35:11Z'))
    expect(one(`Mar 11 20:35:12 2024 ${BODY}`, now)).toBe(at('2024-03-11T20:35:12Z'))
    expect(one(`Mar 11 2023 20:35:12 ${BODY}`, now)).toBe(at('2023-03-11T20:35:12Z'))
  })

  it('follows the clocks through the night in which they change', () => {
    const one = parserFor('Europe/Berlin')
    const now = at('2026-12-01T00:00:00Z')
    expect(one(`Oct 25 00:30:00 ${BODY}`, now)).toBe(at('2026-10-24T22:30:00Z'))
    expect(one(`Oct 25 04:30:00 ${BODY}`, now)).toBe(at('2026-10-25T03:30:00Z'))
    expect(one(`Oct 25 00:31:00 ${BODY}`, now)).toBe(at('2026-10-24T22:31:00Z'))
  })
})

describe('calendar', () => {
  it('agrees with Date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000, max: 0x7fff_ffff }), (seconds) => {
        const date = new Date(seconds * 1000)
        const [year, month, day] = [
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
        ]
        expect(yearOf(seconds)).toBe(year)
        expect(daysOf(year, month, day)).toBe(Math.floor(seconds / 86_400))
      }),
    )
  })

  test.each(MONTHS.map((name, i) => [name, i + 1] as const))('%s is month %i', (name, month) => {
    for (const text of [name, name.toUpperCase(), name.toLowerCase()])
      expect(monthOf(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2))).toBe(month)
  })

  test.each([
    ['UTC', '2026-07-01T12:00:00Z', 0],
    ['-03:30', '2026-07-01T12:00:00Z', -12_600],
    ['+0200', '2026-07-01T12:00:00Z', 7200],
    ['America/New_York', '2026-07-01T12:00:00Z', -14_400],
    ['America/New_York', '2026-01-01T12:00:00Z', -18_000],
    ['Asia/Kolkata', '2026-01-01T12:00:00Z', 19_800],
  ])('%s is at %s %i seconds ahead', (zone, local, seconds) => {
    expect(new Zone(zone).offsetAt(at(local))).toBe(seconds)
  })

  it('refuses a zone that nobody knows', () => {
    expect(() => new Zone('Mars/Olympus')).toThrow(RangeError)
  })
})
