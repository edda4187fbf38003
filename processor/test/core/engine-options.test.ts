import { describe, expect, test } from 'vitest'
import { batchOf, createEngine, readRules, withLevel } from '../../src/core/index.ts'
import type {
  DangerLevel,
  Detection,
  Engine,
  EngineOptions,
  LevelEntry,
} from '../../src/core/index.ts'
import { BASE_SECONDS, icmp, protocol, tcp, udp } from '../helpers/lines.ts'

const SOURCE = '192.0.2.1'
const V6 = '2001:0db8:0000:0000:0000:0000:0000:0001'
const V6_TO = '2001:0db8:0000:0000:0000:0000:0000:0002'

const times = (count: number, make: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => make(i))
const scan = (count: number): string[] => times(count, (i) => tcp({ dpt: 80 + i, at: i }))

function run(
  lines: readonly string[],
  options: Partial<EngineOptions> = {},
): { engine: Engine; detections: Detection[]; counted: number } {
  const engine = createEngine({ retain: true, ...options })
  const detections: Detection[] = []
  engine.feed(batchOf(lines, { reference: 1_800_000_000 }), (each) => detections.push(each))
  const { packets, skipped } = engine.report().lines
  return { engine, detections, counted: packets - skipped.ignored }
}

const level = (lines: readonly string[], options: Partial<EngineOptions>): number =>
  run(lines, options).engine.levelOf(SOURCE)

describe('minDangerLevel', () => {
  const told = (minDangerLevel: number): (string | number)[][] =>
    run(scan(20), { minDangerLevel }).detections.map(({ kind, dangerLevel }) => [kind, dangerLevel])

  test('above 1 leaves out detections below it', () => {
    expect(told(1)).toEqual([
      ['scan', 1],
      ['level', 2],
    ])
    expect(told(2)).toEqual([['level', 2]])
    expect(told(3)).toEqual([])
  })

  test('leaves out of the report who is below it, unless all are asked for', () => {
    const sources = (minDangerLevel: number, all: boolean): string[] =>
      run(scan(20), { minDangerLevel })
        .engine.report({ all })
        .sources.map(({ source }) => source)
    expect(sources(2, false)).toEqual([SOURCE])
    expect(sources(3, false)).toEqual([])
    expect(sources(3, true)).toEqual([SOURCE])
    expect(run(scan(20), { minDangerLevel: 3 }).engine.levelOf(SOURCE)).toBe(2)
  })

  test('of 1 leaves notes, which have no level', () => {
    const { rules } = readRules('alert tcp any any -> any 80 (msg:"note"; sid:1;)', { file: 'f' })
    expect(rules).toMatchObject([{ note: true }])
    const kinds = (minDangerLevel: number): string[] =>
      run(scan(1), { minDangerLevel, signatures: rules }).detections.map(({ kind }) => kind)
    expect(kinds(1)).toEqual(['signature'])
    expect(kinds(2)).toEqual([])
  })

  test('counts what it tells, with or without somebody who listens', () => {
    for (const minDangerLevel of [1, 2, 3]) {
      const silent = createEngine({ minDangerLevel })
      silent.feed(batchOf(scan(20), { reference: 1_800_000_000 }), undefined)
      expect(silent.report().totals.detections).toBe(told(minDangerLevel).length)
    }
  })
})

describe('ipv6', () => {
  const lines = [...times(20, (i) => tcp({ src: V6, dst: V6_TO, dpt: 80 + i })), ...scan(20)]

  test.each(['picket', 'psad'] as const)('off: packets of IPv6 are ignored (%s)', (profile) => {
    const { engine, counted } = run(lines, { profile, ipv6: false })
    expect(counted).toBe(20)
    expect(engine.levelOf('2001:db8::1')).toBe(0)
    expect(engine.levelOf(SOURCE)).toBe(2)
    expect(run(lines, { profile }).engine.levelOf('2001:db8::1')).toBe(2)
  })
})

