import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { batchOf, parseLine } from '../../../src/core/index.ts'
import type { Packet, ParsedLine } from '../../../src/core/index.ts'
import { createParser } from '../../../src/core/parse/index.ts'
import { VerdictRules } from '../../../src/core/parse/verdict.ts'
import {
  PacketRows,
  R_NANOS,
  R_SECONDS,
  VERDICT_ACCEPT,
  VERDICT_AUDIT,
  VERDICT_DROP,
  VERDICT_UNKNOWN,
} from '../../../src/core/row.ts'
import { icmp, tcp, udp } from '../../helpers/lines.ts'

const NONE = { drop: [], accept: [], audit: [] }
const packet = (line: string, reference = 1_790_000_000): Packet => {
  const parsed = parseLine(line, { reference })
  expect(parsed).toMatchObject({ result: 'packet' })
  return parsed as Packet
}

/** The slow, obvious reader: what a person would do with split and a map. */
function oracle(body: string): {
  src?: string
  dst?: string
  spt?: number
  dpt?: number
  proto?: string
  ttl?: number
} {
  const fields = new Map<string, string>()
  for (const word of body.split(' ')) {
    const at = word.indexOf('=')
    if (at > 0 && !fields.has(word.slice(0, at))) fields.set(word.slice(0, at), word.slice(at + 1))
  }
  const number = (key: string): number | undefined =>
    fields.has(key) ? Number(fields.get(key)) : undefined
  return JSON.parse(
    JSON.stringify({
      src: fields.get('SRC'),
      dst: fields.get('DST'),
      spt: number('SPT'),
      dpt: number('DPT'),
      proto: fields.get('PROTO'),
      ttl: number('TTL'),
    }),
  ) as ReturnType<typeof oracle>
}

describe('fields in any order', () => {
  const port = fc.integer({ min: 0, max: 65_535 })
  const v4 = fc
    .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    .map((parts) => parts.join('.'))
  const extra = fc.constantFrom(
    'MAC=02:00:00:00:00:01',
    'MARK=0x1',
    'XSRC=9.9.9.9',
    'MACSRC=02:00',
    'FOO=1',
    'VPROTO=8100',
    'DF',
    'RES=0x00',
  )

  it('give the same packet as the obvious reader', () => {
    fc.assert(
      fc.property(
        fc.record({
          src: v4,
          dst: v4,
          spt: port,
          dpt: port,
          ttl: fc.nat(255),
          extras: fc.array(extra, { maxLength: 4 }),
        }),
        fc.infiniteStream(fc.nat()),
        ({ src, dst, spt, dpt, ttl, extras }, order) => {
          const fields = [
            `SRC=${src}`,
            `DST=${dst}`,
            'LEN=44',
            `TTL=${ttl}`,
            'PROTO=TCP',
            `SPT=${spt}`,
            `DPT=${dpt}`,
            'WINDOW=1',
            'SYN',
            'URGP=0',
            ...extras,
          ]
            .map((field) => [order.next().value ?? 0, field] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, field]) => field)
          const body = `IN=eth0 OUT= ${fields.join(' ')}`
          expect(packet(`DROP ${body}`)).toMatchObject({
            prefix: 'DROP',
            in: 'eth0',
            ...oracle(body),
            flags: ['SYN'],
          })
        },
      ),
    )
  })
})

