import { SOME } from '../condition.ts'
import type { Condition } from '../condition.ts'
import type { Decision, Step } from '../model.ts'
import { packetsPerMinute } from '../rate.ts'
import { decisionOf, mapEntries, pairsOf, xtSteps } from './decision.ts'
import { readLeft } from './left.ts'
import { conditionOf, impliedBy } from './match.ts'
import type { Match, NamedSets } from './match.ts'
import { textOf } from './tokens.ts'
import type { Token } from './tokens.ts'

/** Named verdict maps and sets of a table. */
export interface NamedObjects {
  readonly sets: NamedSets
  /** Elements of named verdict maps: key and verdict. */
  readonly maps: ReadonlyMap<string, readonly (readonly [string, Decision])[]>
  readonly variables: ReadonlyMap<string, readonly string[]>
}

/** Between the parts of one value: `syn,ack`, `fin | syn`, `a . b`. */
const JOINS = new Set([',', '|', '&', '/', '.', '-', '^'])
const OPERATORS = new Set([
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'eq',
  'ne',
  'lt',
  'gt',
  'le',
  'ge',
  '!',
  'in',
])
const EXACT = new Set(['==', 'eq'])
const NEGATIONS = new Set(['!=', 'ne', '!'])

/** The parts of one rule of nft's text. What it does not know takes some packets. */
export function readStatements(
  tokens: readonly Token[],
  named: NamedObjects,
): { readonly steps: readonly Step[]; readonly comparisons?: string } {
  return new StatementReader(tokens, named).read()
}

class StatementReader {
  readonly #tokens: readonly Token[]
  readonly #named: NamedObjects
  readonly #steps: Step[] = []
  #at = 0

  constructor(tokens: readonly Token[], named: NamedObjects) {
    this.#tokens = tokens.filter(({ kind }) => kind !== 'end')
    this.#named = named
  }

