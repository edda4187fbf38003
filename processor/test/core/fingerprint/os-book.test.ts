import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  batchOf,
  builtinFingerprints,
  createEngine,
  readPfOs,
  readPosf,
} from '../../../src/core/index.ts'
import type { Detection, EngineOptions, FingerprintTable } from '../../../src/core/index.ts'
import { udp } from '../../helpers/lines.ts'
import { REFERENCE, engineOf, syn } from './syn-lines.ts'
import type { SynFactsOfLine } from './syn-lines.ts'

const SOURCE = '192.0.2.1'
const times = <T>(n: number, make: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => make(i))

const tableOf = (text: string, psad: boolean): FingerprintTable => ({
  builtin: false,
  syn: readPfOs(text, { file: 'pf.os', psad }).fingerprints,
  posf: [],
})

/** Labels that psad would print for SYNs of one source, with one file. */
const labelsOf = (
  text: string,
  lines: readonly SynFactsOfLine[],
  profile: 'psad' | 'picket' = 'psad',
): readonly string[] =>
  engineOf(lines.map(syn), {
    profile,
    fingerprints: { tables: [tableOf(text, profile === 'psad')], maxHops: 20 },
  }).osLabels(SOURCE)?.labels ?? []

describe('p0f fingerprints', () => {
  const M = { length: 44, window: 4096, options: 'M1460' }
  const PSAD: readonly [string, string, SynFactsOfLine, boolean, boolean][] = [
    // name, form, packet, fits with psad, fits else
    ['number', '4096:64:0:44:M1460', M, true, true],
    ['another window', '4097:64:0:44:M1460', M, false, false],
    ['window %n', '%1024:64:0:44:M1460', M, true, true],
    ['window not %n', '%1000:64:0:44:M1460', M, false, false],
    ['window *', '*:64:0:44:M1460', M, true, true],
    ['window Sn', 'S2:64:0:44:M1460', { ...M, window: 2920 }, true, true],
    ['window Tn', 'T2:64:0:44:M1460', { ...M, window: 3000 }, false, true],
    [
      'Sn, MSS not first',
      'S2:64:0:44:S,M*',
      { ...M, window: 2920, options: 'S,M1460' },
      false,
      true,
    ],
    ['length %n', '4096:64:0:%11:M*', M, true, true],
    ['length *', '4096:64:0:*:M*', M, true, true],
    ['MSS %n', '4096:64:0:44:M%730', M, true, true],
    ['MSS not %n', '4096:64:0:44:M%731', M, false, false],
    ['DF *', '4096:64:*:44:M*', { ...M, df: true }, true, true],
    ['TTL as sent', '4096:60:0:44:M*', M, true, true],
    ['TTL 19 less', '4096:79:0:44:M*', M, true, true],
    ['TTL 20 less', '4096:80:0:44:M*', M, false, false],
    ['T with 0', '4096:64:0:44:T', { ...M, options: 'T0' }, true, true],
    ['T0 with 0', '4096:64:0:44:T0', { ...M, options: 'T0' }, true, true],
    ['T0 with more', '4096:64:0:44:T0', { ...M, options: 'T' }, false, false],
    ['W%n', '4096:64:0:44:W%2', { ...M, options: 'W4' }, true, true],
    ['more options than listed', '4096:64:0:44:M*', { ...M, options: 'M1460,S' }, true, false],
    ['. with options', '4096:64:0:44:.', { ...M, options: 'N,N' }, true, false],
    ['. in the middle', '4096:64:0:44:N,.,S', { ...M, options: 'N,N,S' }, true, false],
    [
      'a kind unknown to it',
      '4096:64:0:44:M*',
      { ...M, options: '0x06040000020405B4' },
      true,
      true,
    ],
    ['a last lone byte', '4096:64:0:44:M*,N', { ...M, options: 'M1460,N' }, false, true],
    ['bytes that are no options', '4096:64:0:44:.', { ...M, options: '0x0200' }, true, false],
    ['a value cut short', '4096:64:0:44:N,M5', { ...M, options: '0x01020405' }, true, false],
    ['DF behind MF', '4096:64:0:44:M*', { ...M, df: true, between: 'MF' }, true, false],
    [
      'DF behind IP options',
      '4096:64:1:44:M*',
      { ...M, df: true, between: 'OPT (94040000)' },
      false,
      true,
    ],
    ['SYN with FIN', '4096:64:0:44:M*', { ...M, flags: 'SYN FIN' }, true, false],
    ['lower case', '4096:64:0:44:M*', { ...M, options: '0x020405b4' }, true, true],
    ['options not logged', '4096:64:0:44:M*', { length: 44, window: 4096 }, false, false],
  ]
  test.each(PSAD)('%s: %s', (_, form, packet, withPsad, else_) => {
    const text = `${form}: A:1::a`
    expect(labelsOf(text, [packet]).length > 0, 'psad').toBe(withPsad)
    expect(labelsOf(text, [packet], 'picket').length > 0, 'picket').toBe(else_)
  })

  test('every label that fits is remembered, of all SYNs of the source', () => {
    const text =
      '4096:64:0:44:M*: A:1::\n4096:64:0:44:M1460: A:2::\n2048:64:0:44:M*: B:1::\n1:64:0:44:M*: C:1::'
    expect(labelsOf(text, [M, { ...M, window: 2048 }, M])).toEqual(['A:1::', 'A:2::', 'B:1::'])
  })

  test('a source keeps at most ten labels, the surest of a packet first', () => {
    const lines = times(20, (i) => `4096:64:0:44:M*: ${i < 12 ? '@' : ''}A:${i}::`)
    const labels = labelsOf(lines.join('\n'), [M])
    expect(labels).toHaveLength(10)
    expect(labels.filter((label) => !label.startsWith('@'))).toHaveLength(8)
  })

  test('IPv6 is not looked at with psad', () => {
    const v6 = { src: '2001:db8::1', length: 64, window: 4096, options: 'M1440' }
    const engine = engineOf([syn(v6)], {
      profile: 'psad',
      fingerprints: { tables: [tableOf('4096:64:0:*:M*: A:1::', true)], maxHops: 20 },
    })
    expect(engine.osLabels('2001:db8::1')).toBeUndefined()
  })
})

