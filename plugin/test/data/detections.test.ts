import { describe, expect, test } from 'vitest'
import { prepareModel } from '../../src/data/prepare'
import { DEFAULT_OPTIONS } from '../../src/options'
import { event, eventsFrame, field, frame, logsFrame } from '../helpers/frames'

const options = DEFAULT_OPTIONS
const prepare = (...frames: unknown[]) =>
  prepareModel({ frames, options, timeRange: { from: 0, to: 0 } })

describe('events of one scan', () => {
  const scan = [
    event(),
    event({
      id: 'second',
      time: '2026-01-10T11:05:00Z',
      kind: 'level',
      dangerLevel: 3,
      previousLevel: 1,
      packets: 205,
      destinations: 4,
      destination: '192.0.2.9',
      ports: { tcp: ['20-30', '80'], udp: ['53'] },
      protocols: ['tcp', 'udp'],
      reasons: ['205 packets: level 3'],
      lastSeen: '2026-01-10T11:05:00Z',
      os: 'Linux 2.4',
    }),
  ]

  test('become one attacker with cumulative counts and the highest level', () => {
    const model = prepare(eventsFrame(scan))
    expect(model.inputs).toEqual(['detections'])
    expect(model.attackers).toHaveLength(1)
    expect(model.attackers[0]).toMatchObject({
      index: 0,
      source: '203.0.113.5',
      level: 3,
      packets: 205,
      destinationCount: 4,
      ports: [
        { protocol: 'tcp', low: 20, high: 30 },
        { protocol: 'tcp', low: 80, high: 80 },
        { protocol: 'udp', low: 53, high: 53 },
      ],
      kinds: ['syn'],
      reasons: ['205 packets: level 3'],
      os: 'Linux 2.4',
      detections: 2,
      firstSeen: Date.parse('2026-01-10T10:59:00Z'),
      lastSeen: Date.parse('2026-01-10T11:05:00Z'),
    })
    expect(model.levels).toEqual([0, 0, 0, 1, 0, 0])
    expect(model.problems).toEqual([])
  })

  test('become activity of what grew only', () => {
    const { activity, addresses, protocols } = prepare(eventsFrame(scan))
    const rows = Array.from({ length: activity.length }, (_, i) => [
      addresses[activity.destination[i] ?? -1],
      protocols[activity.protocol[i] ?? -1],
      activity.low[i],
      activity.high[i],
      activity.packets[i],
    ])
    expect(rows).toEqual([
      ['192.0.2.1', 'tcp', 22, 26, 5],
      ['192.0.2.9', 'tcp', 20, 21, 50],
      ['192.0.2.9', 'tcp', 27, 30, 100],
      ['192.0.2.9', 'tcp', 80, 80, 25],
      ['192.0.2.9', 'udp', 53, 53, 25],
    ])
  })

  test('count once where two queries bring them', () => {
    const model = prepare(eventsFrame(scan), eventsFrame(scan, 'B'))
    expect(model.attackers[0]?.detections).toBe(2)
    expect(model.moments).toHaveLength(2)
  })

  test('are summed with those of another scan', () => {
    const later = event({ firstSeen: '2026-01-10T14:00:00Z', time: '2026-01-10T14:01:00Z' })
    expect(prepare(eventsFrame([...scan, later])).attackers[0]?.packets).toBe(210)
  })
})

test('a query that brought its limit is said to have more', () => {
  expect(prepare(eventsFrame([event(), event()], 'A', { limit: 2 })).limit).toBe(2)
  expect(prepare(eventsFrame([event(), event()], 'A', { limit: 3 })).limit).toBeUndefined()
})

test('events whose fields were extracted into columns are read without their line', () => {
  const model = prepare(
    frame('A', [
      field('Time', 'time', [1_768_042_800_000]),
      field('detection_id', 'string', ['x']),
      field('source', 'string', ['203.0.113.7']),
      field('danger_level', 'string', ['4']),
      field('packets', 'number', [1600]),
      field('ports.tcp', 'string', ['["22","80-90"]']),
      field('reasons', 'other', [['because']]),
    ]),
  )
  expect(model.attackers[0]).toMatchObject({
    source: '203.0.113.7',
    level: 4,
    packets: 1600,
    ports: [
      { protocol: 'tcp', low: 22, high: 22 },
      { protocol: 'tcp', low: 80, high: 90 },
    ],
    reasons: ['because'],
  })
})

test('events whose line was reformatted are read from their structured metadata', () => {
  const labels = { source: '203.0.113.8', danger_level: '2', packets: '20', detection_id: 'y' }
  const model = prepare(logsFrame([{ line: 'formatted', time: 1_768_042_800_000, labels }]))
  expect(model.attackers[0]).toMatchObject({ source: '203.0.113.8', level: 2, packets: 20 })
})

test('an address that is the name of a prototype is an address', () => {
  const model = prepare(
    eventsFrame([event({ source: '__proto__' }), event({ source: 'constructor' })]),
  )
  expect(model.attackers.map(({ source }) => source).sort()).toEqual(['__proto__', 'constructor'])
})
