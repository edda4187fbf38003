import { describe, expect, it, test } from 'vitest'
import { batchOf, createEngine } from '../../src/core/index.ts'
import type { Detection, Engine, EngineOptions } from '../../src/core/index.ts'
import { header, icmp, protocol, tcp, udp } from '../helpers/lines.ts'

const REFERENCE = 1_800_000_000

function run(
  lines: readonly string[],
  options: Partial<EngineOptions> = {},
): { engine: Engine; detections: Detection[] } {
  const engine = createEngine({ retain: true, ...options })
  const detections: Detection[] = []
  engine.feed(batchOf(lines, { reference: REFERENCE }), (detection) => detections.push(detection))
  return { engine, detections }
}

const times = (count: number, make: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => make(i))

const SOURCE = '192.0.2.1'

describe.each(['picket', 'psad'] as const)('danger levels of profile %s', (profile) => {
  test.each([
    [4, 0],
    [5, 1],
    [14, 1],
    [15, 2],
    [149, 2],
    [150, 3],
    [1499, 3],
    [1500, 4],
    [9999, 4],
    [10_000, 5],
  ])('%i packets to two ports of one host give level %i', (packets, level) => {
    const { engine } = run(
      times(packets, (i) => tcp({ dpt: 80 + (i % 2) })),
      { profile },
    )
    expect(engine.levelOf(SOURCE)).toBe(level)
  })

  test.each([
    [9, 0],
    [10, 1],
    [19, 1],
    [20, 2],
    [49, 2],
    [50, 3],
    [99, 3],
    [100, 4],
    [499, 4],
    [500, 5],
  ])('one packet each to %i hosts gives level %i', (hosts, level) => {
    const { engine } = run(
      times(hosts, (i) => tcp({ dst: `198.51.${i >> 8}.${i & 255}` })),
      { profile },
    )
    expect(engine.levelOf(SOURCE)).toBe(level)
  })

  it('does not call many packets to one port a scan', () => {
    expect(
      run(
        times(200, () => tcp()),
        { profile },
      ).engine.levelOf(SOURCE),
    ).toBe(0)
  })

  it('counts the span over tcp and udp together', () => {
    const lines = [...times(200, () => tcp({ dpt: 22 })), udp({ dpt: 53 })]
    expect(run(lines, { profile }).engine.levelOf(SOURCE)).toBe(3)
  })

  it('applies the packet thresholds to one port once the source sweeps', () => {
    const lines = [
      ...times(20, () => tcp()),
      ...times(9, (i) => tcp({ dst: `198.51.100.${i + 2}` })),
    ]
    expect(run(lines, { profile }).engine.levelOf(SOURCE)).toBe(2)
  })

  test.each([
    [4, 0],
    [5, 1],
    [15, 2],
  ])('%i ICMP packets to one host give level %i', (packets, level) => {
    expect(
      run(
        times(packets, () => icmp()),
        { profile },
      ).engine.levelOf(SOURCE),
    ).toBe(level)
    expect(
      run(
        times(packets, () => protocol(47)),
        { profile },
      ).engine.levelOf(SOURCE),
    ).toBe(level)
  })

  it('gives level 2 to one ICMP packet of a type or code that does not exist', () => {
    expect(run([icmp({ type: 8, code: 2 })], { profile }).engine.levelOf(SOURCE)).toBe(2)
    expect(run([icmp({ type: 8, code: 0 })], { profile }).engine.levelOf(SOURCE)).toBe(0)
  })

  it('does not add up the packets of several destinations', () => {
    const lines = times(15, (i) => tcp({ dst: `198.51.100.${i % 3}`, dpt: 80 + (i % 2) }))
    expect(run(lines, { profile }).engine.levelOf(SOURCE)).toBe(1)
  })

  it('ignores TCP packets that answer', () => {
    const lines = times(20, (i) =>
      tcp({ dpt: 1000 + i, flags: i % 2 === 0 ? 'ACK SYN' : 'ACK RST' }),
    )
    const { engine, detections } = run(lines, { profile })
    expect(engine.levelOf(SOURCE)).toBe(0)
    expect(detections).toEqual([])
    expect(engine.report().lines).toMatchObject({ read: 20, packets: 20, skipped: { ignored: 20 } })
  })

  it('follows IPv6 sources like IPv4 ones', () => {
    const src = '2001:0db8:0000:0000:0000:0000:0000:0001'
    const dst = '2001:0db8:0000:0000:0000:0000:0000:0002'
    const { engine } = run(
      times(20, (i) => tcp({ src, dst, dpt: 80 + i })),
      { profile },
    )
    expect(engine.levelOf('2001:db8::1')).toBe(2)
  })
})

