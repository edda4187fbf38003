import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddressText } from '../../../src/core/address.ts'
import type { DangerLevel } from '../../../src/core/detection.ts'
import { ALL_PORTS } from '../../../src/core/level-list/entry.ts'
import type { Criterion, LevelEntry } from '../../../src/core/level-list/entry.ts'
import { LevelLists, NO_ENTRY } from '../../../src/core/level-list/levels.ts'
import {
  PROTO_ICMP,
  PROTO_TCP,
  PROTO_UDP,
  R_DPT,
  R_PROTO,
  R_SRC,
  ROW,
} from '../../../src/core/row.ts'

/** Rows do not always begin at 0. */
const O = ROW

function packet(source: string, protocol = PROTO_TCP, port = 22): Int32Array {
  const rows = new Int32Array(3 * ROW).fill(-7)
  const words = new Int32Array(4)
  if (!parseAddressText(source, words)) throw new Error(source)
  rows.set(words, O + R_SRC)
  rows[O + R_PROTO] = protocol
  rows[O + R_DPT] = port
  return rows
}

function entry(network: string, level: number, criteria: readonly Criterion[] = []): LevelEntry {
  return { network, level: level as DangerLevel, criteria, list: 'auto_dl' }
}

/** The level that the entries give to the packet, undefined where none fits. */
function levelOf(entries: readonly LevelEntry[], rows: Int32Array): number | undefined {
  const lists = new LevelLists(entries)
  const index = lists.decide(rows, O)
  return index === NO_ENTRY ? undefined : lists.level(index)
}

const tcpAt = (low: number, high = low): Criterion => ({ protocol: PROTO_TCP, low, high })
const all = (protocol: number): Criterion => ({ protocol, ...ALL_PORTS })

describe('of the entries that hold the source', () => {
  test.each([
    ['none: no level', [entry('198.51.100.0/24', 5)], undefined],
    ['the only one decides', [entry('192.0.2.0/24', 3)], 3],
    ['the more specific decides, lower', [entry('192.0.2.0/24', 5), entry('192.0.2.9', 1)], 1],
    ['the more specific decides, first', [entry('192.0.2.9', 1), entry('192.0.2.0/24', 5)], 1],
    ['the more specific decides, not 0', [entry('192.0.2.0/24', 0), entry('192.0.2.9', 2)], 2],
    ['the more specific decides, 0', [entry('192.0.2.0/24', 5), entry('192.0.2.9', 0)], 0],
    ['of equals 0 decides', [entry('192.0.2.0/24', 5), entry('192.0.2.0/24', 0)], 0],
    ['of equals without 0 the highest', [entry('192.0.2.9', 2), entry('192.0.2.9/32', 4)], 4],
    [
      'an equal is one whatever its host part',
      [entry('192.0.2.1/24', 2), entry('192.0.2.7/24', 4)],
      4,
    ],
    [
      'a mask is as good as a length',
      [entry('192.0.2.0/255.255.255.0', 4), entry('192.0.0.0/16', 1)],
      4,
    ],
    ['a mask with holes holds what it says', [entry('192.0.2.9/255.0.255.255', 3)], 3],
    ['a mask with holes leaves the rest', [entry('192.0.3.0/255.0.255.0', 3)], undefined],
    [
      'of equally long masks 0 decides, though a lower one of that mask is elsewhere',
      [
        entry('192.0.2.0/255.0.255.0', 3),
        entry('11.0.6.0/255.0.255.0', 0),
        entry('192.0.0.0/16', 0),
      ],
      0,
    ],
    [
      'of equally long masks the highest',
      [
        entry('192.0.2.0/255.0.255.0', 3),
        entry('11.0.6.0/255.0.255.0', 5),
        entry('192.0.0.0/16', 4),
      ],
      4,
    ],
    ['everything is the least specific', [entry('0.0.0.0/0', 1), entry('128.0.0.0/1', 2)], 2],
    ['all of IPv6 holds no IPv4', [entry('::/0', 5)], undefined],
    [
      'an IPv6 network around the mapped addresses holds no IPv4',
      [entry('::ffff:0:0/64', 5)],
      undefined,
    ],
    ['a mapped address is the IPv4 one', [entry('::ffff:192.0.2.9', 5)], 5],
  ])('%s', (_, entries, level) => {
    expect(levelOf(entries, packet('192.0.2.9'))).toBe(level)
  })

  test.each([
    [[entry('2001:db8::/32', 3)], 3],
    [[entry('2001:db8::/32', 3), entry('2001:db8::9', 0)], 0],
    [[entry('::/0', 2)], 2],
    [[entry('0.0.0.0/0', 5)], undefined],
    [[entry('2001:db9::/32', 5)], undefined],
  ])('IPv6 sources are looked for alike: %j', (entries, level) => {
    expect(levelOf(entries, packet('2001:db8::9'))).toBe(level)
  })
})

