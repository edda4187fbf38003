import { describe, expect, test } from 'vitest'
import { batchOf, createEngine } from '../../../src/core/index.ts'
import type { Detection, Engine, EngineOptions, ScanKind } from '../../../src/core/index.ts'
import type { LineFacts } from '../../helpers/lines.ts'
import { tcp } from '../../helpers/lines.ts'

const V6 = '2001:0db8:0000:0000:0000:0000:0000:0001'
const V6_TO = '2001:0db8:0000:0000:0000:0000:0000:0002'

const times = (count: number, make: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => make(i))

function feed(engine: Engine, lines: readonly string[]): Detection[] {
  const detections: Detection[] = []
  engine.feed(batchOf(lines, { reference: 1_800_000_000 }), (each) => detections.push(each))
  return detections
}

/** The kinds of scan that the lines are told of as. */
function kinds(
  lines: readonly string[],
  options: Partial<EngineOptions> = {},
): (ScanKind | undefined)[] {
  return feed(createEngine(options), lines)
    .filter(({ kind }) => kind === 'scan')
    .map(({ scan }) => scan)
}

/** A SYN whose TCP options were logged, from a source that does nothing else. */
const withOptions = (facts: LineFacts = {}): string =>
  `${tcp({ src: '203.0.113.1', len: 60, ...facts })}OPT (020405B4) `
/** Five bare SYNs to as many ports. */
const bare = (facts: LineFacts = {}): string[] =>
  times(5, (i) => tcp({ dpt: 80 + i, at: 1 + i, ...facts }))

describe.each(['picket', 'psad'] as const)('masscan, profile %s:', (profile) => {
  test.each([
    ['a bare SYN behind one with options', [withOptions(), ...bare()], ['syn', 'masscan']],
    ['not where options were never logged', bare(), ['syn']],
    ['not before options were logged', [...bare(), withOptions()], ['syn']],
    ['not with other flags', [withOptions(), ...bare({ flags: 'FIN' })], ['fin']],
    ['not with ECN flags beside', [withOptions(), ...bare({ flags: 'CWR ECE SYN' })], ['syn']],
    [
      'not with options',
      [withOptions(), ...times(5, (i) => withOptions({ src: '192.0.2.1', dpt: 80 + i }))],
      ['connect'],
    ],
    [
      'IPv6 alike',
      [withOptions({ src: V6, dst: V6_TO }), ...bare({ src: V6.replace(/1$/, '9'), dst: V6_TO })],
      ['syn', 'masscan'],
    ],
  ])('%s', (_, lines, expected) => {
    // psad knows one kind of SYN scan by length too: that is no part of the mark.
    expect(kinds(lines, { profile })).toEqual(expected)
  })

  test('is not looked for where options are not expected', () => {
    expect(kinds([withOptions(), ...bare()], { profile, expectTcpOptions: false })).toEqual(['syn'])
  })

  test.each([
    ['host', { host: 'fw2' }],
    ['prefix', { prefix: 'OTHER' }],
  ])('lines of another %s say nothing of these, but for psad', (_, other) => {
    expect(kinds([withOptions(other), ...bare()], { profile })).toEqual(
      profile === 'psad' ? ['syn', 'masscan'] : ['syn'],
    )
    expect(kinds([withOptions(other), ...bare(other)], { profile })).toEqual(['syn', 'masscan'])
  })

  test('hosts and prefixes that take turns are kept apart', () => {
    if (profile === 'psad') return
    const lines = bare().flatMap((line, i) => [
      withOptions({ host: 'fw2', at: i }),
      line,
      tcp({ src: '192.0.2.7', host: 'fw2', dpt: 80 + i, at: i }),
    ])
    const told = feed(createEngine(), lines).filter(({ scan }) => scan === 'masscan')
    expect(told.map(({ source }) => source)).toEqual(['192.0.2.7'])
  })

  test('is told of once, beside the kind of its packets, with the level', () => {
    const [, masscan, ...more] = feed(createEngine({ profile }), [
      withOptions(),
      ...bare(),
      ...bare(),
    ])
    expect(masscan).toMatchObject({
      kind: 'scan',
      scan: 'masscan',
      source: '192.0.2.1',
      dangerLevel: 1,
      packets: 5,
    })
    expect(more).toEqual([])
  })

  test('is in the report', () => {
    const engine = createEngine({ profile, retain: true })
    feed(engine, [withOptions(), ...bare()])
    expect(engine.report().sources[0]?.scanTypes).toEqual(['syn', 'masscan'])
  })
})