describe('what the profiles answer differently', () => {
  it('psad counts ICMPv6 packets as protocols, Picket counts distinct protocols (Q5)', () => {
    const lines = [...times(3, () => tcp()), ...times(4, () => protocol(47))]
    expect(run(lines, { profile: 'psad' }).engine.levelOf(SOURCE)).toBe(1)
    expect(run(lines, { profile: 'picket' }).engine.levelOf(SOURCE)).toBe(0)
  })

  it('200 packets to UDP port 0 are level 3 for psad and none for Picket (Q47)', () => {
    const lines = times(200, () => udp({ dpt: 0 }))
    expect(run(lines, { profile: 'psad' }).engine.levelOf(SOURCE)).toBe(3)
    expect(run(lines, { profile: 'picket' }).engine.levelOf(SOURCE)).toBe(0)
  })

  it('psad does not look at verdicts, Picket counts accepted packets without effect on levels', () => {
    const lines = times(20, (i) => tcp({ dpt: 80 + i, prefix: '[UFW AUDIT]' }))
    expect(run(lines, { profile: 'psad' }).engine.levelOf(SOURCE)).toBe(2)
    const { engine, detections } = run(lines, { profile: 'picket' })
    expect(engine.levelOf(SOURCE)).toBe(0)
    expect(detections).toEqual([])
    const report = engine.report({ all: true })
    expect(report.sources[0]).toMatchObject({ source: SOURCE, packets: 20 })
    expect(report.prefixes).toEqual({ '[UFW AUDIT]': 20 })
    expect(report.protocols).toEqual({ tcp: 20 })
    expect(report.ports).toHaveLength(20)
  })

  it('late answers of a resolver are no scan unless it probed a port below', () => {
    const lines = times(20, (i) => udp({ spt: 53, dpt: 40_000 + i }))
    expect(run(lines, { profile: 'psad' }).engine.levelOf(SOURCE)).toBe(2)
    expect(run(lines, { profile: 'picket' }).engine.levelOf(SOURCE)).toBe(0)
    expect(run([udp({ dpt: 161 }), ...lines], { profile: 'picket' }).engine.levelOf(SOURCE)).toBe(2)
  })

  it('a scan ends after scanTimeout without a packet, for Picket', () => {
    const lines = times(10, (i) => tcp({ dpt: 80 + i, at: i < 4 ? i : 3605 + i }))
    expect(run(lines.slice(0, 8), { profile: 'picket' }).engine.levelOf(SOURCE)).toBe(0)
    expect(run(lines, { profile: 'picket' }).engine.levelOf(SOURCE)).toBe(1)
    expect(run(lines.slice(0, 8), { profile: 'psad' }).engine.levelOf(SOURCE)).toBe(1)
    expect(
      run(lines.slice(0, 8), { profile: 'picket', persistence: true }).engine.levelOf(SOURCE),
    ).toBe(1)
  })

  it('takes MLDv2 reports of IPv6 neighbours for what they are (Q25)', () => {
    const lines = [icmp({ src: 'fe80::1', dst: 'ff02::16', type: 143 })]
    expect(run(lines, { profile: 'picket' }).engine.levelOf('fe80::1')).toBe(0)
  })
})