describe('damage', () => {
  const lines = [
    tcp({ src: '192.168.10.55' }),
    udp({ src: '10.20.30.40', prefix: '[UFW BLOCK]' }),
    icmp({
      src: '2001:0db8:0000:0000:0000:0000:0000:0001',
      dst: '2001:0db8:0000:0000:0000:0000:0000:0002',
    }),
    '{"MESSAGE":"DROP IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=40 TTL=1 ID=1 PROTO=UDP SPT=1 DPT=2 LEN=8","_HOSTNAME":"h"}',
  ]

  test.each(lines)('cut at any byte, no line names another source: %s', (line) => {
    const whole = (parseLine(line) as Packet).src
    for (let end = 0; end < line.length; end++) {
      const parsed = parseLine(line.slice(0, end))
      if (parsed.result === 'packet') expect(parsed.src).toBe(whole)
    }
    for (let start = 1; start < line.length; start++) {
      const parsed = parseLine(line.slice(start))
      if (parsed.result === 'packet') expect(parsed.src).toBe(whole)
    }
  })

  it('never throws, whatever the bytes are', () => {
    const alphabet = fc.constantFrom(
      ...Array.from(
        ' =[]():.,"{}\\<>-/IN OUT SRC DST PROTO TCP UDP LEN 0123456789abcdef\u0000\u00ff',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 120 }),
        fc.uint8Array({ maxLength: 40 }),
        (letters, bytes) => {
          expect(() => parseLine(letters.join(''))).not.toThrow()
          const batch = batchOf(['x'.repeat(bytes.length)])
          batch.bytes.set(bytes)
          expect(() =>
            createParser({ zone: 'UTC', profile: 'psad', verdicts: NONE }).parse(
              batch,
              0,
              new PacketRows(),
            ),
          ).not.toThrow()
        },
      ),
      { numRuns: 500 },
    )
  })

  test.each<[string, string, ParsedLine]>([
    [
      'a source that is no address',
      'IN=eth0 OUT= SRC=1.2.3.456 DST=1.1.1.1 LEN=20 PROTO=2',
      { result: 'malformed', reason: 'bad source address' },
    ],
    [
      'no source',
      'IN=eth0 OUT= DST=1.1.1.1 LEN=20 TTL=3 PROTO=2',
      { result: 'malformed', reason: 'no source address' },
    ],
    [
      'no protocol',
      'IN=eth0 OUT= SRC=1.2.3.4 DST=1.1.1.1 LEN=20',
      { result: 'malformed', reason: 'no protocol' },
    ],
    [
      'no ports',
      'IN=eth0 OUT= SRC=1.2.3.4 DST=1.1.1.1 LEN=20 PROTO=TCP SYN URGP=0',
      { result: 'malformed', reason: 'no ports' },
    ],
    [
      'two lines glued together',
      'IN=eth0 OUT= SRC=1.2.3.4 DST=1.1.1.1 LEN=20 PROTO=2 IN=eth0 OUT= SRC=2.2.2.2 DST=1.1.1.1 LEN=20 PROTO=2',
      { result: 'malformed', reason: 'two packets in one line' },
    ],
    [
      'a TCP line cut before its flags',
      'IN=eth0 OUT= SRC=1.2.3.4 DST=1.1.1.1 LEN=20 PROTO=TCP SPT=1 DPT=2 WINDOW=1',
      { result: 'malformed', reason: 'truncated' },
    ],
    ['ARP', 'IN=eth0 OUT= ARP HTYPE=1 PTYPE=0x0800 OPCODE=1', { result: 'not-a-packet' }],
    [
      'a frame without IP',
      'IN=eth0 OUT=eth1 MACSRC=02:00 MACDST=02:01 MACPROTO=88cc ',
      { result: 'not-a-packet' },
    ],
    ['an empty line', '', { result: 'not-a-packet' }],
    ['words', 'Mar 17 18:01:07 bridge kernel: link is UP SRC=none', { result: 'not-a-packet' }],
  ])('%s', (_, line, expected) => {
    expect(parseLine(line)).toEqual(expected)
  })
})