describe('Topera', () => {
  const empty = (count: number, facts: LineFacts = {}): string[] =>
    times(5, (i) =>
      tcp({ src: V6, dst: V6_TO, dpt: 80 + i, at: i, ...facts }).replace(
        'PROTO=',
        `${'OPT ( ) '.repeat(count)}PROTO=`,
      ),
    )

  test.each([
    ['seven empty extension headers before TCP', empty(7), ['syn', 'topera']],
    ['more of them', empty(20), ['syn', 'topera']],
    ['not six', empty(6), ['syn']],
    ['not over IPv4', empty(7, { src: '192.0.2.1', dst: '198.51.100.1' }), ['syn']],
    [
      'not before UDP',
      empty(7).map((line) => line.replace(/TCP .*/, 'UDP SPT=1 DPT=2 LEN=8 ')),
      ['udp'],
    ],
  ])('%s', (_, lines, expected) => {
    const marks = kinds(lines)
    // UDP to one port is no scan, so ask for the mark alone there.
    if (expected[0] === 'udp') expect(marks).not.toContain('topera')
    else expect(marks).toEqual(expected)
  })

  test('is looked for where TCP options are not expected too', () => {
    expect(kinds(empty(7), { expectTcpOptions: false })).toEqual(['syn', 'topera'])
  })
})

describe('Mirai', () => {
  const telnet = (count: number, facts: LineFacts = {}): string[] =>
    times(count, (i) => tcp({ dpt: 23, at: i, ...facts }))
  const second = (facts: LineFacts = {}): string => tcp({ dpt: 2323, at: 100, ...facts })

  test.each([
    ['ten SYNs to port 23 and one to 2323', [...telnet(10), second()], ['syn', 'mirai']],
    [
      'one to 2323 among those to 23',
      [second({ at: 0 }), ...telnet(10), second()],
      ['syn', 'mirai'],
    ],
    ['not nine', [...telnet(9), second()], ['syn']],
    ['not with 2323 before', [second({ at: 0 }), ...telnet(10)], ['syn']],
    [
      'not where 2323 is of another destination',
      [...telnet(10), second({ dst: '198.51.100.2' })],
      [],
    ],
    [
      'not where 23 is of two destinations',
      [...telnet(5), ...telnet(5, { dst: '198.51.100.2' }), second()],
      ['syn'],
    ],
    ['not without SYN', [...telnet(10, { flags: 'FIN' }), second()], ['syn', 'fin']],
    [
      'not where most of them are no SYNs',
      [...telnet(1), ...telnet(9, { flags: 'FIN' }), second()],
      ['syn', 'fin'],
    ],
    [
      'among others that are no SYNs',
      [...telnet(4), ...telnet(9, { flags: 'FIN' }), ...telnet(6), second()],
      ['syn', 'fin', 'mirai'],
    ],
    ['not for other ports', [...telnet(10, { dpt: 22 }), second({ dpt: 2222 })], ['syn']],
  ])('%s', (_, lines, expected) => {
    for (const profile of ['picket', 'psad'] as const)
      expect(kinds(lines, { profile })).toEqual(expected)
  })

  test('leaves no trace in the ports', () => {
    const engine = createEngine({ retain: true })
    feed(engine, [...telnet(10), second()])
    const [source] = engine.report().sources
    expect(source?.scanTypes).toEqual(['syn', 'mirai'])
    expect(source?.destinations[0]?.ports).toEqual({ tcp: ['23', '2323'] })
    expect(source?.protocols).toBe(1)
  })
})

describe('what marks stand on', () => {
  const lines = [
    withOptions(),
    ...times(3, (i) => tcp({ dpt: 80 + i, at: 1 + i })),
    ...times(10, (i) => tcp({ src: '192.0.2.2', dpt: 23, at: 10 + i })),
    tcp({ dpt: 90, at: 30 }),
    tcp({ dpt: 91, at: 31 }),
    tcp({ src: '192.0.2.2', dpt: 2323, at: 32 }),
  ]

  test('survives a snapshot and its changes, wherever the lines are cut', () => {
    const whole = feed(createEngine(), lines)
    expect(whole.map(({ scan }) => scan)).toEqual(['syn', 'masscan', 'syn', 'masscan', 'mirai'])
    for (let cut = 1; cut < lines.length - 1; cut++) {
      const first = createEngine()
      const told = feed(first, lines.slice(0, cut))
      const full = first.full()
      told.push(...feed(first, lines.slice(cut, cut + 1)))
      const changes = first.changes()
      const second = createEngine({ seed: cut })
      second.restore([full, changes!])
      told.push(...feed(second, lines.slice(cut + 1)))
      expect(JSON.stringify(told)).toBe(JSON.stringify(whole))
    }
  })
})