describe('criteria', () => {
  test.each([
    ['any packet', [], PROTO_UDP, 53, true],
    ['the protocol', [all(PROTO_TCP)], PROTO_TCP, 22, true],
    ['the protocol, where the packet has no port', [all(PROTO_TCP)], PROTO_TCP, -1, true],
    ['another protocol', [all(PROTO_UDP)], PROTO_TCP, 22, false],
    ['ICMP, which has no ports', [all(PROTO_ICMP)], PROTO_ICMP, -1, true],
    ['ICMPv6 is no ICMP', [all(PROTO_ICMP)], 58, -1, false],
    ['the port', [tcpAt(22)], PROTO_TCP, 22, true],
    ['the port below', [tcpAt(22)], PROTO_TCP, 21, false],
    ['the lowest of a range', [tcpAt(20, 25)], PROTO_TCP, 20, true],
    ['the highest of a range', [tcpAt(20, 25)], PROTO_TCP, 25, true],
    ['beyond a range', [tcpAt(20, 25)], PROTO_TCP, 26, false],
    ['the port in another protocol', [tcpAt(22)], PROTO_UDP, 22, false],
    ['a fragment without a port', [tcpAt(22)], PROTO_TCP, -1, false],
    ['one of several', [all(PROTO_UDP), tcpAt(1), tcpAt(22)], PROTO_TCP, 22, true],
  ])('%s', (_, criteria, protocol, port, fits) => {
    expect(levelOf([entry('192.0.2.9', 4, criteria)], packet('192.0.2.9', protocol, port))).toBe(
      fits ? 4 : undefined,
    )
  })

  test('that do not fit leave the decision to a wider entry', () => {
    const entries = [entry('192.0.2.9', 0, [tcpAt(22)]), entry('192.0.2.0/24', 3)]
    expect(levelOf(entries, packet('192.0.2.9', PROTO_TCP, 22))).toBe(0)
    expect(levelOf(entries, packet('192.0.2.9', PROTO_TCP, 23))).toBe(3)
  })
})

test('names the entry behind a level', () => {
  const lists = new LevelLists([
    { ...entry('192.0.2.0/24', 3), list: 'drop' },
    { ...entry('192.0.2.9', 4), list: 'auto_dl' },
  ])
  const words = new Int32Array(4)
  parseAddressText('192.0.2.9', words)
  const [a0, a1, a2, a3] = [...words] as [number, number, number, number]
  expect(lists.nameOf(a0, a1, a2, a3, 4)).toBe('auto_dl 192.0.2.9')
  expect(lists.nameOf(a0, a1, a2, a3, 3)).toBe('drop 192.0.2.0/24')
})

test('refuses what is no network, and names it', () => {
  expect(() => new LevelLists([entry('192.0.2.0/24', 1), entry('nowhere', 1)])).toThrow(/"nowhere"/)
  expect(new LevelLists([]).isEmpty).toBe(true)
})

