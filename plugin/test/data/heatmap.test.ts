import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { timeGrid } from '../../src/data/buckets'
import { cellSources } from '../../src/data/cell-sources'
import { heatmap } from '../../src/data/heatmap'
import { EMPTY_MODEL } from '../../src/data/model'
import { allBands, chooseBands } from '../../src/data/port-bands'
import { modelOf, type Packet } from '../helpers/activity'

const grid = { start: 0, step: 100, count: 10 }
const label = ({ low, high }: { low: number; high: number }) =>
  low === high ? low : `${low}–${high}`

describe('rows of the heatmap', () => {
  test('as many ports as rows are a row each', () => {
    const model = modelOf(
      [1],
      [
        { time: 1, low: 80 },
        { time: 2, low: 22 },
        { time: 3, low: 23 },
      ],
    )
    expect(chooseBands(model, grid, 'all', 10).map(label)).toEqual([22, 23, 80])
  })

  test('busy ports keep a row of their own, a scanned stretch becomes one', () => {
    const packets: Packet[] = []
    for (let i = 0; i < 50; i++) packets.push({ time: 1, low: 22 }, { time: 1, low: 443 })
    for (let port = 1_000; port <= 1_500; port++) packets.push({ time: 500, low: port })
    const bands = chooseBands(modelOf([1], packets), grid, 'all', 8)
    expect(bands.map(label)).toEqual([22, 443, '1000–1500'])
    expect(bands.at(-1)?.hit).toBe(501)
  })

  test('a detection that names a range is a row for the range', () => {
    const model = modelOf(
      [3],
      [
        { time: 1, low: 1, high: 1_000, packets: 900 },
        { time: 2, low: 3_389, packets: 500 },
      ],
    )
    expect(chooseBands(model, grid, 'all', 5).map(label)).toEqual(['1–1000', 3_389])
  })

  test('the filter of the protocol and the range of time hold', () => {
    const model = modelOf(
      [1],
      [
        { time: 1, low: 22 },
        { time: 1, low: 53, protocol: 1 },
        { time: 5_000, low: 80 },
      ],
    )
    expect(chooseBands(model, grid, 'udp', 5).map(label)).toEqual([53])
    expect(chooseBands(model, grid, 'all', 5).map(label)).toEqual([22, 53])
  })

  test('never more rows than wanted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 70_000 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        (ports, most) => {
          const model = modelOf(
            [1],
            ports.map((low) => ({ time: 1, low })),
          )
          expect(chooseBands(model, grid, 'all', most).length).toBeLessThanOrEqual(most)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('bands over all ports', () => {
  test.each([1, 7, 50, 300])('%i bands hold every port once', (count) => {
    const bands = allBands(count)
    expect(bands.length).toBe(count)
    let next = 0
    for (const { low, high } of bands) {
      expect(low).toBe(next)
      expect(high).toBeGreaterThanOrEqual(low)
      next = high + 1
    }
    expect(next).toBe(65_536)
  })
})

describe('packets in cells', () => {
  test('a port of its own wins over the range around it', () => {
    const model = modelOf(
      [1, 4],
      [
        { time: 50, low: 80, source: 1, packets: 7 },
        { time: 150, low: 81 },
        { time: 160, low: 99 },
      ],
    )
    const bands = [
      { protocol: 'tcp', low: 1, high: 100, hit: 3 },
      { protocol: 'tcp', low: 80, high: 80, hit: 1 },
    ]
    const { cells, totals, max, levels } = heatmap(model, grid, bands, 'all')
    expect(cells[1 * 10]).toBe(7)
    expect(cells[1]).toBe(2)
    expect([...totals]).toEqual([2, 7])
    expect(max).toBe(7)
    expect([...levels]).toEqual([1, 4])
  })

  test('all packets are in the bands over all ports, however wide a range is', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(port, port, fc.integer({ min: 0, max: 1e9 })), { maxLength: 30 }),
        (rows) => {
          const packets = rows.map(([a, b, n], i) => ({
            time: i,
            low: Math.min(a, b),
            high: Math.max(a, b),
            packets: n,
          }))
          const sum = packets.reduce((total, p) => total + p.packets, 0)
          const map = heatmap(modelOf([1], packets), grid, allBands(40), 'all')
          expect(map.totals.reduce((total, n) => total + n, 0)).toBeCloseTo(sum, 2)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('are what they are when each port is looked at alone', () => {
    const port = fc.integer({ min: 0, max: 200 })
    const span = fc
      .tuple(port, port)
      .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }))
    const row = fc.record({
      span,
      time: fc.integer({ min: 0, max: 999 }),
      source: fc.nat(2),
      protocol: fc.nat(1),
      packets: fc.integer({ min: 0, max: 1_000 }),
    })
    const band = fc.record({ span, protocol: fc.constantFrom('tcp', 'udp', undefined) })
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }),
        fc.array(band, { maxLength: 5 }),
        (rows, spans) => {
          const bands = spans.map(({ span, protocol }) => ({ ...span, protocol, hit: 1 }))
          const model = modelOf(
            [1, 3, 5],
            rows.map(({ span, ...rest }) => ({ ...rest, ...span })),
          )
          const cells = new Float64Array(bands.length * grid.count)
          const levels = new Uint8Array(bands.length)
          for (const { span, time, source, protocol, packets } of rows) {
            for (let at = span.low; at <= span.high; at++) {
              const name = model.protocols[protocol]
              const around = bands
                .map((band, i) => ({ ...band, i }))
                .filter((band) => band.low <= at && at <= band.high)
                .filter((band) => band.protocol === undefined || band.protocol === name)
                .sort((a, b) => b.high - b.low - (a.high - a.low))
                .at(-1)
              if (around === undefined) continue
              const cell = around.i * grid.count + Math.floor(time / grid.step)
              cells[cell] = (cells[cell] ?? 0) + packets / (span.high - span.low + 1)
              const level = model.attackers[source]?.level ?? 0
              levels[around.i] = Math.max(levels[around.i] ?? 0, level)
            }
          }
          const map = heatmap(model, grid, bands, 'all')
          map.cells.forEach((value, i) => expect(value).toBeCloseTo(cells[i] ?? NaN, 6))
          expect(map.levels).toEqual(levels)
        },
      ),
    )
  })

  test('nothing is left where all ranges have ended', () => {
    const packets = [0.1, 0.2, 0.3].map((n, i) => ({
      time: 0,
      low: i,
      high: 20_000 + i,
      packets: n,
    }))
    const { bands, cells } = heatmap(modelOf([1], packets), grid, allBands(100), 'all')
    bands.forEach(({ low }, band) => {
      if (low > 20_002) expect(cells[band * grid.count]).toBe(0)
    })
  })

  test('no port, no known protocol, no time: no cell', () => {
    const model = modelOf(
      [1],
      [
        { time: 1, low: -1 },
        { time: 1, protocol: -1 },
        { time: NaN },
        { time: 1, packets: NaN },
        { time: 1, low: 70_000 },
      ],
    )
    expect(heatmap(model, grid, allBands(10), 'all').max).toBe(0)
    expect(heatmap(EMPTY_MODEL, timeGrid(0, 1, 10), [], 'all').cells.length).toBe(0)
  })
})

test('who asked for a port in a time is counted once each, the busiest named', () => {
  const model = modelOf(
    [1, 5, 2],
    [
      { time: 10, low: 22, source: 0, packets: 3 },
      { time: 20, low: 22, source: 1 },
      { time: 30, low: 20, high: 30, source: 1 },
      { time: 40, low: 23, source: 2 },
      { time: 100, low: 22, source: 2 },
    ],
  )
  const band = { protocol: 'tcp', low: 22, high: 22, hit: 1 }
  expect(cellSources(model, band, 'all', 0, 100)).toEqual({ sources: 2, busiest: 0, level: 5 })
  expect(cellSources(model, band, 'udp', 0, 100)).toEqual({ sources: 0, busiest: -1, level: 0 })
})
