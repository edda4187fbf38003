import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { Matcher, NetTable, readRules } from '../../../src/core/index.ts'
import {
  F_IPV6,
  R_BODY,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_ICMP_CODE,
  R_ICMP_ID,
  R_ICMP_SEQ,
  R_ICMP_TYPE,
  R_IPID,
  R_LENGTH,
  R_PAYLOAD,
  R_PROTO,
  R_SEEN,
  R_SEQ,
  R_SPT,
  R_SRC,
  R_TCP,
  R_TOS,
  R_TTL,
  R_WINDOW,
  ROW,
  SEEN_SEQ,
} from '../../../src/core/row.ts'

const NO_BYTES = new Uint8Array(8)

interface Facts {
  readonly protocol: number
  readonly v6: boolean
  readonly src: number
  readonly dpt: number
  readonly spt: number
  readonly ttl: number
  readonly id: number
  readonly window: number
  readonly length: number
  readonly flags: number
  /** undefined: not logged. */
  readonly seq: number | undefined
  readonly type: number
}

function rowOf(facts: Facts): Int32Array {
  const row = new Int32Array(ROW).fill(-1)
  const [isTcp, isUdp, isIcmp] = [6, 17, 1].map((number) => facts.protocol === number)
  row[R_FLAGS] = facts.v6 ? F_IPV6 : 0
  row.set([0, 0, 0xffff, facts.src], R_SRC)
  row.set([0, 0, 0xffff, 0x0a000001], R_DST)
  row[R_PROTO] = facts.protocol
  row[R_TCP] = isTcp ? facts.flags : 0
  row[R_SPT] = isTcp || isUdp ? facts.spt : -1
  row[R_DPT] = isTcp || isUdp ? facts.dpt : -1
  row[R_LENGTH] = facts.length
  row[R_TTL] = facts.ttl
  row[R_IPID] = facts.v6 ? -1 : facts.id
  row[R_WINDOW] = isTcp ? facts.window : -1
  row[R_SEEN] = isTcp && facts.seq !== undefined ? SEEN_SEQ : 0
  row[R_SEQ] = facts.seq ?? 0
  row[R_PAYLOAD] = isUdp ? 8 : -1
  row[R_ICMP_TYPE] = isIcmp ? facts.type : -1
  for (const slot of [R_ICMP_CODE, R_ICMP_ID, R_ICMP_SEQ, R_TOS, R_BODY]) row[slot] = -1
  return row
}

const packet: fc.Arbitrary<Facts> = fc.record({
  protocol: fc.constantFrom(6, 6, 6, 17, 1, 47),
  v6: fc.boolean(),
  src: fc.constantFrom(0x0a000001, 0x0a010001, 0x0b000001),
  // 99999 and 999 stand in damaged lines.
  dpt: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(65_535, 99_999)),
  spt: fc.integer({ min: 0, max: 60 }),
  ttl: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(255, 999)),
  id: fc.integer({ min: 0, max: 60 }),
  window: fc.integer({ min: 0, max: 60 }),
  length: fc.oneof(fc.integer({ min: 20, max: 60 }), fc.constant(70_000)),
  flags: fc.constantFrom(0, 1, 2, 3, 0xc2, 0x29, 0x12),
  seq: fc.option(fc.constantFrom(0, 1, 0xffff_ffff, 0x8000_0000), { nil: undefined }),
  type: fc.constantFrom(0, 3, 8, 13),
})

/** A piece of a rule and, in words of its own, what it means. */
interface Piece {
  readonly text: string
  readonly protocols: readonly number[]
  fits(packet: Facts, psad: boolean): boolean
}

const within = (value: number | undefined, min: number, max: number, not = false) =>
  value !== undefined && (value >= min && value <= max) !== not

const numberPiece = (
  keyword: string,
  protocols: readonly number[],
  value: (facts: Facts) => number | undefined,
  isHeader = false,
): fc.Arbitrary<Piece> =>
  fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }), fc.boolean())
    .map(([min, width, not]) => ({
      text: `${keyword}:${not ? '!' : ''}${width === 0 ? min : `${min}:${min + width}`}`,
      protocols,
      fits: (facts, psad) =>
        (psad && isHeader && facts.v6) || within(value(facts), min, min + width, not),
    }))

