import { expect, test } from 'vitest'
import { protocolNameIn } from '../../src/core/protocols.ts'

test.each([
  [2, undefined, 'igmp'],
  [2, { 2: 'group' }, 'group'],
  [3, { 2: 'group' }, '3'],
  // psad's own table calls 58 ipv6-icmp, and psad's report icmp6.
  [58, { 58: 'ipv6-icmp' }, 'icmp6'],
  [6, { 6: 'stream' }, 'tcp'],
  [136, { 136: 'lite' }, 'udplite'],
])('protocol %i with the table %j is %s', (number, table, name) => {
  expect(protocolNameIn(table, number)).toBe(name)
})
