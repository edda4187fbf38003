import { expect, test } from 'vitest'
import { parseTime } from '../../src/cli/time.ts'

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T12:34', '2026-01-31T12:34:00.000Z'],
  ['2026-01-31 12:34:56', '2026-01-31T12:34:56.000Z'],
  ['2026-01-31T12:34:56.789Z', '2026-01-31T12:34:56.789Z'],
  ['2026-01-31T12:34:56+02:00', '2026-01-31T10:34:56.000Z'],
  ['2026-01-31T12:34:56-0130', '2026-01-31T14:04:56.000Z'],
  ['1769860800', '2026-01-31T12:00:00.000Z'],
])('%s is %s, whatever the zone of the machine', (text, expected) => {
  expect(new Date(parseTime(text) ?? NaN).toISOString()).toBe(expected)
})

test.each(['yesterday', '2026', '2026-13-01', '2026-02-30', '2026-01-31T25:00', '12:00', ''])(
  '%j is no time',
  (text) => {
    expect(parseTime(text)).toBeUndefined()
  },
)