const flag = (text: string, fits: (flags: number, all: number) => boolean): Piece => ({
  text: `flags:${text}`,
  protocols: [6],
  // As psad reads, CWR and ECE count.
  fits: ({ flags }, psad) => fits(flags, psad ? 0xff : 0x3f),
})

const option: fc.Arbitrary<Piece> = fc.oneof(
  numberPiece('ttl', [], ({ ttl }) => ttl, true),
  numberPiece('id', [], ({ id, v6 }) => (v6 ? undefined : id), true),
  numberPiece('psad_ip_len', [], ({ length }) => length, true),
  numberPiece('window', [6], ({ window }) => window),
  numberPiece('itype', [1], ({ type }) => type),
  numberPiece('seq', [6], ({ seq }) => seq),
  fc.constantFrom(
    flag('S', (flags, all) => (flags & all) === 2),
    flag('F', (flags, all) => (flags & all) === 1),
    flag('0', (flags, all) => (flags & all) === 0),
    flag('S+', (flags) => (flags & 2) !== 0),
    flag('*SA', (flags) => (flags & 0x12) !== 0),
    flag('!S', (flags) => (flags & 2) === 0),
    flag('S12', (flags) => flags === 0xc2),
  ),
  fc.constant<Piece>({
    text: 'seq:>2147483647',
    protocols: [6],
    fits: ({ seq }) => (seq ?? 0) > 0x7fff_ffff,
  }),
)

const port: fc.Arbitrary<{ text: string; fits(value: number): boolean }> = fc.oneof(
  fc.constant({ text: 'any', fits: (value: number) => value !== 0 }),
  fc.integer({ min: 0, max: 60 }).map((n) => ({ text: `${n}`, fits: (v: number) => v === n })),
  fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 })).map(([n, w]) => ({
    text: `[${n}:${n + w},40]`,
    fits: (v: number) => within(v, n, n + w) || v === 40,
  })),
  fc.integer({ min: 1, max: 60 }).map((n) => ({
    text: `!${n}`,
    fits: (v: number) => within(v, 1, 65_535) && v !== n,
  })),
)

const NETS: readonly { text: string; fits(src: number): boolean }[] = [
  { text: 'any', fits: () => true },
  { text: '10.0.0.0/8', fits: (src) => src >>> 24 === 10 },
  { text: '!10.1.0.0/16', fits: (src) => src >>> 16 !== 0x0a01 },
]

const spec = fc.record({
  protocol: fc.constantFrom(6, 6, 6, 17, 1, 0),
  net: fc.constantFrom(...NETS),
  sport: port,
  dport: port,
  bothWays: fc.boolean(),
  options: fc.array(option, { maxLength: 3 }),
})
type Spec = typeof spec extends fc.Arbitrary<infer T> ? T : never

/** Rules of a few kinds, so that each kind is a family; `text` from the destination port on. */
const kin: fc.Arbitrary<{ text: string; fits: Piece['fits'] }> = fc
  .record({
    kind: fc.constantFrom(0, 1, 2, 3),
    from: fc.integer({ min: 0, max: 50 }),
    width: fc.integer({ min: 0, max: 65_000 }),
    value: fc.integer({ min: 0, max: 60 }),
    not: fc.boolean(),
  })
  .map(({ kind, from, width, value, not }) => {
    const ports = (dpt: number) => within(dpt, from, from + width)
    const header = `${from}:${from + width} (msg:"r";`
    const sign = not ? '!' : ''
    switch (kind) {
      case 0:
        return {
          text: `${header} ttl:${sign}${value};`,
          fits: ({ dpt, ttl, v6 }, psad) =>
            ports(dpt) && ((psad && v6) || within(ttl, value, value, not)),
        }
      case 1:
        return {
          text: `${header} flags:SA; window:${sign}${value}:;`,
          fits: ({ dpt, flags, window }, psad) =>
            ports(dpt) &&
            (flags & (psad ? 0xff : 0x3f)) === 0x12 &&
            within(window, value, 65_535, not),
        }
      case 2:
        return {
          text: `!${from + 1} (msg:"r"; psad_ip_len:${sign}${value}; id:<${value + 2};`,
          fits: ({ dpt, length, id, v6 }, psad) =>
            within(dpt, 1, 65_535) &&
            dpt !== from + 1 &&
            ((psad && v6) ||
              (within(length, value, value, not) && !v6 && within(id, psad ? 1 : 0, value + 1))),
        }
      default:
        return {
          text: `${header} flags:*SF; seq:${sign}${0xffff_ffff - (value & 1)};`,
          fits: ({ dpt, flags, seq }) =>
            ports(dpt) &&
            (flags & 3) !== 0 &&
            within(seq, 0xffff_ffff - (value & 1), 0xffff_ffff - (value & 1), not),
        }
    }
  })

