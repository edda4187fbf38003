import { F_DF, F_FRAGMENT, F_MF } from '../row.ts'
import { IP_OPTIONS } from './ip-options.ts'
import { FLAG_LETTERS, PLAIN_FLAGS } from './keywords.ts'
import { ruleProtocolName } from './protocols.ts'
import type { ReadRule, RuleEnd } from './read-rule.ts'
import type { BitsTest, NumberFieldName, RuleTest } from './rule-test.ts'
import type { RangeTest } from './signature.ts'

/**
 * A rule in one plain form, as it was understood: variables put in, every keyword by one name, ranges as `a:b`. Read again, it
 * matches the same packets; what had no effect (flow:to_server, gid) is gone. For rules that were not read as psad reads.
 */
export function printRule(rule: ReadRule): string {
  const { facts } = rule
  const options = [`msg:${quoted(facts.message ?? '')}`, ...rule.tests.map(printTest)]
  const { threshold } = facts
  if (threshold !== undefined) {
    const track = threshold.track === 'source' ? 'by_src' : 'by_dst'
    const how = `track ${track}, count ${threshold.count}, seconds ${threshold.seconds}`
    options.push(
      threshold.type === 'filter'
        ? `detection_filter:${how}`
        : `threshold:type ${threshold.type}, ${how}`,
    )
  }
  for (const reference of facts.references) options.push(`reference:${word(reference)}`)
  if (facts.classtype !== undefined) options.push(`classtype:${word(facts.classtype)}`)
  if (facts.derivedSids.length > 0) options.push(`psad_derived_sids:${facts.derivedSids.join(',')}`)
  if (facts.sid !== undefined) options.push(`sid:${facts.sid}`)
  if (facts.psadId !== undefined) options.push(`psad_id:${facts.psadId}`)
  if (facts.level !== undefined) options.push(`psad_dl:${facts.level}`)
  if (facts.revision !== undefined) options.push(`rev:${facts.revision}`)
  if (facts.note) options.push('picket_note')
  const direction = rule.bothWays ? '<>' : '->'
  return `alert ${ruleProtocolName(rule.protocol)} ${end(rule.from)} ${direction} ${end(rule.to)} (${options.join('; ')};)`
}

function end({ addresses, ports }: RuleEnd): string {
  return `${addresses?.text ?? 'any'} ${ports === undefined ? 'any' : printPorts(ports)}`
}

function printPorts(ports: readonly RangeTest[]): string {
  const list = ports.map(range)
  return list.length === 1 ? list.join() : `[${list.join(',')}]`
}

function range({ min, max, not }: RangeTest): string {
  return `${not ? '!' : ''}${min === max ? min : `${min}:${max}`}`
}

const KEYWORD_OF: Readonly<Record<NumberFieldName, string>> = {
  ttl: 'ttl',
  id: 'id',
  length: 'psad_ip_len',
  tos: 'tos',
  protocol: 'ip_proto',
  window: 'window',
  seq: 'seq',
  ack: 'ack',
  icmpType: 'itype',
  icmpCode: 'icode',
  icmpId: 'icmp_id',
  icmpSeq: 'icmp_seq',
  size: 'dsize',
}

function printTest(test: RuleTest): string {
  switch (test.kind) {
    case 'number':
      return `${KEYWORD_OF[test.field]}:${range(test)}`
    case 'bits':
      return test.of === 'tcp' ? `flags:${printFlags(test)}` : printPacketBits(test)
    case 'ip-option':
      return `ipopts:${nameOf(IP_OPTIONS, test.option)}`
    case 'same-address':
      return 'sameip'
    case 'sequence-is-destination':
      return 'picket_seq_is_destination'
    case 'id-is-masscan':
      return 'picket_id_is_masscan'
  }
}

function printFlags({ mask, value, any }: BitsTest): string {
  if (any) return `*${letters(mask)}`
  if (mask === 0) return `0+`
  const ignored = PLAIN_FLAGS & ~mask
  if (ignored === 0) return letters(value)
  if (mask === value) return `${letters(value)}+`
  return value === 0 ? `!${letters(mask)}` : `${letters(value)},${letters(ignored)}`
}

function letters(bits: number): string {
  const found = Object.entries(FLAG_LETTERS).flatMap(([letter, bit]) =>
    (bits & bit) !== 0 && /[A-Z]/.test(letter) ? [letter] : [],
  )
  return found.length === 0 ? '0' : found.join('')
}

function printPacketBits({ mask, value, any }: BitsTest): string {
  if ((mask & F_FRAGMENT) !== 0) return `fragoffset:${value === 0 ? '0' : '!0'}`
  const named = (bits: number): string =>
    `${(bits & F_DF) === 0 ? '' : 'D'}${(bits & F_MF) === 0 ? '' : 'M'}`
  if (any) return `fragbits:*${named(mask)}`
  if (value === 0) return `fragbits:!${named(mask)}`
  return `fragbits:${named(value)}${mask === value ? '+' : ''}`
}

function nameOf(names: Readonly<Record<string, number>>, number: number): string {
  return Object.entries(names).find(([, value]) => value === number)?.[0] ?? `${number}`
}

function word(value: string): string {
  return /[;()"\\]|^\s|\s$|^$/.test(value) ? quoted(value) : value
}

function quoted(value: string): string {
  return `"${value.replace(/["\\;]/g, '\\$&')}"`
}
