import type { Family } from './model.ts'
import type { Probe } from './probe.ts'

/** What a rule asks of a packet, as far as it matters to a packet from anywhere to a port that nobody opened. */
export type Condition =
  | { readonly kind: 'any' }
  | { readonly kind: 'protocol'; readonly protocols: readonly string[]; readonly negated: boolean }
  | {
      readonly kind: 'interface'
      readonly direction: 'in' | 'out'
      /** A trailing `*` stands for any ending. */
      readonly names: readonly string[]
      readonly negated: boolean
    }
  | { readonly kind: 'state'; readonly states: readonly string[]; readonly negated: boolean }
  | { readonly kind: 'family'; readonly family: Family; readonly negated: boolean }
  | {
      readonly kind: 'flags'
      readonly mask: number
      readonly set: number
      /** One of `set` is enough. */
      readonly any: boolean
      readonly negated: boolean
    }
  | {
      readonly kind: 'address-type'
      readonly of: 'source' | 'destination'
      readonly types: readonly string[]
      readonly negated: boolean
    }
  /** Some packets and not others: ports, addresses, sets, marks, whatever else. Negated: all but a few. */
  | { readonly kind: 'some'; readonly negated: boolean }

export const ANY: Condition = { kind: 'any' }
export const SOME: Condition = { kind: 'some', negated: false }
export const MOST: Condition = { kind: 'some', negated: true }

/** Whether packets such as the probe meet a condition: all, none or some of them. */
export type Share = 'all' | 'none' | 'some'

export function shareOf(condition: Condition, probe: Probe): Share {
  switch (condition.kind) {
    case 'any':
      return 'all'
    case 'some':
      return condition.negated ? 'all' : 'some'
    case 'protocol':
      return protocolShare(condition.protocols, condition.negated, probe)
    case 'interface':
      return interfaceShare(condition.names, probe[condition.direction], condition.negated)
    case 'state':
      return claim(condition.states.includes(probe.state), condition.negated)
    case 'family':
      return claim(condition.family === probe.family, condition.negated)
    case 'flags': {
      if (probe.protocol !== 'tcp') return 'none'
      const bits = probe.flags & condition.mask
      return claim(
        condition.any ? (bits & condition.set) !== 0 : bits === condition.set,
        condition.negated,
      )
    }
    case 'address-type':
      return claim(
        condition.types.includes(
          condition.of === 'destination' && probe.hook === 'input' ? 'local' : 'unicast',
        ),
        condition.negated,
      )
  }
}

/** `eth*` is a pattern; an interface that no rule names is met by `*` alone. */
export function interfaceMatches(pattern: string, name: string | undefined): boolean {
  if (pattern === '*') return true
  if (name === undefined) return false
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}

function interfaceShare(
  names: readonly string[],
  name: string | undefined,
  negated: boolean,
): Share {
  for (const pattern of names) if (interfaceMatches(pattern, name)) return claim(true, negated)
  return claim(false, negated)
}

function claim(isTrue: boolean, negated: boolean): Share {
  return isTrue !== negated ? 'all' : 'none'
}

/** Names as shareOf knows them: `6` is tcp, `ipv6-icmp` is icmpv6. */
export function protocolCondition(protocols: readonly string[], negated: boolean): Condition {
  const names = protocols.map((name) => {
    const word = name.toLowerCase()
    return Object.hasOwn(NAMES, word) ? NAMES[word]! : word
  })
  return { kind: 'protocol', protocols: names, negated }
}

const NAMES: Readonly<Record<string, string>> = {
  '0': 'all',
  any: 'all',
  ip: 'all',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
  'ipv6-icmp': 'icmpv6',
  icmp6: 'icmpv6',
}

function protocolShare(protocols: readonly string[], negated: boolean, probe: Probe): Share {
  if (protocols.includes('all')) return claim(true, negated)
  if (probe.protocol === 'other') {
    const others = protocols.some((name) => !['tcp', 'udp', 'icmp', 'icmpv6'].includes(name))
    if (negated) return 'all'
    return others ? 'some' : 'none'
  }
  const wanted = probe.protocol === 'icmp' && probe.family === 'ip6' ? 'icmpv6' : probe.protocol
  return claim(protocols.includes(wanted), negated)
}