const applies = (rule: Spec): Piece[] =>
  rule.options.filter(
    ({ protocols }) => protocols.length === 0 || protocols.includes(rule.protocol),
  )
const hasPorts = ({ protocol }: Spec): boolean => protocol === 6 || protocol === 17
const NAMES: Readonly<Record<number, string>> = { 0: 'ip', 1: 'icmp', 6: 'tcp', 17: 'udp' }

function textOf(rule: Spec, sid: number): string {
  const [sport, dport] = hasPorts(rule) ? [rule.sport.text, rule.dport.text] : ['any', 'any']
  // Both ways only where the addresses are any: the destination of these packets never changes.
  const direction = rule.bothWays && rule.net.text === 'any' ? '<>' : '->'
  const options = applies(rule).map(({ text }) => `${text}; `)
  return `alert ${NAMES[rule.protocol]} ${rule.net.text} ${sport} ${direction} any ${dport} (msg:"r"; ${options.join('')}sid:${sid};)`
}

function fits(rule: Spec, facts: Facts, psad: boolean): boolean {
  if (rule.protocol !== 0 && rule.protocol !== facts.protocol) return false
  if (psad && facts.v6 && rule.protocol < 2) return false
  if (!rule.net.fits(facts.src)) return false
  const isBoth = rule.bothWays && rule.net.text === 'any'
  const ports =
    !hasPorts(rule) ||
    (rule.sport.fits(facts.spt) && rule.dport.fits(facts.dpt)) ||
    (isBoth && rule.sport.fits(facts.dpt) && rule.dport.fits(facts.spt))
  return ports && applies(rule).every((piece) => piece.fits(facts, psad))
}

function rulesOf(texts: readonly string[]): ReturnType<typeof readRules>['rules'] {
  const { rules, problems } = readRules(texts.join('\n'), { file: 'test.rules' })
  expect(problems).toEqual([])
  return rules
}

function hitsOf(matcher: Matcher, row: Int32Array): number[] {
  const hits = new Int32Array(4096)
  const [a, b, c, d, e, f, g, h] = row.subarray(R_SRC, R_SRC + 8)
  const srcBits = matcher.bitsOf(a!, b!, c!, d!)
  const count = matcher.match(row, 0, NO_BYTES, srcBits, matcher.bitsOf(e!, f!, g!, h!), hits)
  return [...hits.subarray(0, count)]
}

