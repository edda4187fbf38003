import { HOOKS } from '../model.ts'
import type { Base, Chain, Hook, Place, TableFamily } from '../model.ts'

/** Names of priorities (nft(8), "Standard priority names"). */
const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
}

/** `filter`, `filter + 10`, `-5` as a number; 0 for what is neither. */
export function priorityOf(words: readonly string[]): number {
  const text = words.join('')
  const match = /^([a-z]*)([+-]?\d{1,10})?$/.exec(text)
  if (match === null) return 0
  const name = match[1] ?? ''
  return (Object.hasOwn(PRIORITIES, name) ? PRIORITIES[name]! : 0) + Number(match[2] ?? 0)
}

/** Undefined for hooks that no packet to or through the host passes: ingress and egress of a device. */
export function baseOf(type: string, hook: string, priority: number): Base | undefined {
  return HOOKS.includes(hook as Hook)
    ? { hook: hook as Hook, priority, isFilter: type === 'filter' }
    : undefined
}

/** Tables of arp, bridge and netdev are not what Picket looks at. */
export function familyOf(word: string): TableFamily | undefined {
  return word === 'ip' || word === 'ip6' || word === 'inet' ? word : undefined
}

export function newChain(family: TableFamily, table: string, name: string, place: Place): Chain {
  return {
    family,
    table,
    name,
    syntax: 'nft',
    place,
    base: undefined,
    policy: 'accept',
    rules: [],
  }
}
