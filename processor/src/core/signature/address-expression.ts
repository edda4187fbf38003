import { formatAddress, parseAddressText } from '../address.ts'
import { RuleSyntaxError } from './rule-text.ts'
import { parseList } from './variables.ts'
import type { ListItem, RuleVariables } from './variables.ts'

/** Addresses of one side of a rule: lists, exclusions and all. */
export interface AddressExpression {
  /** As a rule may write it, variables put in: the same text for the same addresses written the same way. */
  readonly text: string
  contains(a0: number, a1: number, a2: number, a3: number): boolean
}

type Node =
  | { readonly kind: 'any' }
  | { readonly kind: 'net'; readonly net: Net }
  /** Inside one of `wanted` (all addresses if there is none) and in none of `unwanted`. */
  | { readonly kind: 'list'; readonly wanted: readonly Node[]; readonly unwanted: readonly Node[] }

/** Address and mask as four ints each. */
interface Net {
  readonly a: readonly [number, number, number, number]
  readonly m: readonly [number, number, number, number]
}

const ANY: Node = { kind: 'any' }

/**
 * Reads `any`, addresses, CIDRs, `a.b.c.d/m.m.m.m`, IPv6, lists, `!` and variables; undefined = any.
 * Throws a `RuleSyntaxError`, also for what can hold no address, such as `!any`.
 */
export function parseAddresses(
  text: string,
  offset: number,
  variables: RuleVariables,
): AddressExpression | undefined {
  const node = simplify(listOf(parseList(text, offset, variables)))
  if (node === undefined) {
    throw new RuleSyntaxError(`no address is in "${text}": it excludes everything`, offset)
  }
  if (node.kind === 'any') return undefined
  return { text: textOf(node), contains: (a0, a1, a2, a3) => holds(node, a0, a1, a2, a3) }
}

function listOf(items: readonly ListItem[]): Node {
  const nodeOf = (item: ListItem): Node =>
    item.kind === 'list' ? listOf(item.items) : valueOf(item.text, item.offset)
  return {
    kind: 'list',
    wanted: items.filter((item) => !item.not).map(nodeOf),
    unwanted: items.filter((item) => item.not).map(nodeOf),
  }
}

/** Unwraps lists of one and finds out whether a list is everything; undefined = nothing is inside. */
function simplify(node: Node): Node | undefined {
  if (node.kind !== 'list') return node
  const wanted = node.wanted.map(simplify).filter((inner) => inner !== undefined)
  const unwanted = node.unwanted.map(simplify).filter((inner) => inner !== undefined)
  if (unwanted.some((inner) => inner.kind === 'any')) return undefined
  if (node.wanted.length > 0 && wanted.length === 0) return undefined
  const all = wanted.length === 0 || wanted.some((inner) => inner.kind === 'any')
  if (unwanted.length === 0) {
    if (all) return ANY
    if (wanted.length === 1) return wanted[0]
  }
  return { kind: 'list', wanted: all ? [] : wanted, unwanted }
}

function holds(node: Node, a0: number, a1: number, a2: number, a3: number): boolean {
  switch (node.kind) {
    case 'any':
      return true
    case 'net': {
      const { a, m } = node.net
      return (
        (a3 & m[3]) === a[3] && (a2 & m[2]) === a[2] && (a1 & m[1]) === a[1] && (a0 & m[0]) === a[0]
      )
    }
    case 'list':
      return (
        (node.wanted.length === 0 || node.wanted.some((inner) => holds(inner, a0, a1, a2, a3))) &&
        !node.unwanted.some((inner) => holds(inner, a0, a1, a2, a3))
      )
  }
}

function textOf(node: Node): string {
  switch (node.kind) {
    case 'any':
      return 'any'
    case 'net':
      return netText(node.net)
    case 'list': {
      const wanted = node.wanted.map(textOf).toSorted()
      const unwanted = node.unwanted.map((inner) => `!${textOf(inner)}`).toSorted()
      return `[${[...wanted, ...unwanted].join(',')}]`
    }
  }
}

function netText({ a, m }: Net): string {
  const bits = m.reduce((sum, word) => sum + Math.clz32(~word), 0)
  const isIpv4 = bits >= 96 && a[0] === 0 && a[1] === 0 && a[2] === 0xffff
  const [length, full] = isIpv4 ? [bits - 96, 32] : [bits, 128]
  return `${formatAddress(...a)}${length === full ? '' : `/${length}`}`
}

function valueOf(text: string, offset: number): Node {
  if (/^(?:any|NOT_USED)$/i.test(text)) return ANY
  const [address, mask, ...more] = text.split('/')
  const v4 = more.length === 0 ? parseIpv4(address!) : undefined
  const v6 = more.length === 0 && v4 === undefined ? parseIpv6(address!) : undefined
  if (v4 === undefined && v6 === undefined) {
    throw new RuleSyntaxError(
      `"${text}" is not an address (any, address, CIDR, address/mask, [list], !, $NAME)`,
      offset,
    )
  }
  const prefix = mask === undefined ? 128 : prefixOf(mask, v4 !== undefined)
  if (prefix === undefined) {
    throw new RuleSyntaxError(`"${mask}" is not a prefix length or a mask`, offset)
  }
  const [a0, a1, a2, a3] = v6 ?? [0, 0, 0xffff, v4!]
  const m = [0, 32, 64, 96].map((start) => maskWord(prefix - start)) as [
    number,
    number,
    number,
    number,
  ]
  return { kind: 'net', net: { a: [a0 & m[0], a1 & m[1], a2 & m[2], a3 & m[3]], m } }
}

function maskWord(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? -1 : -1 << (32 - bits)
}

/** Prefix length in the 128-bit form. */
function prefixOf(mask: string, isIpv4: boolean): number | undefined {
  if (/^\d{1,3}$/.test(mask)) {
    const length = Number(mask) + (isIpv4 ? 96 : 0)
    return length <= 128 ? length : undefined
  }
  const word = isIpv4 ? parseIpv4(mask) : undefined
  if (word === undefined) return undefined
  const ones = Math.clz32(~word)
  return maskWord(ones) === word ? 96 + ones : undefined
}

function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  if (!parts || parts.some((part) => part > 255)) return undefined
  return parts.reduce((word, part) => (word << 8) | part, 0)
}

function parseIpv6(text: string): [number, number, number, number] | undefined {
  const words = new Int32Array(4)
  if (!text.includes(':') || text.includes('%') || !parseAddressText(text, words)) return undefined
  return [words[0]!, words[1]!, words[2]!, words[3]!]
}