describe('the index', () => {
  test.each([
    ['few rules', 1, 12, 60],
    ['many rules', 80, 200, 60],
    ['rules by the thousand', 2000, 3000, 4],
  ])('finds exactly what each rule means: %s', (_, minLength, maxLength, numRuns) => {
    fc.assert(
      fc.property(
        fc.array(spec, { minLength, maxLength }),
        fc.array(packet, { minLength: 5, maxLength: 30 }),
        fc.boolean(),
        (specs, packets, psad) => {
          const rules = rulesOf(specs.map((one, i) => textOf(one, i + 1)))
          const matcher = new Matcher(rules, { nets: new NetTable(), psad })
          for (const facts of packets) {
            const expected = specs.flatMap((one, i) => (fits(one, facts, psad) ? [i] : []))
            expect(hitsOf(matcher, rowOf(facts))).toEqual(expected)
          }
        },
      ),
      { numRuns, endOnFailure: numRuns < 10 },
    )
  })

  // Families of rules, ranges that lie over each other and values at the ends of their fields.
  test.each([false, true])('finds exactly what thousands of kin mean, as psad: %s', (psad) => {
    fc.assert(
      fc.property(
        fc.array(kin, { minLength: 2500, maxLength: 4000 }),
        fc.array(packet, { minLength: 100, maxLength: 200 }),
        (rules, packets) => {
          const texts = rules.map(
            ({ text }, i) => `alert tcp any any -> any ${text} sid:${i + 1};)`,
          )
          const matcher = new Matcher(rulesOf(texts), { nets: new NetTable(), psad })
          for (const facts of packets) {
            const expected = rules.flatMap(({ fits: suits }, i) =>
              facts.protocol === 6 && facts.spt !== 0 && suits(facts, psad) ? [i] : [],
            )
            expect(hitsOf(matcher, rowOf(facts))).toEqual(expected)
          }
        },
      ),
      { numRuns: 5, endOnFailure: true },
    )
  })

  it('stays exact where the rows of so many ranges are united to keep within their room', () => {
    const count = 1500
    const lists = Array.from({ length: count }, (_, i) =>
      Array.from({ length: 40 }, (__, j) => 1 + ((i * 7919 + j * 1621) % 65_000)),
    )
    const rules = rulesOf(
      lists.map(
        (list, i) => `alert tcp any any -> any [${list.join(',')}] (msg:"r"; sid:${i + 1};)`,
      ),
    )
    const matcher = new Matcher(rules, { nets: new NetTable() })
    const plain = { protocol: 6, v6: false, src: 1, spt: 9, ttl: 9, id: 9, window: 9, length: 40 }
    let matched = 0
    for (let dpt = 1; dpt < 65_536; dpt += 331) {
      const expected = lists.flatMap((list, i) => (list.includes(dpt) ? [i] : []))
      const row = rowOf({ ...plain, dpt, flags: 2, seq: undefined, type: 0 })
      expect(hitsOf(matcher, row)).toEqual(expected)
      matched += expected.length
    }
    // United rows let rules through that the test of the rule itself turns away.
    expect(matcher.candidates).toBeGreaterThan(matched)
    expect(matcher.candidates).toBeLessThan(198 * 20)
  })

  // What rules of one protocol, `any any`, can differ in.
  test.each<[string, (i: number) => string, number]>([
    [
      'destination port',
      (i) => `any any -> any ${1 + ((i * 13) % 60_000)} (flags:S; ttl:>${i % 90};`,
      0.3,
    ],
    ['source port', (i) => `any ${1 + ((i * 13) % 60_000)} -> any any (flags:S;`, 0.3],
    [
      'port ranges and TTL',
      (i) => `any any -> any ${1 + i * 13}:${1000 + i * 13} (ttl:${i % 255};`,
      3,
    ],
    [
      'window and id on few ports',
      (i) => `any any -> any ${22 + (i % 6)} (window:${i * 16}; id:${i * 16};`,
      0.3,
    ],
    [
      'window above a wide range of ports',
      (i) => `any any -> any ${1024 + (i % 50)}: (window:${i * 16};`,
      0.3,
    ],
    ['sequence number', (i) => `any any -> any any (flags:S; seq:${i * 7919};`, 0.3],
    [
      'TTL and length',
      (i) => `any any -> any any (flags:S; ttl:${i % 255}; psad_ip_len:${40 + ((i * 7) % 1400)};`,
      0.3,
    ],
  ])('keeps the rules tested a packet few when 4,000 differ by %s', (_, make, most) => {
    const texts = Array.from({ length: 4000 }, (__, i) => {
      const [header, options] = make(i).split(' (')
      return `alert tcp ${header} (msg:"r"; ${options} sid:${i + 1};)`
    })
    const matcher = new Matcher(rulesOf(texts), { nets: new NetTable() })
    for (let i = 0; i < 2000; i++) {
      hitsOf(
        matcher,
        rowOf({
          protocol: 6,
          v6: false,
          src: i,
          dpt: 1 + ((i * 30_011) % 65_535),
          spt: 1 + ((i * 20_011) % 65_535),
          ttl: 30 + (i % 200),
          id: (i * 10_007) % 65_536,
          window: (i * 5003) % 65_536,
          length: 40 + (i % 20),
          flags: 2,
          seq: i * 104_729,
          type: 0,
        }),
      )
    }
    expect(matcher.candidates / 2000).toBeLessThan(most)
    expect(matcher.unfiled).toEqual([])
  })

  it('names the rules that every packet of their protocol is tested against', () => {
    const rules = rulesOf([
      'alert tcp any any -> any 22 (msg:"a"; sid:1;)',
      'alert tcp any any -> any any (msg:"b"; fragbits:M; sid:2;)',
      'alert ip any any -> any any (msg:"c"; sameip; sid:3;)',
    ])
    expect(new Matcher(rules, { nets: new NetTable() }).unfiled).toEqual([1, 2])
  })

  it('keeps to the room for hits', () => {
    const rules = rulesOf(
      Array.from({ length: 9 }, (_, i) => `alert tcp any any -> any any (msg:"m"; sid:${i + 1};)`),
    )
    const matcher = new Matcher(rules, { nets: new NetTable() })
    const row = rowOf({
      protocol: 6,
      v6: false,
      src: 1,
      dpt: 1,
      spt: 1,
      ttl: 1,
      id: 1,
      window: 1,
      length: 40,
      flags: 2,
      seq: undefined,
      type: 0,
    })
    const hits = new Int32Array(4)
    expect(matcher.match(row, 0, NO_BYTES, 0, 0, hits)).toBe(4)
    expect([...hits]).toEqual([0, 1, 2, 3])
  })
})