describe('detections', () => {
  test.each([
    ['syn', (i: number) => tcp({ dpt: 80 + i })],
    ['connect', (i: number) => tcp({ dpt: 80 + i, len: 60 })],
    ['fin', (i: number) => tcp({ dpt: 80 + i, flags: 'FIN' })],
    ['null', (i: number) => tcp({ dpt: 80 + i, flags: '' })],
    ['xmas', (i: number) => tcp({ dpt: 80 + i, flags: 'URG PSH FIN' })],
    ['udp', (i: number) => udp({ dpt: 80 + i })],
    ['icmp', () => icmp()],
    ['other', (i: number) => tcp({ dpt: 80 + i, flags: 'SYN FIN' })],
  ])('a %s scan is emitted once, when psad would call it a scan', (scan, make) => {
    const { detections } = run(times(14, make))
    expect(detections).toHaveLength(1)
    expect(detections[0]).toMatchObject({
      v: 1,
      kind: 'scan',
      scan,
      source: SOURCE,
      destination: '198.51.100.1',
      destinations: 1,
      dangerLevel: 1,
      previousLevel: 0,
      packets: 5,
      firstSeen: '2026-03-01T00:00:00.000Z',
      host: 'fw1',
      prefix: 'DROP',
      interface: 'eth0',
      chain: 'INPUT',
    })
  })

  it('an ACK scan is seen where answers are not ignored', () => {
    const lines = times(5, (i) => tcp({ dpt: 80 + i, flags: 'ACK' }))
    const ignore = {
      ports: [],
      protocols: [],
      interfaces: [],
      prefixes: [],
      networks: [],
      ackAndRst: false,
    }
    expect(run(lines, { ignore }).detections).toMatchObject([{ kind: 'scan', scan: 'ack' }])
  })

  it('five distinct protocols are a protocol scan', () => {
    const lines = times(6, (i) => protocol(150 + i))
    expect(run(lines).detections).toMatchObject([
      { kind: 'scan', scan: 'protocol', protocols: ['150', '151', '152', '153', '154'] },
    ])
  })

  it('tells of a second kind of scan, and of each level once', () => {
    const lines = [
      ...times(16, (i) => tcp({ dpt: 80 + i })),
      ...times(2, (i) => udp({ dpt: 80 + i })),
    ]
    const told = run(lines).detections.map(({ kind, scan, dangerLevel }) => [
      kind,
      scan,
      dangerLevel,
    ])
    expect(told).toEqual([
      ['scan', 'syn', 1],
      ['level', undefined, 2],
      ['scan', 'udp', 2],
    ])
  })

  it('tells of a sweep at each of its thresholds', () => {
    const { detections } = run(times(25, (i) => tcp({ dst: `198.51.100.${i}`, dpt: 22 })))
    expect(
      detections.map(({ kind, destinations, dangerLevel }) => [kind, destinations, dangerLevel]),
    ).toEqual([
      ['scan', 10, 1],
      ['sweep', 10, 1],
      ['sweep', 20, 2],
    ])
    expect(new Set(detections.map(({ id }) => id)).size).toBe(3)
  })

  it('gives merged port ranges, and at most 100 of them', () => {
    const { detections } = run([5, 1, 2, 3, 9].map((dpt) => tcp({ dpt })))
    expect(detections[0]?.ports).toEqual({ tcp: ['1-3', '5', '9'] })
    const many = run(times(1500, (i) => tcp({ dpt: 1 + 2 * i }))).detections.at(-1)
    expect(many?.ports?.['tcp']).toHaveLength(100)
    expect(many?.portsTruncated).toBe(true)
  })

  it('a source that timed out and comes back starts a new scan with new ids', () => {
    const scan = (at: number): string[] => times(5, (i) => tcp({ dpt: 80 + i, at: at + i }))
    const { detections, engine } = run([...scan(0), ...scan(10_000)])
    expect(detections.map(({ kind, packets }) => [kind, packets])).toEqual([
      ['scan', 5],
      ['scan', 5],
    ])
    expect(detections[0]?.id).not.toBe(detections[1]?.id)
    expect(engine.report().attackers).toEqual([
      { source: SOURCE, dangerLevel: 1, packets: 10, signatureMatches: 0 },
    ])
  })

  it('names the lines behind it where they came from Loki', () => {
    const engine = createEngine()
    const detections: Detection[] = []
    const src = '2001:0db8:0000:0000:0000:0000:0000:0001'
    engine.feed(
      batchOf(
        times(5, (i) => tcp({ src, dst: '2001:db8::2', dpt: 80 + i, at: i })),
        { reference: REFERENCE },
      ),
      (detection) => detections.push(detection),
      { selector: '{job="firewall"}' },
    )
    expect(detections[0]?.source).toBe('2001:db8::1')
    expect(detections[0]?.evidence).toEqual({
      query: `{job="firewall"} |= "SRC=${src} "`,
      from: '2026-03-01T00:00:00.000Z',
      to: '2026-03-01T00:00:05.000Z',
    })
  })

  it('is the same, byte for byte, however the lines are cut into batches', () => {
    const lines = times(400, (i) =>
      i % 3 === 0
        ? udp({ src: `192.0.2.${i % 7}`, dpt: i, at: i })
        : tcp({ src: `192.0.2.${i % 7}`, dpt: i % 50, at: i }),
    )
    const whole = run(lines)
    for (const size of [1, 7, 64]) {
      const engine = createEngine({ retain: true, seed: size })
      const detections: Detection[] = []
      for (let at = 0; at < lines.length; at += size)
        engine.feed(batchOf(lines.slice(at, at + size), { reference: REFERENCE }), (detection) =>
          detections.push(detection),
        )
      expect(JSON.stringify(detections)).toBe(JSON.stringify(whole.detections))
      expect(JSON.stringify(engine.report({ all: true }))).toBe(
        JSON.stringify(whole.engine.report({ all: true })),
      )
    }
  })
})

