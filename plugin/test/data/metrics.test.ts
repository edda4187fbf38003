import { expect, test } from 'vitest'
import { prepareModel } from '../../src/data/prepare'
import { DEFAULT_OPTIONS } from '../../src/options'
import { event, eventsFrame, field, frame } from '../helpers/frames'

const timeRange = { from: 0, to: 1000 }
const prepare = (frames: unknown[], targets: unknown[] = []) =>
  prepareModel({ frames, targets, options: { ...DEFAULT_OPTIONS, minLevel: 0 }, timeRange })

const series = (name: string, labels: object, values: number[], more: object = {}) =>
  frame('A', [
    field(
      'Time',
      'time',
      values.map((_, i) => i * 60_000),
    ),
    field('Value', 'number', values, { labels: { __name__: name, ...labels }, ...more }),
  ])

test('an instant table with one column a label', () => {
  const model = prepare([
    frame('A', [
      field('Time', 'time', [1, 1]),
      field('__name__', 'string', ['picket_attacker_packets', 'picket_attacker_danger_level']),
      field('source', 'string', ['203.0.113.9', '203.0.113.9']),
      field('Value', 'number', [420, 3]),
    ]),
  ])
  expect(model.inputs).toEqual(['metrics'])
  expect(model.attackers).toMatchObject([{ source: '203.0.113.9', packets: 420, level: 3 }])
})

test('joined tables, whose metrics only the queries name', () => {
  const model = prepare(
    [
      frame('joined', [
        field('source', 'string', ['203.0.113.9', '203.0.113.8']),
        field('Value #A', 'number', [420, null]),
        field('Value #B', 'number', [3, 2]),
      ]),
    ],
    [
      { refId: 'A', expr: 'topk(10, picket_attacker_packets)' },
      { refId: 'B', expr: 'picket_attacker_danger_level > 0' },
    ],
  )
  expect(model.attackers).toMatchObject([
    { source: '203.0.113.9', packets: 420, level: 3 },
    { source: '203.0.113.8', packets: 0, level: 2 },
  ])
})

test('ports over time are activity of what they grew by, also beyond a restart', () => {
  const { activity, ports, protocols } = prepare([
    series('picket_scanned_port_packets', { protocol: 'tcp', port: '22' }, [5, 8, 8, 2]),
    series('picket_scanned_port_sources', { protocol: 'tcp', port: '22' }, [3]),
  ])
  expect([...activity.packets]).toEqual([3, 2])
  expect([...activity.time]).toEqual([60_000, 180_000])
  expect([...activity.low]).toEqual([22, 22])
  expect(protocols).toEqual(['tcp'])
  expect(ports).toMatchObject([{ protocol: 'tcp', port: 22, packets: 2, sources: 3 }])
})

test('more sources are counted than are listed', () => {
  const model = prepare([
    series('picket_sources', { danger_level: '1' }, [70]),
    series('picket_sources', { danger_level: '4' }, [2]),
    series('picket_attacker_danger_level', { source: '203.0.113.9' }, [4]),
  ])
  expect(model.levels).toEqual([0, 70, 0, 0, 2, 0])
})

test('events come before metrics, which fill in what the events do not know', () => {
  const model = prepare([
    eventsFrame([event({ packets: 7 })], 'B'),
    series('picket_attacker_packets', { source: '203.0.113.5' }, [500]),
    series('picket_attacker_packets', { source: '203.0.113.6' }, [90]),
    series('picket_signature_matches_total', { sid: '1418', message: 'SNMP' }, [12]),
  ])
  expect(model.inputs).toEqual(['detections', 'metrics'])
  expect(model.attackers).toMatchObject([
    { source: '203.0.113.5', level: 1, packets: 7 },
    { source: '203.0.113.6', level: 0, packets: 90 },
  ])
  expect(model.signatures).toMatchObject([{ sid: 1418, message: 'SNMP', count: 12 }])
})

test('ports and signatures of metrics have no danger level: nobody knows it', () => {
  const model = prepare([
    series('picket_scanned_port_packets', { protocol: 'tcp', port: '22' }, [9]),
    series('picket_signature_matches_total', { sid: '505', message: 'x' }, [3]),
  ])
  expect(model.ports).toMatchObject([{ port: 22, packets: 9, level: undefined }])
  expect(model.signatures).toMatchObject([{ sid: 505, count: 3, level: undefined }])
})