describe('address lists', () => {
  it('beyond the bits of one word are tested one by one', () => {
    const rules = rulesOf(
      Array.from(
        { length: 40 },
        (_, i) => `alert tcp 10.${i}.0.0/16 any -> !10.${i}.0.1 any (msg:"m"; sid:${i + 1};)`,
      ),
    )
    const matcher = new Matcher(rules, { nets: new NetTable() })
    const from = (second: number): number[] =>
      hitsOf(
        matcher,
        rowOf({
          protocol: 6,
          v6: false,
          src: 0x0a000000 | (second << 16) | 9,
          dpt: 1,
          spt: 1,
          ttl: 1,
          id: 1,
          window: 1,
          length: 40,
          flags: 2,
          seq: undefined,
          type: 0,
        }),
      )
    // The destination is 10.0.0.1, which the first rule excludes.
    expect([0, 1, 20, 39, 40].map(from)).toEqual([[], [1], [20], [39], []])
  })
})

describe('payload sizes', () => {
  test.each<[string, Partial<Facts>, number, number]>([
    ['a SYN', { length: 100, flags: 2 }, 16, 60],
    ['other TCP', { length: 100, flags: 16 }, 60, 60],
    ['IPv6 TCP', { length: 100, flags: 16, v6: true }, 60, 40],
    ['ICMP', { length: 100, protocol: 1 }, 76, 72],
    ['less than nothing', { length: 10, flags: 16 }, 0, 0],
  ])("of %s are psad's shares, or exact", (_, facts, shares, exact) => {
    const row = rowOf({
      protocol: 6,
      v6: false,
      src: 1,
      dpt: 1,
      spt: 1,
      ttl: 1,
      id: 1,
      window: 1,
      length: 40,
      flags: 2,
      seq: undefined,
      type: 0,
      ...facts,
    })
    const protocol = facts.protocol === 1 ? 'icmp' : 'tcp'
    const rules = rulesOf(
      [shares, exact].map(
        (size, i) => `alert ${protocol} any any -> any any (msg:"m"; dsize:${size}; sid:${i + 1};)`,
      ),
    )
    const both = shares === exact ? [0, 1] : undefined
    expect(hitsOf(new Matcher(rules, { nets: new NetTable() }), row)).toEqual(both ?? [0])
    expect(hitsOf(new Matcher(rules, { nets: new NetTable(), psadSizes: false }), row)).toEqual(
      both ?? [1],
    )
  })
})