describe('fragments', () => {
  const fragment = (at: number): string => tcp({ at }).replace(/PROTO=TCP.*/, 'FRAG:64 PROTO=TCP ')

  it('beside packets to one port span no ports', () => {
    const lines = times(40, (i) => (i % 2 === 0 ? tcp({ at: i }) : fragment(i)))
    const { engine, detections } = run(lines)
    expect(engine.levelOf(SOURCE)).toBe(0)
    expect(detections).toEqual([])
    expect(engine.report({ all: true }).ports).toEqual([{ protocol: 'tcp', port: 80, packets: 20 }])
  })

  it('are no null scan', () => {
    const lines = [...times(5, (i) => tcp({ dpt: 80 + i, at: i })), fragment(5)]
    expect(run(lines).detections.map(({ scan }) => scan)).toEqual(['syn'])
  })
})

describe('ignore rules', () => {
  const nothing = { ports: [], protocols: [], interfaces: [], prefixes: [], networks: [] }
  const lines = times(20, (i) => tcp({ dpt: 80 + i }))
  test.each([
    ['ports', { ...nothing, ports: ['tcp/80-99'] }],
    ['protocols', { ...nothing, protocols: ['TCP'] }],
    ['interfaces', { ...nothing, interfaces: ['eth0'] }],
    ['prefixes', { ...nothing, prefixes: ['^DR'] }],
    ['networks', { ...nothing, networks: ['192.0.2.0/24'] }],
  ])('by %s leave packets out of everything but the counts', (_, ignore) => {
    const { engine, detections } = run(lines, { ignore })
    expect(detections).toEqual([])
    const report = engine.report({ all: true })
    expect(report.lines).toMatchObject({ read: 20, packets: 20, skipped: { ignored: 20 } })
    expect(report.prefixes).toEqual({ DROP: 20 })
    expect(report.ports).toEqual([])
    expect(report.sources[0]).toMatchObject({ source: SOURCE, packets: 20, dangerLevel: 0 })
  })
})