describe('posf fingerprints', () => {
  const posf = (over: Readonly<Record<string, string | number>> = {}): string => {
    const values = {
      OS: 'X',
      NUMPKTS: 3,
      TOS: '0x00',
      LEN: 60,
      TTL: 64,
      ID: 'SMALLINCR',
      WINDOW: 5840,
      ...over,
    }
    return Object.entries(values)
      .map(([key, value]) => `${key} ${value};\n`)
      .join('')
  }
  const plain = (over: SynFactsOfLine = {}): string => syn({ ttl: 64, window: 5840, ...over })
  const guess = (text: string, lines: readonly string[]): readonly string[] => {
    const { fingerprints } = readPosf(text, { file: 'posf', psad: true })
    const tables = [{ builtin: false, syn: [], posf: fingerprints }]
    return (
      engineOf(lines, { profile: 'psad', fingerprints: { tables, maxHops: 5 } }).osLabels(SOURCE)
        ?.labels ?? []
    )
  }
  const small = (n: number, over: SynFactsOfLine = {}): string[] =>
    times(n, (i) => plain({ id: 1 + i * 999, port: i + 1, ...over }))

  test.each<[string, string, string[], boolean]>([
    ['three SYNs', posf(), small(3), true],
    ['two SYNs where three are needed', posf(), small(2), false],
    ['a step of 1000', posf(), [1, 2, 1002].map((id) => plain({ id })), false],
    ['an ID that stays', posf(), [1, 1, 2].map((id) => plain({ id })), false],
    ['random IDs', posf({ ID: 'RANDOM' }), [9, 5, 7000].map((id) => plain({ id })), true],
    [
      'IDs that were random once',
      posf({ NUMPKTS: 4 }),
      [9, 5, 6, 7].map((id) => plain({ id })),
      false,
    ],
    ['small steps where random is asked for', posf({ ID: 'RANDOM' }), small(3), false],
    ['one SYN is in small steps', posf({ NUMPKTS: 1 }), small(1), true],
    ['a TTL of 45', posf(), [...small(2), plain({ id: 1500, ttl: 45 })], true],
    ['a TTL of 44', posf(), [...small(2), plain({ id: 1500, ttl: 44 })], false],
    ['a TTL of 65', posf(), [...small(2), plain({ id: 1500, ttl: 65 })], false],
    [
      'length and window of different SYNs',
      posf(),
      [
        plain({ id: 1, length: 48 }),
        plain({ id: 2, length: 60, window: 1 }),
        plain({ id: 3, length: 44 }),
      ],
      true,
    ],
    ['another length', posf(), small(3, { length: 48 }), false],
    ['another window', posf(), small(3, { window: 1 }), false],
    [
      'several destinations',
      posf(),
      times(3, (i) => plain({ id: i, dst: `198.51.100.${i}` })),
      true,
    ],
    ['logged options', posf(), small(3, { options: 'M1460' }), false],
    [
      'the pair’s hundredth packet',
      posf(),
      [...times(97, (i) => udp({ dpt: i + 1 })), ...small(3)],
      false,
    ],
    ['its ninety-ninth', posf(), [...times(96, (i) => udp({ dpt: i + 1 })), ...small(3)], true],
    [
      'SYNs beyond it count for nothing',
      posf(),
      [
        ...times(100, (i) => udp({ dpt: i + 1 })),
        plain({ ttl: 99 }),
        ...small(3, { dst: '198.51.100.9' }),
      ],
      true,
    ],
  ])('%s', (_, text, lines, fits) => {
    expect(guess(text, lines)).toEqual(fits ? ['X'] : [])
  })

  test('the first in the order of the file is the guess, for good', () => {
    const text = posf({ OS: 'A', NUMPKTS: 4 }) + posf({ OS: 'B' }) + posf({ OS: 'C' })
    expect(guess(text, small(9))).toEqual(['B'])
  })

  test('a label of the p0f kind is shown instead; for people there are both', () => {
    const { fingerprints } = readPosf(posf(), { file: 'posf' })
    const tables = [
      tableOf('4096:64:0:44:M*: A:1::a', false),
      { builtin: false, syn: [], posf: fingerprints },
    ]
    const lines = [...small(3), syn({ length: 44, window: 4096, options: 'M1460' })]
    const engine = engineOf(lines, { fingerprints: { tables, maxHops: 20 } })
    expect(engine.osLabels(SOURCE)).toEqual({ kind: 'p0f', labels: ['A:1::a'] })
    expect(engine.source(SOURCE)?.os).toEqual(['A 1', 'X (likely)'])
  })
})