/** One by one, as psad.md 3.4 says, with 128-bit numbers in place of words. */
function oracle(
  entries: readonly LevelEntry[],
  source: string,
  protocol: number,
  port: number,
): number | undefined {
  const bits = (text: string): bigint => {
    const words = new Int32Array(4)
    if (!parseAddressText(text, words)) throw new Error(text)
    return words.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n)
  }
  const fitting = entries
    .map(({ network, level, criteria }) => {
      const [address = '', suffix] = network.split('/')
      const width = address.includes(':') ? 128 : 32
      const mask =
        suffix?.includes('.') === true
          ? suffix.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
          : ((1n << BigInt(suffix ?? width)) - 1n) << BigInt(width - Number(suffix ?? width))
      const length = mask.toString(2).replaceAll('0', '').length
      const holds =
        address.includes(':') === source.includes(':') &&
        (bits(address) & mask) === (bits(source) & mask)
      const fits =
        criteria.length === 0 ||
        criteria.some(
          (c) =>
            c.protocol === protocol &&
            (port < 0 ? c.low === 0 && c.high === 65_535 : c.low <= port && port <= c.high),
        )
      return { length, level, counts: holds && fits }
    })
    .filter(({ counts }) => counts)
  if (fitting.length === 0) return undefined
  const longest = Math.max(...fitting.map(({ length }) => length))
  const levels = fitting.filter(({ length }) => length === longest).map(({ level }) => level)
  return levels.includes(0) ? 0 : Math.max(...levels)
}

test('decides as one would who looks at each entry', () => {
  const v4 = fc
    .tuple(fc.constantFrom(10, 11), fc.nat(1), fc.nat(3), fc.nat(3))
    .map((parts) => parts.join('.'))
  const v6 = fc.tuple(fc.nat(1), fc.nat(3)).map(([net, host]) => `2001:db8:${net}::${host}`)
  const address = fc.oneof({ weight: 3, arbitrary: v4 }, v6)
  const mask = fc.constantFrom('', '/0', '/8', '/15', '/16', '/24', '/30', '/31', '/32')
  const odd = fc.constantFrom('/255.0.255.0', '/255.255.0.0', '/0.0.0.3', '/255.0.0.255')
  const network = fc.oneof(
    fc.tuple(address, mask).map((parts) => parts.join('')),
    fc.tuple(v4, odd).map((parts) => parts.join('')),
    fc.tuple(v6, fc.constantFrom('/48', '/127')).map((parts) => parts.join('')),
  )
  const criterion = fc
    .tuple(
      fc.constantFrom(PROTO_TCP, PROTO_UDP, PROTO_ICMP),
      fc.option(fc.tuple(fc.nat(4), fc.nat(2))),
    )
    .map(([protocol, range]) =>
      range === null ? all(protocol) : { protocol, low: range[0], high: range[0] + range[1] },
    )
  const entries = fc.array(
    fc
      .tuple(network, fc.nat(5), fc.array(criterion, { maxLength: 2 }))
      .map((facts) => entry(...facts)),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(
      entries,
      address,
      fc.constantFrom(PROTO_TCP, PROTO_UDP, PROTO_ICMP, 58),
      fc.integer({ min: -1, max: 7 }),
      (listed, source, protocol, port) => {
        const rows = packet(source, protocol, port)
        const level = levelOf(listed, rows)
        expect(level).toBe(oracle(listed, source, protocol, port))
        const at = O + R_SRC
        const knows = new LevelLists(listed).knows(
          rows[at]!,
          rows[at + 1]!,
          rows[at + 2]!,
          rows[at + 3]!,
        )
        // A source that is not known is never asked for again.
        expect(knows || level === undefined).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})

test('holds a hundred thousand entries and finds each', () => {
  const address = (i: number): string => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
  const lists = new LevelLists(
    Array.from({ length: 100_000 }, (_, i) => entry(address(i), 1 + (i % 5))),
  )
  for (const i of [0, 1, 255, 256, 65_535, 65_536, 99_999])
    expect(lists.level(lists.decide(packet(address(i)), O))).toBe(1 + (i % 5))
  expect(lists.decide(packet(address(100_000)), O)).toBe(NO_ENTRY)
})