describe('what is no damage', () => {
  it('a fragment has no ports', () => {
    expect(
      packet('IN=eth0 OUT= SRC=1.2.3.4 DST=1.1.1.1 LEN=1500 TTL=3 ID=9 MF FRAG:64 PROTO=TCP '),
    ).toMatchObject({ fragment: true, mf: true, proto: 'TCP' })
  })
  it('INCOMPLETE says so itself', () => {
    expect(
      packet(
        'IN=eth0 OUT= SRC=1.2.3.4 DST=1.1.1.1 LEN=20 TTL=3 ID=9 PROTO=ESP INCOMPLETE [0 bytes] ',
      ),
    ).toMatchObject({ incomplete: true, proto: 'ESP' })
  })
  it('the header quoted by an ICMP error is not the packet', () => {
    expect(
      packet(
        'IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=88 TTL=3 ID=9 PROTO=ICMP TYPE=3 CODE=3 [SRC=5.6.7.8 DST=9.9.9.9 LEN=60 TTL=54 ID=0 PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=2 ]',
      ),
    ).toMatchObject({
      src: '1.2.3.4',
      icmpType: 3,
      icmpCode: 3,
      ttl: 3,
      embedded: { SRC: '5.6.7.8', PROTO: 'ICMP' },
    })
  })
  it('both kinds of options are told apart', () => {
    expect(
      packet(
        'IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=48 TTL=3 ID=9 OPT (940400) PROTO=TCP SPT=1 DPT=2 WINDOW=5 RES=0x00 SYN URGP=0 OPT (020405B4)',
      ),
    ).toMatchObject({ ipOptions: '940400', tcpOptions: '020405B4' })
  })
  it('an escaped prefix in journald JSON is read', () => {
    expect(
      packet(
        JSON.stringify({
          MESSAGE:
            '"filter: "IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=28 TTL=3 ID=9 PROTO=UDP SPT=1 DPT=2 LEN=8',
          _HOSTNAME: 'h1',
          __REALTIME_TIMESTAMP: '1772323200123456',
        }),
      ),
    ).toMatchObject({
      prefix: '"filter: "',
      host: 'h1',
      time: '2026-03-01T00:00:00.123456Z',
    })
  })
})

describe('the time of a line', () => {
  const body = 'IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 TTL=3 ID=9 PROTO=2'
  const at = (text: string): number => Date.parse(text) / 1000

  test.each([
    ['Mar 11 20:35:11 fw kernel: ', '2026-11-25T00:00:00Z', '2026-03-11T20:35:11.000Z'],
    ['Dec 11 20:35:11 fw kernel: ', '2026-11-25T00:00:00Z', '2025-12-11T20:35:11.000Z'],
    ['Nov 25 00:00:00 fw kernel: ', '2026-11-25T00:00:00Z', '2026-11-25T00:00:00.000Z'],
    ['Nov 25 00:00:01 fw kernel: ', '2026-11-25T00:00:00Z', '2025-11-25T00:00:01.000Z'],
    ['Feb 29 12:00:00 fw kernel: ', '2026-11-25T00:00:00Z', '2024-02-29T12:00:00.000Z'],
    ['Feb  1 02:03:04 fw kernel: ', '2026-11-25T00:00:00Z', '2026-02-01T02:03:04.000Z'],
    ['2026-03-01T00:00:00.5+01:00 fw kernel: ', '2026-11-25T00:00:00Z', '2026-02-28T23:00:00.500Z'],
    ['2026-03-01T00:00:00-0730 fw kernel: ', '2026-11-25T00:00:00Z', '2026-03-01T07:30:00.000Z'],
    [
      '2026-03-01T00:00:00.123456789Z fw kernel: ',
      '2026-11-25T00:00:00Z',
      '2026-03-01T00:00:00.123456789Z',
    ],
    [
      '<13>1 2026-03-01T00:00:00Z fw kernel - - [a b="c\\]"][d] \uFEFF',
      '2026-11-25T00:00:00Z',
      '2026-03-01T00:00:00.000Z',
    ],
    ['[ 123.456789] ', '2026-11-25T00:00:00Z', '2026-11-25T00:00:00.000Z'],
  ])('%s is, as of %s, %s', (header, reference, expected) => {
    expect(packet(`${header}${body}`, at(reference)).time).toBe(expected)
  })

  test.each([
    ['Dec 31 23:59:59 fw kernel: ', '2026-01-01T00:00:05Z', '2025-12-31T23:59:59.000Z'],
    ['Jan  1 00:00:05 fw kernel: ', '2025-12-31T23:59:59Z', '2026-01-01T00:00:05.000Z'],
    ['', '2026-01-01T00:00:05Z', '2026-01-01T00:00:05.000Z'],
  ])('%s beside an entry of %s is %s', (header, entry, expected) => {
    const batch = batchOf([`${header}${body}`], {
      time: 'line',
      ns: [BigInt(at(entry)) * 1_000_000_000n],
    })
    const rows = new PacketRows()
    createParser({ zone: 'UTC', profile: 'picket', verdicts: NONE }).parse(batch, 0, rows)
    expect(rows.ints[R_SECONDS]).toBe(at(expected))
  })

  it("is the entry's where the input says so", () => {
    const batch = batchOf([`Mar 11 20:35:11 fw kernel: ${body}`], {
      time: 'entry',
      ns: [1_772_323_200_000_000_007n],
    })
    const rows = new PacketRows()
    createParser({ zone: 'UTC', profile: 'picket', verdicts: NONE }).parse(batch, 0, rows)
    expect([rows.ints[R_SECONDS], rows.ints[R_NANOS]]).toEqual([1_772_323_200, 7])
  })

  test.each([
    ['+02:00', 'Mar 11 20:35:11', '2026-03-11T18:35:11.000Z'],
    ['Europe/Berlin', 'Mar 11 20:35:11', '2026-03-11T19:35:11.000Z'],
    ['Europe/Berlin', 'Jul 11 20:35:11', '2026-07-11T18:35:11.000Z'],
  ])('in zone %s %s is %s', (zone, text, expected) => {
    expect(
      parseLine(`${text} fw kernel: ${body}`, { zone, reference: at('2026-11-25T00:00:00Z') }),
    ).toMatchObject({ time: expected })
  })
})