describe('kernelTimestamps', () => {
  const line = (uptime: string): string =>
    tcp({ prefix: 'DROP' }).replace('[12.345678] ', '').replace('[12345.678901]', `[${uptime}]`)

  test('are no part of the prefix, or are kept in it', () => {
    const lines = [line('  12.345678'), line('  13.000001')]
    expect(run(lines).engine.report().prefixes).toEqual({ DROP: 2 })
    expect(run(lines, { kernelTimestamps: 'keep' }).engine.report().prefixes).toEqual({
      '[  12.345678] DROP': 1,
      '[  13.000001] DROP': 1,
    })
  })
})

describe('timePattern', () => {
  const body =
    'IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.1 LEN=40 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 '
  const lines = times(
    5,
    (i) =>
      `site-7 | gw-9 | 2026-03-01T00:00:0${i}Z | kernel: REJ ${body.replace('DPT=2', `DPT=${i}`)}`,
  )

  test('names time and host where no known form does', () => {
    const timePattern = '\\| (?:gw-9) \\| (\\S+) \\|'
    const { engine, detections } = run(lines, { timePattern })
    expect(detections).toMatchObject([
      {
        firstSeen: '2026-03-01T00:00:00.000Z',
        lastSeen: '2026-03-01T00:00:04.000Z',
        prefix: 'REJ',
      },
    ])
    expect(engine.report().prefixes).toEqual({ REJ: 5 })
  })

  test('goes before the known forms', () => {
    const two = scan(5).map((line) =>
      line.replace(' fw1 kernel:', ' <2026-04-01T00:00:00Z> gw-9 kernel:'),
    )
    const [detection] = run(two, { timePattern: '<(\\S+)> (\\S+)' }).detections
    expect(detection).toMatchObject({
      firstSeen: '2026-04-01T00:00:00.000Z',
      host: 'gw-9',
      prefix: 'DROP',
    })
  })

  test('counts bytes, not characters', () => {
    const lines = scan(5).map((line) => line.replace(/^(\S+) fw1/, 'straße ☂ [$1] gw-ö'))
    const [detection] = run(lines, { timePattern: '\\[(\\S+)\\] (\\S+)' }).detections
    expect(detection).toMatchObject({
      firstSeen: '2026-03-01T00:00:00.000Z',
      host: 'gw-ö',
      prefix: 'DROP',
    })
  })
})

describe('portRangeScan', () => {
  test.each(['picket', 'psad'] as const)(
    'is the least distance of ports for a scan (%s)',
    (profile) => {
      expect(level(scan(5), { profile, portRangeScan: 4 })).toBe(1)
      expect(level(scan(5), { profile, portRangeScan: 5 })).toBe(0)
    },
  )

  test('of 0 makes packets to one port a scan', () => {
    const lines = times(15, () => tcp())
    expect(level(lines, { portRangeScan: 1 })).toBe(0)
    expect(level(lines, { portRangeScan: 0 })).toBe(2)
  })

  test('is none for packets without ports: their number stands in', () => {
    const lines = times(5, () => icmp())
    expect(level(lines, { portRangeScan: 5 })).toBe(1)
    expect(level(lines, { portRangeScan: 6 })).toBe(0)
  })
})

describe('protocolScan', () => {
  const several = (count: number): string[] => times(count, (i) => protocol(150 + i, { at: i }))

  test('is how many protocols are a protocol scan', () => {
    const kinds = (protocolScan: number): (string | undefined)[] =>
      run(several(7), { protocolScan })
        .detections.filter(({ kind }) => kind === 'scan')
        .map(({ scan: kind }) => kind)
    expect(kinds(7)).toEqual(['protocol'])
    expect(kinds(8)).toEqual([])
  })

  test.each(['picket', 'psad'] as const)(
    'of 1 makes packets to one port a scan (%s)',
    (profile) => {
      const lines = times(5, () => udp())
      expect(level(lines, { profile, protocolScan: 2 })).toBe(0)
      expect(level(lines, { profile, protocolScan: 1 })).toBe(1)
      expect(level(lines.slice(1), { profile, protocolScan: 1 })).toBe(0)
    },
  )

  test.each([
    ['picket', 0],
    ['psad', 1],
  ] as const)(
    'psad counts packets without ports as protocols, whatever the distance (Q5): %s',
    (profile, expected) => {
      for (const make of [() => icmp(), () => protocol(47)])
        expect(level(times(5, make), { profile, portRangeScan: 100 })).toBe(expected)
    },
  )
})

