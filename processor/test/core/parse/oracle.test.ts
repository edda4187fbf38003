import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineReader, batchOf, parseLine } from '../../../src/core/index.ts'
import type { ParsedLine } from '../../../src/core/index.ts'
import { createParser } from '../../../src/core/parse/index.ts'
import { PacketRows, R_FROM, R_LINE, R_TO, ROW } from '../../../src/core/row.ts'

const REFERENCE = 1_790_000_000

/** The slow, obvious reader of a body that is a packet: one regular expression a field. */
function oracle(body: string): Record<string, unknown> {
  const outer = body.replace(/\[SRC=[^\]]*\]/, '')
  const at = outer.search(/(?<=^| )PROTO=/)
  const head = at < 0 ? outer : outer.slice(0, at)
  const rest = at < 0 ? '' : outer.slice(at)
  const text = (part: string, key: string): string | undefined =>
    new RegExp(`(?:^| )${key}=(\\S+)`).exec(part)?.[1]
  const number = (part: string, key: string): number | undefined => {
    const value = new RegExp(`(?:^| )${key}=(\\d+)(?: |$)`).exec(part)?.[1]
    return value === undefined ? undefined : Number(value)
  }
  const lengths = [...outer.matchAll(/(?:^| )LEN=(\d+)(?= |$)/g)]
  const firstInRest = head.includes(' LEN=') ? 0 : 1
  const lengthsInRest = [...rest.matchAll(/(?:^| )LEN=(\d+)(?= |$)/g)]
  const isIcmp = /^PROTO=ICMP/.test(rest)
  const fields: Record<string, unknown> = {
    in: text(outer, 'IN'),
    out: text(outer, 'OUT'),
    src: text(outer, 'SRC'),
    dst: text(outer, 'DST'),
    length: lengths[0] === undefined ? undefined : Number(lengths[0][1]),
    payloadLength: lengthsInRest[firstInRest] && Number(lengthsInRest[firstInRest][1]),
    ttl: number(outer, 'TTL') ?? number(outer, 'HOPLIMIT'),
    ipId: number(head, 'ID'),
    spt: number(outer, 'SPT'),
    dpt: number(outer, 'DPT'),
    window: number(outer, 'WINDOW'),
    urgp: number(outer, 'URGP'),
    icmpType: number(outer, 'TYPE'),
    icmpCode: number(outer, 'CODE'),
    icmpId: number(rest, 'ID'),
    icmpSeq: isIcmp ? number(rest, 'SEQ') : undefined,
    df: / DF(?: |$)/.test(outer),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

const byte = fc.nat(255)
const word = fc.nat(65_535)
const v4 = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join('.'))
const iface = fc.constantFrom('eth0', 'br-lan', 'eth0.1811', 'wbrdg-0afe0000', 'calibb6007ff7fc')
const maybe = (field: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
  fc.option(field, { nil: undefined }).map((value) => (value === undefined ? [] : [value]))
const unknown = fc.constantFrom(
  'XSRC=9.9.9.9',
  'MACSRC=02:00',
  'UID=1000',
  'CTMARK=0x1',
  'XSPT=1',
  'FOO=1',
  'PROTO2=UDP',
  'IDS=7',
  'WINDOWS=11',
)

interface Parts {
  readonly head: readonly string[]
  readonly rest: readonly string[]
}

const parts: fc.Arbitrary<Parts> = fc
  .record({
    src: v4,
    dst: v4,
    len: maybe(word.map((n) => `LEN=${n}`)),
    tos: maybe(fc.constantFrom('TOS=0x00', 'TOS=00', 'TOS=0xE0')),
    prec: maybe(fc.constant('PREC=0x00')),
    ttl: maybe(byte.map((n) => `TTL=${n}`)),
    id: maybe(word.map((n) => `ID=${n}`)),
    df: maybe(fc.constant('DF')),
    unknown: fc.array(unknown, { maxLength: 3 }),
    doubled: fc.array(fc.constantFrom('TTL=1', 'DF', 'TOS=0x08'), { maxLength: 2 }),
    rest: fc.oneof(
      fc
        .tuple(word, word, word, fc.constantFrom('SYN', 'ACK SYN', 'URG PSH FIN', ''))
        .map(([spt, dpt, window, flags]) => [
          'PROTO=TCP',
          `SPT=${spt}`,
          `DPT=${dpt}`,
          `WINDOW=${window}`,
          'RES=0x00',
          ...flags.split(' ').filter((flag) => flag !== ''),
          'URGP=0',
        ]),
      fc
        .tuple(word, word, word)
        .map(([spt, dpt, len]) => ['PROTO=UDP', `SPT=${spt}`, `DPT=${dpt}`, `LEN=${len}`]),
      fc
        .tuple(byte, byte, word, word)
        .map(([type, code, id, seq]) => [
          'PROTO=ICMP',
          `TYPE=${type}`,
          `CODE=${code}`,
          `ID=${id}`,
          `SEQ=${seq}`,
        ]),
      fc
        .tuple(byte, byte, v4, v4)
        .map(([type, code, src, dst]) => [
          'PROTO=ICMP',
          `TYPE=${type}`,
          `CODE=${code}`,
          `[SRC=${src} DST=${dst} LEN=60 TTL=9 ID=7 PROTO=UDP SPT=5 DPT=6 LEN=40 ]`,
        ]),
      byte
        .map((n) => [`PROTO=${n}`])
        .filter(([text]) => !['PROTO=1', 'PROTO=6', 'PROTO=17', 'PROTO=136'].includes(text ?? '')),
      fc.constant(['PROTO=ESP', 'SPI=0x12345678']),
    ),
  })
  .map(({ src, dst, len, tos, prec, ttl, id, df, unknown, doubled, rest }) => ({
    head: [
      `SRC=${src}`,
      `DST=${dst}`,
      ...len,
      ...tos,
      ...prec,
      ...ttl,
      ...id,
      ...df,
      ...unknown,
      ...doubled,
    ],
    rest,
  }))

const order = fc.infiniteStream(fc.nat())
function shuffled(fields: readonly string[], numbers: { next(): { value?: number } }): string[] {
  return fields
    .map((field) => [numbers.next().value ?? 0, field] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, field]) => field)
}

