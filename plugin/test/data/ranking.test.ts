import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PortRow } from '../../src/data/model'
import { portRuns } from '../../src/data/port-runs'
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

test('a range that was scanned through is one row, ranked by the packets to each of its ports', () => {
  const scan = Array.from({ length: 500 }, (_, i) => port(1000 + i, 80 + (i % 7)))
  const { ports } = rankPorts([port(23, 9000), ...scan, port(8080, 40)], 'all', 9)
  expect(ports.map(({ port, high, each }) => [port, high, Math.round(each)])).toEqual([
    [23, 23, 9000],
    [1000, 1499, 83],
    [8080, 8080, 40],
  ])
  expect(ports[1]?.packets).toBe(scan.reduce((sum, { packets }) => sum + packets, 0))
})

test.each([
  ['another level', [1, 1, 1, 1, 1].map((n, i) => ({ ...port(100 + i, n), level: i < 3 ? 1 : 2 }))],
  ['a port that stands out', [9, 9, 9, 100, 9, 9, 9].map((n, i) => port(100 + i, n))],
  ['a gap', [100, 101, 102, 104, 105, 106].map((at) => port(at, 5))],
  ['another protocol', [0, 1, 2, 3].map((i) => port(100 + i, 5, i < 2 ? 'tcp' : 'udp'))],
  ['fewer than four', [8080, 8081, 8082].map((at) => port(at, 5))],
  ['no port', [0, 1, 2, 3, 4].map(() => port(-1, 5, 'icmp'))],
] as const)('no range goes over %s', (_, rows) => {
  const runs = portRuns(rows as readonly PortRow[])
  expect(runs).toHaveLength(rows.length)
  expect(runs.every(({ port, high }) => port === high)).toBe(true)
})

test('ranges hold each port once, and no packet is lost, whatever the rows', () => {
  const row = fc.record({
    protocol: fc.constantFrom('tcp', 'udp'),
    port: fc.integer({ min: 0, max: 40 }),
    packets: fc.integer({ min: 1, max: 12 }),
    sources: fc.constant(1),
    level: fc.constantFrom<PortRow['level']>(1, 2),
  })
  const rows = fc.uniqueArray(row, { selector: ({ protocol, port }) => `${protocol}${port}` })
  fc.assert(
    fc.property(rows, (rows) => {
      const runs = portRuns(rows)
      const ports = runs.flatMap(({ protocol, port, high }) =>
        Array.from({ length: high - port + 1 }, (_, i) => `${protocol}/${port + i}`),
      )
      expect(ports.sort()).toEqual(rows.map(({ protocol, port }) => `${protocol}/${port}`).sort())
      const sum = (list: readonly { readonly packets: number }[]): number =>
        list.reduce((all, { packets }) => all + packets, 0)
      expect(sum(runs)).toBe(sum(rows))
    }),
  )
})