  read(): { steps: Step[]; comparisons?: string } {
    /** Where the comparisons at the rule's begin end. */
    let end = 0
    let isBegin = true
    let isWhole = true
    while (this.#at < this.#tokens.length) {
      const before = this.#at
      const count = this.#steps.length
      this.#statement()
      // Whatever happens, it goes on.
      if (this.#at === before) this.#at++
      const added = this.#steps.slice(count)
      if (added.length === 0 || added.some(({ kind }) => kind !== 'condition')) isBegin = false
      else if (isBegin) end = this.#at
      else isWhole = false
    }
    return isWhole && !this.#steps.some(({ kind }) => kind === 'map')
      ? { steps: this.#steps, comparisons: textOf(this.#tokens.slice(0, end)) }
      : { steps: this.#steps }
  }

  #peek(offset = 0): string {
    return this.#tokens[this.#at + offset]?.text ?? ''
  }

  #next(): string {
    return this.#tokens[this.#at++]?.text ?? ''
  }

  #take(...words: readonly string[]): boolean {
    if (!words.includes(this.#peek())) return false
    this.#at++
    return true
  }

  #statement(): void {
    const word = this.#peek()
    switch (word) {
      case 'accept':
      case 'drop':
      case 'return':
      case 'queue':
      case 'jump':
      case 'goto': {
        this.#at++
        const chain = word === 'jump' || word === 'goto' ? this.#next() : undefined
        const decision = decisionOf(word, chain)
        if (decision !== undefined) this.#steps.push(decision)
        if (word === 'queue') this.#at = this.#tokens.length
        return
      }
      case 'reject':
        this.#at++
        if (this.#take('with')) {
          this.#at++
          this.#take('type')
          this.#at++
        }
        this.#steps.push({ kind: 'verdict', verdict: 'reject' })
        return
      case 'log': {
        this.#log()
        return
      }
      case 'limit': {
        this.#limit()
        return
      }
      case 'counter':
        this.#at++
        if (this.#take('name')) this.#at++
        else for (let n = 0; n < 2 && this.#take('packets', 'bytes'); n++) this.#at++
        return
      case 'comment':
      case 'last':
        this.#at += word === 'last' && this.#peek(1) === 'used' ? 3 : word === 'last' ? 1 : 2
        return
      case 'continue':
      case 'notrack':
        this.#at++
        return
      case 'quota':
        this.#at += this.#peek(1) === 'over' || this.#peek(1) === 'until' ? 4 : 3
        this.#steps.push({ kind: 'condition', condition: SOME })
        return
      case 'masquerade':
      case 'snat':
      case 'dnat':
      case 'redirect':
      case 'tproxy':
      case 'dup':
      case 'fwd':
      case 'synproxy':
        this.#at = this.#tokens.length
        return
      case 'add':
      case 'update':
      case 'delete':
      case 'meter':
      case 'flow': {
        this.#dynamic()
        return
      }
      case 'xt': {
        this.#xt()
        return
      }
      default: {
        this.#match()
        return
      }
    }
  }

  /** `update @seen { ip saddr limit rate over 10/minute }`: with a limit inside it takes some packets. */
  #dynamic(): void {
    while (this.#at < this.#tokens.length && this.#peek() !== '{') this.#at++
    if (this.#group().includes('limit')) this.#steps.push({ kind: 'condition', condition: SOME })
  }

  /** Rules that iptables-nft made and nft cannot show. */
  #xt(): void {
    this.#at++
    const isTarget = this.#next() === 'target'
    this.#steps.push(...xtSteps(isTarget, this.#next()))
  }

  #log(): void {
    this.#at++
    let prefix = ''
    let to: 'kernel' | 'netlink' | 'audit' = 'kernel'
    const flags = new Set<string>()
    for (;;) {
      if (this.#take('prefix')) prefix = this.#next()
      else if (this.#take('level')) to = this.#next() === 'audit' ? 'audit' : to
      else if (this.#take('group')) {
        to = 'netlink'
        this.#at++
      } else if (this.#take('snaplen', 'queue-threshold')) this.#at++
      else if (this.#take('flags')) this.#logFlags(flags)
      else break
    }
    const has = (flag: string): boolean => to !== 'kernel' || flags.has('all') || flags.has(flag)
    this.#steps.push({
      kind: 'log',
      log: {
        to,
        prefix,
        tcpOptions: has('tcp options'),
        ipOptions: has('ip options'),
        tcpSequence: has('tcp sequence'),
      },
    })
  }

  #logFlags(flags: Set<string>): void {
    const first = this.#next()
    if (first !== 'tcp' && first !== 'ip') {
      flags.add(first)
      return
    }
    do flags.add(`${first} ${this.#next()}`)
    while (this.#take(','))
  }

  #limit(): void {
    this.#at++
    if (this.#take('name')) {
      this.#at++
      this.#steps.push({ kind: 'condition', condition: SOME })
      return
    }
    this.#take('rate')
    const isOver = this.#take('over')
    if (!isOver) this.#take('until')
    const rate = packetsPerMinute(this.#next())
    // `10 mbytes/second`: a rate in bytes.
    if (/^[km]?bytes\//.test(this.#peek())) this.#at++
    let burst = 5
    if (this.#take('burst')) {
      burst = Number(this.#next())
      this.#take('packets', 'bytes', 'kbytes', 'mbytes')
    }
    if (isOver) this.#steps.push({ kind: 'condition', condition: SOME })
    else if (rate !== undefined && !Number.isNaN(burst))
      this.#steps.push({ kind: 'limit', limit: { perMinute: rate, burst, perSource: false } })
  }

  #match(): void {
    const { left, parts, mask, length } = readLeft(this.#tokens, this.#at)
    this.#at += length
    if (this.#take('set')) {
      // `meta mark set 1`: no condition.
      this.#value()
      return
    }
    if (this.#take('vmap')) {
      this.#map(left, parts)
      return
    }
    const operator = OPERATORS.has(this.#peek()) ? this.#next() : ''
    const { values, behindSlash } = this.#value()
    const match: Match = {
      left,
      ...(mask.length > 0 ? { mask } : behindSlash.length > 0 ? { mask: behindSlash } : {}),
      negated: NEGATIONS.has(operator),
      isRange: /[<>]|^[lg][te]$/.test(operator),
      isExact: EXACT.has(operator),
      values,
    }
    for (const part of parts) this.#condition(impliedBy(part))
    this.#condition(parts.length > 1 ? SOME : conditionOf(match, this.#named.sets))
  }

  #condition(condition: Condition): void {
    if (condition.kind !== 'any') this.#steps.push({ kind: 'condition', condition })
  }

  #map(left: string, parts: readonly string[]): void {
    for (const part of parts) this.#condition(impliedBy(part))
    const pairs: (readonly [string, Decision])[] = []
    if (this.#peek().startsWith('@'))
      pairs.push(...(this.#named.maps.get(this.#next().slice(1)) ?? []))
    else pairs.push(...pairsOf(this.#group()))
    this.#steps.push({
      kind: 'map',
      entries: mapEntries(left, parts.length, pairs, this.#named.sets),
    })
  }

  /** The texts between braces or parentheses, nested ones too. */
  #group(): string[] {
    const texts: string[] = []
    let depth = 0
    do {
      const text = this.#next()
      if (text === '{' || text === '(') depth++
      else if (text === '}' || text === ')') depth--
      else texts.push(text)
    } while (depth > 0 && this.#at < this.#tokens.length)
    return texts
  }

  #value(): { values: string[]; behindSlash: string[] } {
    const values: string[] = []
    const behindSlash: string[] = []
    let into = values
    for (;;) {
      const token = this.#tokens[this.#at]
      if (token === undefined) break
      const texts = token.text === '{' || token.text === '(' ? this.#group() : [this.#next()]
      into.push(
        ...texts
          .filter((text) => text !== ',' && text !== '|')
          .flatMap((text) =>
            text.startsWith('$') ? (this.#named.variables.get(text.slice(1)) ?? [text]) : [text],
          ),
      )
      if (!JOINS.has(this.#peek())) break
      if (this.#next() === '/') into = behindSlash
    }
    return { values, behindSlash }
  }
}