const start = fc
  .tuple(fc.option(iface, { nil: '' }), fc.option(iface, { nil: '' }))
  .map(([a, b]) => `IN=${a} OUT=${b}`)
const prefix = fc.constantFrom(
  '',
  'DROP ',
  '[UFW BLOCK] ',
  'Shorewall:net-fw:DROP:',
  'IN= x IN=y z: ',
  'a [1.5] "q" ',
)
const header = fc.constantFrom(
  '',
  'Mar 11 20:35:11 fw kernel: [ 12.345678] ',
  '2026-03-01T00:00:00+01:00 fw kernel: ',
  '<4>Mar  1 20:35:11 fw kernel[0]: ',
)

describe('any packet that can be printed', () => {
  it('is read as the obvious reader reads it, in any order within its two halves', () => {
    fc.assert(
      fc.property(header, prefix, start, parts, order, (header, prefix, start, parts, numbers) => {
        const body = [start, ...shuffled(parts.head, numbers), ...parts.rest].join(' ')
        const expected = oracle(body)
        const parsed = parseLine(`${header}${prefix}${body} `, { reference: REFERENCE })
        expect(parsed).toMatchObject({ result: 'packet', prefix: prefix.trim(), ...expected })
        for (const key of Object.keys(
          oracle(
            `IN=a OUT=b SRC=1 DST=1 LEN=1 TTL=1 ID=1 PROTO=ICMP TYPE=1 CODE=1 ID=1 SEQ=1 SPT=1 DPT=1 WINDOW=1 URGP=1 LEN=1`,
          ),
        ))
          if (!(key in expected)) expect(Object.keys(parsed), key).not.toContain(key)
      }),
      { numRuns: 400 },
    )
  })

  it('is the same wherever the batch is cut, and whatever stood before', () => {
    const line = fc
      .tuple(header, prefix, start, parts)
      .map(
        ([header, prefix, start, { head, rest }]) =>
          `${header}${prefix}${[start, ...head, ...rest].join(' ')}`,
      )
    const any = fc.oneof(
      line,
      fc.constantFrom('', 'kernel: eth0 up', 'IN=eth0 OUT= SRC=1.2.3', '{"message":"x"}'),
    )
    const options = {
      zone: 'UTC',
      profile: 'picket',
      verdicts: { drop: [], accept: [], audit: [] },
    } as const
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (lines, capacity) => {
          const alone: ParsedLine[] = lines.map((text) => parseLine(text, { reference: REFERENCE }))
          const batch = batchOf(lines, { reference: REFERENCE })
          const before = [...batch.bytes]
          const reader = new LineReader()
          expect(lines.map((_, i) => reader.read(batch, i))).toEqual(alone)

          const parser = createParser(options)
          const rows = new PacketRows(capacity)
          const found: number[][] = []
          for (let at = 0; at < batch.count;) {
            rows.count = 0
            at = parser.parse(batch, at, rows)
            for (let i = 0; i < rows.count; i++)
              found.push([R_LINE, R_FROM, R_TO].map((field) => rows.ints[i * ROW + field] ?? 0))
          }
          const packets = alone.flatMap(({ result }, i) =>
            result === 'packet' ? [[i, batch.at[2 * i] ?? 0, batch.at[2 * i + 1] ?? 0]] : [],
          )
          expect(found).toEqual(packets)
          const counts = parser.takeCounts()
          expect(counts.notAPacket + counts.malformed + found.length).toBe(lines.length)
          expect(parser.takeCounts()).toEqual({ notAPacket: 0, malformed: 0 })
          // Reading leaves no trace: others may still need the bytes.
          expect([...batch.bytes]).toEqual(before)
        },
      ),
    )
  })
})

describe('a line cut at any byte', () => {
  it('never names a source that the whole line does not', () => {
    fc.assert(
      fc.property(header, prefix, start, parts, fc.nat(), (header, prefix, start, parts, cut) => {
        const line = `${header}${prefix}${[start, ...parts.head, ...parts.rest].join(' ')}`
        const whole = parseLine(line, { reference: REFERENCE })
        const part = parseLine(line.slice(0, cut % line.length), { reference: REFERENCE })
        if (part.result === 'packet')
          expect(part).toMatchObject({ src: whole.result === 'packet' ? whole.src : '' })
        const tail = parseLine(line.slice(cut % line.length), { reference: REFERENCE })
        if (tail.result === 'packet')
          expect(tail).toMatchObject({ src: whole.result === 'packet' ? whole.src : '' })
      }),
      { numRuns: 300 },
    )
  })

  it('never gives another port', () => {
    fc.assert(
      fc.property(start, parts, fc.nat(), (start, parts, cut) => {
        const line = [start, ...parts.head, ...parts.rest].join(' ')
        const whole = parseLine(line)
        const part = parseLine(line.slice(0, cut % line.length))
        if (part.result === 'packet' && whole.result === 'packet')
          expect([part.spt, part.dpt]).toEqual([whole.spt, whole.dpt])
      }),
      { numRuns: 300 },
    )
  })
})
