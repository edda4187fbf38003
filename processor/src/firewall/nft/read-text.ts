import { chainKey, MAX_DAMAGES } from '../model.ts'
import type { Chain, Damage, Decision, Reading, Rule, TableFamily } from '../model.ts'
import { baseOf, familyOf, newChain, priorityOf } from './chain.ts'
import { pairsOf } from './decision.ts'
import { readStatements } from './statement.ts'
import type { NamedObjects } from './statement.ts'
import { textOf, tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'

interface PendingRule {
  readonly chain: Chain
  readonly tokens: readonly Token[]
  /** Where it goes, counted from 0; undefined: to the end. */
  readonly index: number | undefined
}

interface Table {
  readonly sets: Map<string, readonly string[]>
  readonly maps: Map<string, readonly (readonly [string, Decision])[]>
  isDormant: boolean
}

/** Objects inside a table that say nothing about the way of a packet. */
const OTHER_OBJECTS = new Set([
  'flowtable',
  'counter',
  'quota',
  'limit',
  'ct',
  'secmark',
  'synproxy',
  'tunnel',
])

/** What `nft list ruleset` prints, and files as `nft -f` reads them. Never throws. */
export function readNftText(text: string, file: string): Reading {
  return new TextReader(tokensOf(text), file).read()
}

class TextReader {
  readonly #tokens: readonly Token[]
  readonly #file: string
  readonly #chains = new Map<string, Chain>()
  readonly #tables = new Map<string, Table>()
  readonly #variables = new Map<string, readonly string[]>()
  readonly #damages: Damage[] = []
  readonly #pending: PendingRule[] = []
  #at = 0

  constructor(tokens: readonly Token[], file: string) {
    this.#tokens = tokens
    this.#file = file
  }

  read(): Reading {
    while (this.#skipEnds()) {
      const before = this.#at
      this.#top()
      if (this.#at === before) this.#at++
    }
    // Rules last: a rule may use a set that is declared behind it.
    for (const { chain, tokens, index } of this.#pending) {
      const rule = this.#rule(chain, tokens)
      chain.rules.splice(index ?? chain.rules.length, 0, rule)
    }
    const chains = [...this.#chains.values()].filter(
      ({ family, table }) => this.#tables.get(`${family} ${table}`)?.isDormant !== true,
    )
    return { chains, damages: this.#damages, unclosed: [] }
  }

  #rule(chain: Chain, tokens: readonly Token[]): Rule {
    const { sets, maps } = this.#table(chain.family, chain.table)
    const named: NamedObjects = { sets, maps, variables: this.#variables }
    return {
      place: { file: this.#file, line: tokens[0]?.line ?? chain.place.line },
      ...readStatements(tokens, named),
      text: textOf(tokens),
    }
  }

  #peek(): string {
    return this.#tokens[this.#at]?.text ?? ''
  }

  #next(): string {
    return this.#tokens[this.#at++]?.text ?? ''
  }

  /** False at the end of the text. */
  #skipEnds(): boolean {
    while (this.#tokens[this.#at]?.kind === 'end') this.#at++
    return this.#at < this.#tokens.length
  }

  #top(): void {
    const start = this.#tokens[this.#at]!
    switch (start.text) {
      case 'table':
        this.#at++
        {
          this.#tableBlock(start)
          return
        }
      case 'add':
      case 'create':
      case 'insert': {
        this.#command(start)
        return
      }
      case 'define':
      case 'redefine': {
        const [, name, , ...value] = this.#line()
        this.#variables.set(
          name?.text ?? '',
          value.map(({ text }) => text).filter((text) => !/^[{},]$/.test(text)),
        )
        return
      }
      case 'flush':
        if (this.#line()[1]?.text === 'ruleset') this.#pending.length = 0
        return
      case 'delete':
      case 'destroy':
      case 'undefine':
      case 'include':
      case 'list':
        this.#line()
        return
      default:
        this.#damage(
          start,
          'expected table, add, insert, define or flush, as nft list ruleset prints them',
        )
        this.#line()
    }
  }

  /** The tokens to the end of the statement; braces may run over lines. */
  #line(): Token[] {
    const tokens: Token[] = []
    let depth = 0
    for (; this.#at < this.#tokens.length; this.#at++) {
      const token = this.#tokens[this.#at]!
      if (token.kind === 'end') {
        if (depth === 0) break
        continue
      }
      if (token.kind === 'mark' && token.text === '}' && depth === 0) break
      if (token.kind === 'mark') depth += token.text === '{' ? 1 : token.text === '}' ? -1 : 0
      tokens.push(token)
    }
    return tokens
  }

  #familyAndName(): { family: string; name: string } {
    const first = this.#next()
    return /^(?:ip|ip6|inet|arp|bridge|netdev)$/.test(first)
      ? { family: first, name: this.#next() }
      : { family: 'ip', name: first }
  }

  #tableBlock(start: Token): void {
    const { family, name } = this.#familyAndName()
    if (this.#peek() !== '{') {
      if (this.#tokens[this.#at]?.kind !== 'end' && this.#at < this.#tokens.length)
        this.#damage(this.#tokens[this.#at]!, `expected { behind table ${family} ${name}`)
      return void this.#line()
    }
    const known = familyOf(family)
    this.#block(start, `table ${family} ${name}`, () => this.#inTable(known, name))
  }

  /** Reads what is between braces, piece by piece. */
  #block(start: Token, what: string, read: () => void): void {
    this.#at++
    while (this.#skipEnds()) {
      if (this.#peek() === '}' && this.#tokens[this.#at]!.kind === 'mark') {
        this.#at++
        return
      }
      const before = this.#at
      read()
      if (this.#at === before) this.#at++
    }
    this.#damage(start, `${what} is not closed: expected } before the end`)
  }

  #inTable(family: TableFamily | undefined, table: string): void {
    const start = this.#tokens[this.#at]!
    if (start.text === 'chain' && family !== undefined) {
      this.#at++
      const chain = this.#chain(family, table, this.#next(), start)
      if (this.#peek() === '{')
        this.#block(start, `chain ${chain.name}`, () => this.#inChain(chain))
      else this.#line()
    } else if ((start.text === 'set' || start.text === 'map') && family !== undefined) {
      this.#at++
      const name = this.#next()
      const tokens = this.#line()
      this.#elements(family, table, name, tokens, start.text === 'map')
    } else if (start.text === 'flags') {
      if (this.#line().some(({ text }) => text === 'dormant') && family !== undefined)
        this.#table(family, table).isDormant = true
    } else {
      if (family !== undefined && !OTHER_OBJECTS.has(start.text) && start.text !== 'comment')
        this.#damage(start, 'expected chain, set, map or another object of a table')
      this.#line()
    }
  }

  #elements(
    family: TableFamily,
    table: string,
    name: string,
    tokens: readonly Token[],
    isMap: boolean,
  ): void {
    const start = tokens.findIndex(({ text }) => text === 'elements')
    const texts = start < 0 ? [] : tokens.slice(start + 1).map(({ text }) => text)
    const known = this.#table(family, table)
    if (isMap) known.maps.set(name, pairsOf(texts.filter((text) => !/^[={}]$/.test(text))))
    else
      known.sets.set(
        name,
        texts.filter((text) => !/^[={},]$/.test(text)),
      )
  }

  #inChain(chain: Chain): void {
    const word = this.#peek()
    const tokens = this.#line()
    if (word === 'type' && tokens[2]?.text === 'hook') this.#base(chain, tokens)
    else if (word === 'policy') chain.policy = tokens[1]?.text === 'drop' ? 'drop' : 'accept'
    else if (word !== 'comment' && word !== 'flags' && word !== 'devices' && word !== 'device')
      this.#pending.push({ chain, tokens, index: undefined })
  }

  /** `type filter hook input priority filter + 10` */
  #base(chain: Chain, tokens: readonly Token[]): void {
    const words = tokens.map(({ text }) => text)
    const at = words.indexOf('priority')
    chain.base = baseOf(
      words[1] ?? '',
      words[3] ?? '',
      at < 0 ? 0 : priorityOf(words.slice(at + 1)),
    )
  }

  /** `add rule inet filter input …`, `insert rule inet filter input index 3 …` */
  #command(start: Token): void {
    this.#at++
    const what = this.#next()
    if (what === 'table') {
      this.#tableBlock(start)
      return
    }
    const { family: word, name: table } = this.#familyAndName()
    const family = familyOf(word)
    const name = this.#next()
    if (family === undefined || (what !== 'rule' && what !== 'chain')) return void this.#line()
    const chain = this.#chain(family, table, name, start)
    if (what === 'chain') {
      if (this.#peek() === '{') this.#block(start, `chain ${name}`, () => this.#inChain(chain))
      return
    }
    const isInsert = start.text === 'insert'
    let index = isInsert ? 0 : undefined
    if (/^(?:index|position|handle)$/.test(this.#peek())) {
      const isIndex = this.#next() === 'index'
      const number = Number(this.#next())
      // `add` goes behind the rule of that index, `insert` in front. Handles are not in the text.
      if (isIndex && Number.isInteger(number)) index = isInsert ? number : number + 1
    }
    this.#pending.push({ chain, tokens: this.#line(), index })
  }

  #chain(family: TableFamily, table: string, name: string, start: Token): Chain {
    const key = chainKey(family, table, name)
    let chain = this.#chains.get(key)
    if (chain === undefined) {
      chain = newChain(family, table, name, { file: this.#file, line: start.line })
      this.#chains.set(key, chain)
    }
    return chain
  }

  #table(family: TableFamily, name: string): Table {
    const key = `${family} ${name}`
    let table = this.#tables.get(key)
    if (table === undefined) {
      table = { sets: new Map(), maps: new Map(), isDormant: false }
      this.#tables.set(key, table)
    }
    return table
  }

  #damage(token: Token, message: string): void {
    if (this.#damages.length >= MAX_DAMAGES) return
    const shown = JSON.stringify(token.text.slice(0, 60))
    this.#damages.push({
      file: this.#file,
      line: token.line,
      column: token.column,
      message: `${shown}: ${message}`,
    })
  }
}