describe('the report', () => {
  it('accounts for each line: packets, not a packet, malformed', () => {
    const { engine } = run([
      tcp(),
      `${header({})}eth0: link up`,
      `${header({})}IN=eth0 OUT= MAC=02:00 SRC=192.0.2`,
    ])
    expect(engine.report().lines).toEqual({
      read: 3,
      packets: 1,
      skipped: { 'not-a-packet': 1, malformed: 1, ignored: 0 },
    })
  })

  it('shows destinations with merged ports over several scans', () => {
    const { engine } = run([
      ...times(6, (i) => tcp({ dpt: 80 + i })),
      ...times(6, (i) => tcp({ dpt: 90 + i, at: 20_000 + i, out: 'eth1' })),
    ])
    expect(engine.report().sources[0]).toMatchObject({
      packets: 12,
      protocols: 1,
      scanTypes: ['syn'],
      destinations: [
        {
          destination: '198.51.100.1',
          packets: 12,
          ports: { tcp: ['80-85', '90-95'] },
          chain: 'FORWARD',
          interface: 'eth0',
        },
      ],
    })
  })
})

describe('a restored engine', () => {
  it('goes on as if nothing had happened, from a full state and its changes', () => {
    const lines = times(900, (i) =>
      tcp({
        src: `192.0.2.${i % 60}`,
        dst: `198.51.100.${i % 13}`,
        dpt: (i * 7) % 300,
        at: i * 9,
        prefix: i % 5 === 0 ? 'A' : 'B',
      }),
    )
    const straight = run(lines, { retain: false })
    let engine = createEngine()
    const detections: Detection[] = []
    let chunks: Uint8Array[] = []
    for (let at = 0; at < lines.length; at += 100) {
      engine.feed(batchOf(lines.slice(at, at + 100), { reference: REFERENCE }), (detection) =>
        detections.push(detection),
      )
      if (at % 300 === 0) chunks = [engine.full()]
      else {
        const changes = engine.changes()
        expect(changes).toBeDefined()
        chunks.push(changes!)
      }
      expect(engine.changes()).toBeUndefined()
      engine = createEngine()
      engine.restore(chunks)
    }
    expect(JSON.stringify(detections)).toBe(JSON.stringify(straight.detections))
    expect(JSON.stringify(engine.report({ all: true }))).toBe(
      JSON.stringify(straight.engine.report({ all: true })),
    )
  })

  it('refuses damaged bytes', () => {
    const { engine } = run([tcp()])
    const bytes = engine.full()
    expect(() => createEngine({ retain: true }).restore([bytes.slice(0, 7)])).toThrow(RangeError)
    const other = bytes.slice()
    other[0] = 99
    expect(() => createEngine({ retain: true }).restore([other])).toThrow(/version/)
  })
})

describe('bounds', () => {
  it('keeps sources that reached a level when many others come', () => {
    const lines = [
      ...times(6, (i) => tcp({ dpt: 80 + i })),
      ...times(2000, (i) => tcp({ src: `10.${i >> 8}.${i & 255}.9` })),
    ]
    const { engine } = run(lines, {
      limits: { sources: 256, portsPerSource: 65_536, metricsTopN: 50 },
    })
    expect(engine.levelOf(SOURCE)).toBe(1)
    expect(engine.stats().sources).toBeLessThanOrEqual(256)
    expect(engine.stats().evicted).toBeGreaterThan(1000)
  })

  it('remembers no more ports of one source than the limit says, and levels rise all the same', () => {
    const { engine } = run(
      times(2000, (i) => tcp({ dpt: 1 + i * 30 })),
      {
        limits: { sources: 1000, portsPerSource: 100, metricsTopN: 50 },
      },
    )
    expect(engine.levelOf(SOURCE)).toBe(4)
    expect(engine.report().sources[0]?.destinations[0]?.ports['tcp']?.length).toBeLessThan(110)
  })
})
