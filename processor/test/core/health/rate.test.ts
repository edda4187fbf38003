import { expect, test } from 'vitest'
import { limitBehind, rateText } from '../../../src/core/health/rate.ts'

const DAY = { second: 86_400, minute: 1440, hour: 24 }

test.each([
  [2.88 * DAY.minute, '3 a minute'],
  [2.97 * DAY.minute, '3 a minute'],
  [3.1 * DAY.minute, '3 a minute'],
  [9.7 * DAY.second, '10 a second'],
  [0.98 * DAY.second, '1 a second'],
  [58 * DAY.minute, '1 a second'],
  [88 * DAY.minute, '90 a minute'],
  [0.97 * DAY.hour, '1 an hour'],
  [9.9 * DAY.hour, '10 an hour'],
  [4.9, '5 a day'],
  [13.4 * DAY.second, '13.4 a second'],
  [485 * DAY.second, '500 a second'],
  [0.2, '1 a day'],
])('%d packets a day are seen where the limit is %s', (perDay, text) => {
  expect(rateText(limitBehind(perDay))).toBe(text)
})