describe('what is known of a source', () => {
  const tables = [
    tableOf('4096:64:0:44:M*: A:1::a\n2048:64:0:44:M*: B:2::b', false),
    {
      builtin: false,
      syn: [],
      posf: readPosf('OS P;\nNUMPKTS 4;\nTOS 0;\nLEN 60;\nTTL 64;\nID RANDOM;\nWINDOW 5840;', {
        file: 'posf',
      }).fingerprints,
    },
    builtinFingerprints(),
  ]
  const options: Partial<EngineOptions> = {
    fingerprints: { tables, maxHops: 20 },
    scanTimeoutMs: 60_000,
  }
  const M = { length: 44, window: 4096, options: 'M1460' }

  test('stands in detections as the surest, from the packet on that showed it', () => {
    const engine = createEngine(options)
    const seen: (string | undefined)[] = []
    const lines = [
      ...times(5, (i) => syn({ window: 777, df: true, port: i + 1 })),
      ...times(10, (i) => syn({ ...M, port: i + 6 })),
    ]
    engine.feed(batchOf(lines, { reference: REFERENCE }), ({ os }: Detection) => seen.push(os))
    expect(seen[0]).toBeUndefined()
    expect(seen.length).toBeGreaterThan(1)
    expect(new Set(seen.slice(1))).toEqual(new Set(['A 1']))
  })

  test('outlives the scan, and goes with the source', () => {
    const engine = createEngine({
      ...options,
      limits: { sources: 2, portsPerSource: 100, metricsTopN: 5 },
    })
    const feed = (...lines: string[]): void =>
      void engine.feed(batchOf(lines, { reference: REFERENCE }), undefined)
    feed(syn(M), syn({ at: 3600, df: true, window: 777 }))
    expect(engine.source(SOURCE)?.os).toEqual(['A 1'])
    feed(...times(40, (i) => syn({ at: 3700 + i, src: `203.0.113.${i}`, df: true, window: 777 })))
    expect(engine.source(SOURCE)).toBeUndefined()
    // What the SYNs of the two that are left add up to.
    expect(engine.state.prints.rows.live).toBe(engine.state.sources.rows.live)
    feed(syn({ at: 3800, df: true, window: 777 }))
    expect(engine.source(SOURCE)?.os).toEqual([])
  })

  test('of another table is not shown any more', () => {
    const engine = engineOf([syn(M)], options)
    const other = createEngine({ retain: true })
    other.restore([engine.full()])
    expect(other.source(SOURCE)?.os).toEqual([])
  })

  const synOf = fc.record({
    src: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'),
    port: fc.integer({ min: 1, max: 30 }),
    length: fc.constantFrom(40, 44, 52, 60, 64, 80),
    ttl: fc.constantFrom(45, 60, 64, 115, 240),
    id: fc.integer({ min: 0, max: 65_535 }),
    df: fc.boolean(),
    window: fc.constantFrom(1024, 2048, 4096, 5840, 8192, 64_240, 65_535),
    options: fc.constantFrom('M1460', 'M1460,S,T,N,W7', 'M1460,N,W8,N,N,S', '0x02', 'none'),
  })
  const lineOf = ({ options: list, ...rest }: { options: string } & SynFactsOfLine): string =>
    syn({ ...rest, ...(list === 'none' ? {} : { options: list }) })

  test('does not depend on how lines are cut into batches, nor on restarts', () => {
    fc.assert(
      fc.property(
        fc.array(synOf, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (facts, size) => {
          const lines = facts.map(lineOf)
          const straight = engineOf(lines, options)
          let engine = createEngine({ retain: true, ...options })
          const chunks: Uint8Array[] = [engine.full()]
          for (let at = 0; at < lines.length; at += size) {
            engine.feed(batchOf(lines.slice(at, at + size), { reference: REFERENCE }), undefined)
            const changes = engine.changes()
            if (changes !== undefined) chunks.push(changes)
            engine = createEngine({ retain: true, ...options, seed: at })
            engine.restore(chunks)
          }
          const systems = (one: typeof engine): unknown =>
            one
              .report({ all: true })
              .sources.map(({ source, os }) => [source, os, one.osLabels(source)])
          expect(systems(engine)).toEqual(systems(straight))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('never throws, whatever stands for options', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'.split('')), maxLength: 200 }),
        fc.constantFrom('psad' as const, 'picket' as const),
        (digits, profile) => {
          const engine = engineOf([syn({ options: `0x${digits}`, length: 44 })], {
            ...options,
            profile,
          })
          expect(engine.source(SOURCE)?.packets).toBe(1)
        },
      ),
    )
  })
})
