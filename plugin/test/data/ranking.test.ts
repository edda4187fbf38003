import { expect, test } from 'vitest'
import type { PortRow } from '../../src/data/model'
import { rankPorts } from '../../src/data/ranking'

const port = (port: number, packets: number, protocol = 'tcp'): PortRow => ({
  protocol,
  port,
  packets,
  sources: 1,
  level: 1,
})

test('most packets first, with the name of the service and the share of all', () => {
  const { ports, more, packets } = rankPorts([port(22, 10), port(445, 70), port(80, 20)], 'all', 2)
  expect(ports.map(({ port, service, share }) => [port, service, share])).toEqual([
    [445, 'smb', 0.7],
    [80, 'http', 0.2],
  ])
  expect(more).toBe(1)
  expect(packets).toBe(100)
})

test('only the protocol that is asked for, and only what has a port', () => {
  const rows = [port(53, 5, 'udp'), port(53, 9, 'TCP'), port(-1, 100, 'icmp')]
  expect(rankPorts(rows, 'udp', 9).ports.map((row) => row.packets)).toEqual([5])
  expect(rankPorts(rows, 'all', 9).ports.map((row) => row.packets)).toEqual([9, 5])
})

test('packets that are no number count for nothing', () => {
  const { packets, ports } = rankPorts([port(22, NaN), port(23, 4)], 'all', 5)
  expect(packets).toBe(4)
  expect(ports.map((row) => row.port)).toEqual([23, 22])
})
