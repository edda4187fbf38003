import { addressKey, isIn, parseNetwork, type Network } from './address'
import type { Attacker, PortRange } from './model'

/** Whose address a word means. */
type Side = 'source' | 'destination' | 'either'

/** One word of a search. */
export type Term =
  | { readonly kind: 'network'; readonly network: Network; readonly of: Side }
  | { readonly kind: 'address'; readonly key: string; readonly of: Side }
  | { readonly kind: 'name'; readonly text: string; readonly of: 'source' | 'destination' }
  | {
      readonly kind: 'port'
      readonly protocol: string | undefined
      readonly low: number
      readonly high: number
    }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'word'; readonly text: string }

/**
 * Reads what was typed into a search box. All words must hold:
 * `203.0.113.9`, `203.0.113.0/24`, `2001:db8::/32` (source or destination; `src:` and `dst:` before it say which), `22`,
 * `tcp/22`, `1000-2000`, `udp/1000-2000` (port; a single number also is a signature's id), other words anywhere in what is known.
 */
export function parseSearch(text: string): Term[] {
  return text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(termOf)
}

/** What is searched, prepared once a model. */
export interface SearchIndex {
  /** By place in the list: everything that is known of an attacker in words, lower case. */
  readonly texts: readonly string[]
  /** `addressKey`, remembered: destinations come again and again. */
  keyOf(address: string): string | undefined
}

export function searchIndex(attackers: readonly Attacker[]): SearchIndex {
  const keys = new Map<string, string | undefined>()
  return {
    texts: attackers.map(textOf),
    keyOf(address) {
      if (!keys.has(address)) keys.set(address, addressKey(address))
      return keys.get(address)
    },
  }
}

/** `place` is the attacker's in the list of which the index was made. */
export function matches(
  attacker: Attacker,
  place: number,
  terms: readonly Term[],
  { texts, keyOf }: SearchIndex,
): boolean {
  return terms.every((term) => holds(term, attacker, texts[place] ?? '', keyOf))
}

const NUMBER = /^\d{1,10}$/
const PORTS = /^(?:([a-z][a-z\d-]*)\/)?(\d{1,5})(?:-(\d{1,5}))?$/
const HIGHEST_PORT = 65_535

function termOf(word: string): Term {
  const [, side, rest = word] = /^(src|dst):(.+)$/.exec(word) ?? []
  const of = side === undefined ? 'either' : side === 'src' ? 'source' : 'destination'
  const network = parseNetwork(rest)
  if (network !== undefined) return { kind: 'network', network, of }
  const key = addressKey(rest)
  if (key !== undefined) return { kind: 'address', key, of }
  if (of !== 'either') return { kind: 'name', text: rest, of }
  if (NUMBER.test(word)) return { kind: 'number', value: Number(word) }
  const [, protocol, low, high = low] = PORTS.exec(word) ?? []
  if (low !== undefined && high !== undefined) {
    const ends = [Number(low), Number(high)] as const
    if (Math.max(...ends) <= HIGHEST_PORT) {
      return { kind: 'port', protocol, low: Math.min(...ends), high: Math.max(...ends) }
    }
  }
  return { kind: 'word', text: word }
}

function holds(term: Term, attacker: Attacker, text: string, keyOf: SearchIndex['keyOf']): boolean {
  const someAddress = (of: Side, holdsFor: (address: string) => boolean) =>
    (of !== 'destination' && holdsFor(attacker.source)) ||
    (of !== 'source' && attacker.destinations.some(({ address }) => holdsFor(address)))
  switch (term.kind) {
    case 'network':
      return someAddress(term.of, (address) => {
        const key = keyOf(address)
        return key !== undefined && isIn(key, term.network)
      })
    case 'address':
      return someAddress(term.of, (address) => keyOf(address) === term.key)
    case 'name':
      return someAddress(term.of, (address) => address.toLowerCase().includes(term.text))
    case 'port':
      return hasPort(attacker.ports, term.low, term.high, term.protocol)
    case 'number':
      return (
        hasPort(attacker.ports, term.value, term.value) ||
        attacker.signatures.some(({ sid }) => sid === term.value)
      )
    case 'word':
      return text.includes(term.text)
  }
}

function hasPort(
  ranges: readonly PortRange[],
  low: number,
  high: number,
  protocol?: string,
): boolean {
  return ranges.some(
    (range) =>
      range.low <= high &&
      range.high >= low &&
      (protocol === undefined || range.protocol.toLowerCase() === protocol),
  )
}

// Long enough for any real name; what an attacker wrote into a message may be megabytes.
const MOST_TEXT = 2000

function textOf(attacker: Attacker): string {
  const { source, hostname, os, country, asn, kinds, signatures, ports, reasons } = attacker
  const protocols = new Set(ports.map(({ protocol }) => protocol))
  return [source, hostname, os, country, asn, ...kinds, ...protocols]
    .concat(signatures.map(({ message }) => message.slice(0, MOST_TEXT)))
    .concat(reasons.map((reason) => reason.slice(0, MOST_TEXT)))
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase()
}