describe('limits.pairs', () => {
  test('of 0 is none', () => {
    const lines = times(30, (i) => tcp({ dst: `198.51.100.${i}` }))
    const limits = { sources: 1000, portsPerSource: 1000, metricsTopN: 50 }
    expect(level(lines, { limits: { ...limits, pairs: 0 } })).toBe(2)
    expect(level(lines, { limits: { ...limits, pairs: 9 } })).toBe(0)
  })
})

describe('rules of level 0', () => {
  const rules = (levels: Readonly<Record<number, DangerLevel>>): EngineOptions['signatures'] =>
    readRules(
      'alert tcp any any -> any 80:99 (msg:"all"; sid:1;)\nalert tcp any any -> any 85:86 (msg:"some"; sid:2;)',
      { file: 'f', psad: true },
    ).rules.map((rule) =>
      withLevel(rule, {
        bySid: new Map(Object.entries(levels).map(([sid, each]) => [Number(sid), each])),
        byClass: new Map(),
      }),
    )

  test.each(['picket', 'psad'] as const)(
    'leave packets out, but for their ports (%s)',
    (profile) => {
      const { engine, detections, counted } = run(scan(20), {
        profile,
        signatures: rules({ 1: 0, 2: 0 }),
      })
      expect(detections).toEqual([])
      expect(counted).toBe(0)
      const { signatures, sources, ports } = engine.report({ all: true })
      expect(signatures).toEqual([])
      expect(sources).toMatchObject([
        { source: SOURCE, dangerLevel: 0, packets: 20, destinations: [] },
      ])
      expect(ports).toHaveLength(20)
    },
  )

  test('leave none out that another rule wants', () => {
    const { engine, detections, counted } = run(scan(20), { signatures: rules({ 1: 0, 2: 3 }) })
    expect(counted).toBe(2)
    expect(detections).toMatchObject([{ kind: 'signature', sid: 2, dangerLevel: 3, packets: 1 }])
    expect(engine.report().signatures).toMatchObject([{ sid: 2, count: 2 }])
    expect(engine.report().attackers).toMatchObject([{ source: SOURCE, signatureMatches: 2 }])
  })
})

describe('levels by lists', () => {
  const entry = (network: string, given: number, facts: Partial<LevelEntry> = {}): LevelEntry => ({
    network,
    level: given as DangerLevel,
    criteria: [],
    list: 'auto_dl',
    ...facts,
  })

  test.each(['picket', 'psad'] as const)(
    'are told of with the first packet, once (%s)',
    (profile) => {
      const { engine, detections } = run([tcp(), tcp({ at: 1 })], {
        profile,
        levels: [entry('192.0.2.0/24', 4)],
      })
      expect(detections).toMatchObject([
        {
          kind: 'level',
          source: SOURCE,
          dangerLevel: 4,
          previousLevel: 0,
          packets: 1,
          reasons: ['on auto_dl 192.0.2.0/24: level 4'],
        },
      ])
      expect(engine.report().sources[0]).toMatchObject({
        dangerLevel: 4,
        reasons: ['on auto_dl 192.0.2.0/24: level 4'],
      })
    },
  )

  test('stand beside the other reasons, and the highest counts', () => {
    const options = { levels: [entry(SOURCE, 1, { list: 'spamhaus' })] }
    const { engine, detections } = run(scan(15), options)
    expect(detections.at(-1)).toMatchObject({ dangerLevel: 2 })
    expect(engine.report().sources[0]).toMatchObject({
      dangerLevel: 2,
      reasons: ['15 packets to one destination: level 2', `on spamhaus ${SOURCE}: level 1`],
    })
  })

  test('of 0 leave the packets out, but for their ports', () => {
    const { engine, detections, counted } = run(scan(20), { levels: [entry(SOURCE, 0)] })
    expect([detections, counted, engine.levelOf(SOURCE)]).toEqual([[], 0, 0])
    expect(engine.report({ all: true }).ports).toHaveLength(20)
  })

  test('of 0 leave out only what their criteria say (Q20)', () => {
    const criteria = [{ protocol: 6, low: 80, high: 89 }]
    const { engine, counted } = run(scan(20), { levels: [entry(SOURCE, 0, { criteria })] })
    expect(counted).toBe(10)
    expect(engine.report().sources[0]?.destinations[0]?.ports).toEqual({ tcp: ['90-99'] })
  })

  test('with criteria wait for a packet that fits', () => {
    const levels = [entry(SOURCE, 3, { criteria: [{ protocol: 17, low: 53, high: 53 }] })]
    const { detections } = run([tcp(), udp({ dpt: 54, at: 1 }), udp({ dpt: 53, at: 2 })], {
      levels,
    })
    expect(detections).toMatchObject([
      { kind: 'level', time: '2026-03-01T00:00:02.000Z', dangerLevel: 3 },
    ])
  })

  test('are forgotten with the scan, and come back with the next', () => {
    const options: Partial<EngineOptions> = { levels: [entry(SOURCE, 3)], retain: false }
    const { detections } = run([tcp(), tcp({ at: 10_000 })], options)
    expect(detections.map(({ kind, previousLevel }) => [kind, previousLevel])).toEqual([
      ['level', 0],
      ['level', 0],
    ])
  })

  test('are known for sources of a restored state', () => {
    const options: Partial<EngineOptions> = {
      levels: [entry(SOURCE, 3, { criteria: [{ protocol: 17, low: 0, high: 65_535 }] })],
    }
    const { engine } = run([tcp()], options)
    const second = createEngine({ retain: true, ...options })
    second.restore([engine.full()])
    second.feed(batchOf([udp({ at: 1 })], { reference: BASE_SECONDS }), undefined)
    expect(second.levelOf(SOURCE)).toBe(3)
  })
})

