import { expect, test } from 'vitest'
import { portCount, portText } from '../../src/data/port-text'

const ranges = [
  { protocol: 'icmp', low: -1, high: -1 },
  { protocol: 'tcp', low: 22, high: 22 },
  { protocol: 'tcp', low: 80, high: 80 },
  { protocol: 'tcp', low: 1000, high: 1500 },
  { protocol: 'udp', low: 53, high: 53 },
]

test('names the protocol once for a run of its ranges', () => {
  expect(portText(ranges)).toEqual({ text: 'icmp, tcp/22, 80, 1000-1500, udp/53', left: 0 })
})

test('says how many ranges are left out', () => {
  expect(portText(ranges, 2)).toEqual({ text: 'icmp, tcp/22', left: 3 })
  expect(portText(ranges, 0)).toEqual({ text: '', left: 5 })
})

test('a protocol that is not known leaves the numbers', () => {
  expect(portText([{ protocol: '', low: 22, high: 23 }]).text).toBe('22-23')
})

test('counts ports, ends included', () => {
  expect(portCount(ranges)).toBe(1 + 1 + 501 + 1)
  expect(portCount([{ protocol: 'tcp', low: NaN, high: NaN }])).toBe(0)
})
