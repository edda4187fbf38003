import { R_ACK, R_DPT, R_SEEN, R_SEQ, R_SPT, R_TCP, SEEN_ACK, SEEN_SEQ } from '../row.ts'
import type { CompiledRule } from './compile.ts'
import { payloadSize } from './payload-size.ts'
import { NUMBER_FIELDS } from './rule-test.ts'
import type { BitsTest, NumberFieldName } from './rule-test.ts'

export interface Interval {
  readonly min: number
  readonly max: number
}

/** Something of a packet that rules ask for. */
export interface IndexField {
  readonly of: NumberFieldName | 'dport' | 'sport' | 'flags'
  readonly slot: number
  readonly max: number
  /** Part of the IPv4 header. */
  readonly ip: boolean
  /**
   * How unevenly traffic spreads over the values: most packets are SYN packets, hardly any have one IP id. Rules are put in
   * order by the field where the share of values they ask for, times this, is least.
   */
  readonly weight: number
}

export const SIZE_SLOT = 100

const number = (of: NumberFieldName, weight: number): IndexField => ({
  of,
  slot: NUMBER_FIELDS[of].slot < 0 ? SIZE_SLOT : NUMBER_FIELDS[of].slot,
  max: NUMBER_FIELDS[of].max,
  ip: NUMBER_FIELDS[of].ip,
  weight,
})

/** For the order of rules the first of equals is taken. */
export const INDEX_FIELDS: readonly IndexField[] = [
  { of: 'dport', slot: R_DPT, max: 65_535, ip: false, weight: 1 },
  number('id', 1),
  { of: 'sport', slot: R_SPT, max: 65_535, ip: false, weight: 1 },
  number('icmpId', 1),
  number('icmpSeq', 2),
  number('seq', 1),
  number('ack', 1),
  number('window', 3),
  number('length', 4),
  number('ttl', 4),
  number('size', 4),
  number('icmpType', 16),
  number('protocol', 16),
  number('icmpCode', 32),
  number('tos', 64),
  { of: 'flags', slot: R_TCP, max: 255, ip: false, weight: 64 },
]

/** The packet's value of the field in `slot`, -1 if it has none. */
export function valueAt(rows: Int32Array, o: number, slot: number, psadSizes: boolean): number {
  switch (slot) {
    case R_TCP:
      // Without ports there was no TCP header to read flags from.
      return rows[o + R_DPT]! < 0 ? -1 : rows[o + R_TCP]!
    case R_SEQ:
      return (rows[o + R_SEEN]! & SEEN_SEQ) === 0 ? -1 : rows[o + R_SEQ]! >>> 0
    case R_ACK:
      return (rows[o + R_SEEN]! & SEEN_ACK) === 0 ? -1 : rows[o + R_ACK]! >>> 0
    case SIZE_SLOT:
      return payloadSize(rows, o, psadSizes)
    default:
      return rows[o + slot]!
  }
}

/**
 * Values of the field outside of which the rule cannot match; undefined = the rule does not ask for it. max + 1 stands for
 * all that is above the field's own range (a damaged line can say TTL=999).
 */
export function intervalsOf(rule: CompiledRule, field: IndexField): Interval[] | undefined {
  if (field.of === 'dport') return rule.dports?.map(({ min, max }) => ({ min, max }))
  if (field.of === 'sport') return rule.sports?.map(({ min, max }) => ({ min, max }))
  if (field.of === 'flags') return flagIntervals(rule)
  let narrowest: Interval[] | undefined
  let least = Infinity
  for (const test of rule.tests) {
    if (test.kind !== 'number' || test.field !== field.of) continue
    const intervals = test.not
      ? [
          { min: 0, max: test.min - 1 },
          { min: test.max + 1, max: field.max + 1 },
        ].filter(({ min, max }) => min <= max)
      : [{ min: test.min, max: test.max }]
    const width = intervals.reduce((sum, { min, max }) => sum + max - min + 1, 0)
    if (width < least) {
      narrowest = intervals
      least = width
    }
  }
  return narrowest
}

function flagIntervals(rule: CompiledRule): Interval[] | undefined {
  const tests = rule.tests.filter((test) => test.kind === 'bits').filter(({ of }) => of === 'tcp')
  if (tests.length === 0) return undefined
  const intervals: { min: number; max: number }[] = []
  for (let flags = 0; flags < 256; flags++) {
    if (!tests.every((test) => suits(test, flags))) continue
    const last = intervals.at(-1)
    if (last?.max === flags - 1) last.max = flags
    else intervals.push({ min: flags, max: flags })
  }
  return intervals
}

function suits({ any, mask, value }: BitsTest, flags: number): boolean {
  return any ? (flags & mask) !== 0 : (flags & mask) === value
}