describe('ICMP of a type or code that does not exist', () => {
  const lines = [
    icmp({ type: 8, code: 2 }),
    icmp({ type: 8, code: 0, at: 1 }),
    ...times(3, (i) => icmp({ type: 200, code: 7, at: 2 + i })),
    icmp({ type: 8, code: 2, dst: '198.51.100.2', at: 9 }),
  ]

  test.each(['picket', 'psad'] as const)(
    'stands with its destination in the report (%s)',
    (profile) => {
      const { engine } = run(lines, { profile })
      const [source] = engine.report().sources
      expect(source).toMatchObject({ dangerLevel: 2, packets: 6 })
      expect(
        source?.destinations.map(({ destination, invalidIcmp }) => [destination, invalidIcmp]),
      ).toEqual([
        [
          '198.51.100.1',
          [
            { type: 200, code: 7, packets: 3 },
            { type: 8, code: 2, packets: 1 },
          ],
        ],
        ['198.51.100.2', [{ type: 8, code: 2, packets: 1 }]],
      ])
    },
  )

  test('is absent where there is none', () => {
    const { engine } = run(times(5, () => icmp()))
    expect(engine.report().sources[0]?.destinations[0]).not.toHaveProperty('invalidIcmp')
  })

  test('is no signature, and outlives a restart', () => {
    const { engine } = run(lines)
    const second = createEngine({ retain: true })
    second.restore([engine.full()])
    expect(second.report()).toEqual(engine.report())
    expect(second.report().sources[0]?.destinations[0]?.signatures).toEqual([])
    expect(second.report().signatures).toEqual([])
  })

  test('is what the operator’s table says', () => {
    const tables = { icmpTypes: [[8, 2, 2]] as const, icmp6Types: [[200, 0, 255]] as const }
    expect(level([icmp({ type: 8, code: 2 })], { tables })).toBe(0)
    expect(level([icmp({ type: 8, code: 0 })], { tables })).toBe(2)
    const v6 = (type: number): number =>
      run([icmp({ src: V6, dst: V6_TO, type })], { tables }).engine.levelOf('2001:db8::1')
    expect(v6(200)).toBe(0)
    expect(v6(128)).toBe(2)
    // An empty table: nothing exists.
    expect(level([icmp()], { tables: { icmpTypes: [] } })).toBe(2)
  })
})