describe('the verdict of a prefix', () => {
  test.each([
    ['', VERDICT_UNKNOWN],
    ['[UFW BLOCK]', VERDICT_DROP],
    ['[UFW LIMIT BLOCK]', VERDICT_DROP],
    ['[UFW ALLOW]', VERDICT_ACCEPT],
    ['[UFW AUDIT]', VERDICT_AUDIT],
    ['[LAN_LOCAL-default-A]', VERDICT_ACCEPT],
    ['[WAN_OUT-2000-D]', VERDICT_DROP],
    ['[wan-lan-default-R]', VERDICT_DROP],
    ['SFW2-INext-ACC-TCP', VERDICT_ACCEPT],
    ['SFW2-INext-DROP-DEFLT', VERDICT_DROP],
    ['Shorewall:net2fw:DROP:', VERDICT_DROP],
    ['filter_IN_public_REJECT:', VERDICT_DROP],
    ['iptables output denied:', VERDICT_DROP],
    ['policy DROP:', VERDICT_DROP],
    ['ACCEPT:', VERDICT_ACCEPT],
    ['INBOUND TCP:', VERDICT_UNKNOWN],
    ['[netfilter-INPUT]', VERDICT_UNKNOWN],
    ['calico-packet:', VERDICT_UNKNOWN],
    ['blockade', VERDICT_UNKNOWN],
  ])('%s', (prefix, verdict) => {
    expect(new VerdictRules(NONE).of(prefix)).toBe(verdict)
  })

  it("is the operator's first", () => {
    const rules = new VerdictRules({ drop: ['^EVIL'], accept: ['DROP'], audit: [] })
    expect(rules.of('DROP')).toBe(VERDICT_ACCEPT)
    expect(rules.of('EVIL DROP')).toBe(VERDICT_DROP)
  })
})

describe('interned texts', () => {
  it('stay what they are when the bytes they came from change, also in a Buffer', () => {
    const parser = createParser({ zone: 'UTC', profile: 'picket', verdicts: NONE })
    const batch = batchOf(['FIRST IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 PROTO=2'])
    const bytes = Buffer.from(batch.bytes)
    parser.parse({ ...batch, bytes }, 0, new PacketRows())
    bytes.fill(120)
    expect([...parser.interned.texts()].sort()).toEqual(['FIRST', 'eth0'])
    const { size } = parser.interned
    parser.interned.idOfText('FIRST')
    expect(parser.interned.size).toBe(size)
  })

  it('are bounded: beyond 1,024 they are "other", and counted', () => {
    const parser = createParser({ zone: 'UTC', profile: 'picket', verdicts: NONE })
    const lines = Array.from(
      { length: 1500 },
      (_, i) => `P${i} IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=20 PROTO=2`,
    )
    const rows = new PacketRows(2000)
    parser.parse(batchOf(lines), 0, rows)
    expect(parser.interned.size).toBe(1026)
    expect(parser.interned.overflow).toBeGreaterThan(400)
    expect(parser.interned.text(1)).toBe('other')
  })
})
