import type { Token } from './tokens.ts'

/** Keys of meta that nft lets stand without `meta`. */
const BARE_META = new Set([
  'iif',
  'iifname',
  'iiftype',
  'iifgroup',
  'oif',
  'oifname',
  'oiftype',
  'oifgroup',
  'mark',
  'skuid',
  'skgid',
  'rtclassid',
  'pkttype',
  'cpu',
  'cgroup',
  'ibrname',
  'obrname',
  'nftrace',
  'priority',
  'length',
  'nfproto',
  'l4proto',
  'protocol',
  'hour',
  'day',
  'time',
])
const MASKS = new Set(['&', '|', '^', 'and', 'or', 'xor', '<<', '>>'])

export interface Left {
  /** `ip saddr`, `meta iifname`; parts of a concatenation joined by ` . `. */
  readonly left: string
  readonly parts: readonly string[]
  readonly mask: readonly string[]
  /** How many tokens it is. */
  readonly length: number
}

/** What stands left of a comparison, a map or `set`. */
export function readLeft(tokens: readonly Token[], start: number): Left {
  let at = start
  const peek = (): string => tokens[at]?.text ?? ''
  const next = (): string => tokens[at++]?.text ?? ''
  const parts: string[] = []
  do {
    if (peek() === '.') at++
    parts.push(readPart(peek, next))
  } while (peek() === '.')
  const mask: string[] = []
  while (MASKS.has(peek())) {
    at++
    if (peek() !== '(') {
      mask.push(next())
      continue
    }
    for (next(); at < tokens.length && peek() !== ')';) {
      const text = next()
      if (text !== '|' && text !== ',') mask.push(text)
    }
    next()
  }
  return { left: parts.join(' . '), parts, mask, length: at - start }
}

function readPart(peek: () => string, next: () => string): string {
  const first = next()
  if (BARE_META.has(first)) return `meta ${first}`
  const take = (...words: readonly string[]): string => (words.includes(peek()) ? ` ${next()}` : '')
  switch (first) {
    case 'ct': {
      const direction = take('original', 'reply')
      return `ct${direction}${take('ip', 'ip6')} ${next()}`
    }
    case 'fib': {
      let words = `fib ${next()}`
      while (peek() === '.') words += ` ${next()} ${next()}`
      return `${words} ${next()}`
    }
    case 'socket': {
      const key = next()
      return `socket ${key}${take('level') === '' ? '' : ` level ${next()}`}`
    }
    case 'numgen':
    case 'jhash':
    case 'symhash': {
      let words = first
      while (peek() !== '' && peek() !== 'mod') words += ` ${next()}`
      next()
      next()
      while (peek() === 'offset' || peek() === 'seed') {
        next()
        next()
      }
      return words
    }
    case 'ip':
    case 'ip6':
    case 'tcp':
    case 'sctp': {
      const field = next()
      if (field !== 'option' && field !== 'chunk') return `${first} ${field}`
      return `${first} ${field} ${next()}${take('kind', 'length', 'size', 'count', 'left', 'right', 'value', 'ptr', 'addr', 'tsval', 'tsecr')}`
    }
    case 'exthdr':
      return `exthdr ${next()}`
    default:
      if (!first.startsWith('@')) return `${first} ${next()}`
      // @th,0,16
      for (let n = 0; n < 2 && peek() === ','; n++) {
        next()
        next()
      }
      return first
  }
}
