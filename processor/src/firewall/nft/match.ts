import { ANY, MOST, protocolCondition, SOME } from '../condition.ts'
import type { Condition } from '../condition.ts'
import { tcpFlagBits } from '../tcp-flags.ts'

/** One comparison, the same from text and from JSON. */
export interface Match {
  /** The left side, as `ip saddr`, `meta l4proto`, `iifname`; without `meta` where nft may leave it out. */
  readonly left: string
  /** Bits of the left side that are looked at. */
  readonly mask?: readonly string[]
  readonly negated: boolean
  /** `<`, `>=` and the like: never a plain comparison. */
  readonly isRange: boolean
  /** `==` is written: for flags, all of them and no other. */
  readonly isExact: boolean
  readonly values: readonly string[]
}

/** Sets and maps of the table, by name: their elements, if all are plain values. */
export type NamedSets = ReadonlyMap<string, readonly string[]>

export function conditionOf(match: Match, sets: NamedSets): Condition {
  const { negated, isRange } = match
  const values = match.values.flatMap((value) =>
    value.startsWith('@') ? (sets.get(value.slice(1)) ?? [value]) : [value],
  )
  if (isRange) return SOME
  if (match.left.startsWith('fib ')) return fib(match, values)
  switch (match.left) {
    case 'meta l4proto':
    case 'ip protocol':
    case 'ip6 nexthdr':
      return values.some((value) => value.startsWith('@'))
        ? some(negated)
        : protocolCondition(values, negated)
    case 'meta iifname':
    case 'meta iif':
      return { kind: 'interface', direction: 'in', names: values, negated }
    case 'meta oifname':
    case 'meta oif':
      return { kind: 'interface', direction: 'out', names: values, negated }
    case 'ct state':
      return { kind: 'state', states: values, negated }
    case 'meta nfproto':
      return { kind: 'family', family: values.includes('ipv6') ? 'ip6' : 'ip', negated }
    case 'meta protocol':
    case 'ether type':
      return values.length === 1 && (values[0] === 'ip' || values[0] === 'ip6')
        ? { kind: 'family', family: values[0], negated }
        : some(negated)
    case 'meta pkttype':
      return some((values.includes('host') || values.includes('unicast')) !== negated)
    case 'tcp flags':
      return flags(match, values)
    case 'ip saddr':
    case 'ip daddr':
    case 'ip6 saddr':
    case 'ip6 daddr':
      return some(values.some((value) => value.endsWith('/0')) !== negated)
    default:
      return some(
        values.length === 1 && (values[0] === '0-65535' || values[0] === '1-65535')
          ? !negated
          : negated,
      )
  }
}

/** A comparison of a protocol's field holds for that protocol only: nft adds the dependency itself. */
export function impliedBy(left: string): Condition {
  const [first = ''] = left.split(' ')
  switch (first) {
    case 'ip':
    case 'icmp':
    case 'igmp':
      return first === 'ip'
        ? { kind: 'family', family: 'ip', negated: false }
        : protocolCondition([first], false)
    case 'ip6':
      return { kind: 'family', family: 'ip6', negated: false }
    case 'icmpv6':
    case 'tcp':
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
    case 'esp':
    case 'ah':
    case 'comp':
      return protocolCondition([first], false)
    default:
      return ANY
  }
}

/** `fib daddr type local`, `fib saddr . iif oif missing` (no way back to the source: some packets). */
function fib({ left, negated }: Match, values: readonly string[]): Condition {
  if (left.endsWith(' type'))
    return {
      kind: 'address-type',
      of: left.startsWith('fib daddr') ? 'destination' : 'source',
      types: values,
      negated,
    }
  return some(values.includes('exists') !== negated)
}

function flags(match: Match, values: readonly string[]): Condition {
  const set = tcpFlagBits(values)
  const mask = match.mask === undefined ? undefined : tcpFlagBits(match.mask)
  if (set === undefined || (match.mask !== undefined && mask === undefined))
    return some(match.negated)
  // `tcp flags syn` is true if the flag is among others; with a mask or `==` it must be all there is.
  const any = mask === undefined && !match.isExact && !match.negated
  return { kind: 'flags', mask: mask ?? 255, set, any, negated: match.negated }
}

function some(isMost: boolean): Condition {
  return isMost ? MOST : SOME
}
