import { parseAddresses } from './address-expression.ts'
import type { AddressExpression } from './address-expression.ts'
import { KEYWORDS, UNSUPPORTED, established } from './keywords.ts'
import type { RuleFacts } from './keywords.ts'
import { parsePorts } from './ports.ts'
import { protocolNumber } from './protocols.ts'
import { RuleSyntaxError } from './rule-text.ts'
import type { RuleTest } from './rule-test.ts'
import type { RangeTest } from './signature.ts'
import type { RuleVariables } from './variables.ts'

export interface RuleEnd {
  /** undefined = any. */
  readonly addresses: AddressExpression | undefined
  readonly ports: readonly RangeTest[] | undefined
}

/** A rule as it was understood. */
export interface ReadRule {
  readonly protocol: number
  readonly from: RuleEnd
  readonly to: RuleEnd
  /** `<>`: the other way round as well. */
  readonly bothWays: boolean
  readonly tests: readonly RuleTest[]
  readonly facts: RuleFacts
}

interface Word {
  readonly text: string
  readonly offset: number
}

/** Reads `alert tcp SRC SPORT -> DST DPORT (options)`. Throws RuleSyntaxError at the trouble's offset. */
export function readRule(text: string, variables: RuleVariables): ReadRule {
  const open = text.indexOf('(')
  if (open < 0)
    throw new RuleSyntaxError('no options: expected ( … ) behind the header', text.length)
  const words = wordsOf(text.slice(0, open))
  const [action, protocolWord, src, sport, direction, dst, dport, extra] = words
  if (action === undefined || !/^(?:alert|log)$/i.test(action.text))
    throw new RuleSyntaxError(`expected "alert" at the beginning`, action?.offset ?? 0)
  if (
    dport === undefined ||
    src === undefined ||
    sport === undefined ||
    dst === undefined ||
    direction === undefined ||
    protocolWord === undefined
  )
    throw new RuleSyntaxError(
      'the header is too short: expected alert PROTO SRC PORT -> DST PORT',
      open,
    )
  if (extra !== undefined)
    throw new RuleSyntaxError(`unexpected "${extra.text}" in the header`, extra.offset)
  const protocol = protocolNumber(protocolWord.text)
  if (protocol === undefined)
    throw new RuleSyntaxError(`"${protocolWord.text}" is no protocol`, protocolWord.offset)
  if (!/^(?:->|<-|<>)$/.test(direction.text))
    throw new RuleSyntaxError(`"${direction.text}" is no direction (->, <-, <>)`, direction.offset)
  const left = endOf(src, sport, variables)
  const right = endOf(dst, dport, variables)
  const facts = readOptions(text, open + 1)
  const swapped = direction.text === '<-'
  return {
    protocol,
    from: swapped ? right : left,
    to: swapped ? left : right,
    bothWays: direction.text === '<>',
    tests: facts.tests,
    facts,
  }
}

/** Words of the header; a list in brackets is one word, blanks and all. */
function wordsOf(header: string): Word[] {
  const words: Word[] = []
  const pattern = /!?\[[^\]]*(?:\[[^\]]*\][^\]]*)*\]|\S+/g
  for (const match of header.matchAll(pattern)) words.push({ text: match[0], offset: match.index })
  return words
}

function endOf(addresses: Word, ports: Word, variables: RuleVariables): RuleEnd {
  const isAny = /^NOT_USED$/.test(addresses.text)
  return {
    addresses: isAny ? undefined : parseAddresses(addresses.text, addresses.offset, variables),
    ports: parsePorts(ports.text, ports.offset, variables),
  }
}

function readOptions(text: string, from: number): RuleFacts {
  const facts: RuleFacts = {
    tests: [],
    sid: undefined,
    psadId: undefined,
    level: undefined,
    message: undefined,
    classtype: undefined,
    revision: undefined,
    threshold: undefined,
    note: false,
    hasFlags: false,
    established: false,
    references: [],
    derivedSids: [],
  }
  for (const option of optionsOf(text, from)) {
    const keyword = KEYWORDS.get(option.name)
    if (keyword === undefined)
      throw new RuleSyntaxError(
        UNSUPPORTED.has(option.name)
          ? `the option "${option.name}" looks into the packet, which a log line does not show`
          : `the option "${option.name}" is not known`,
        option.offset,
      )
    keyword(option.value, option.valueOffset, facts)
  }
  if (facts.message === undefined) throw new RuleSyntaxError('no msg: every rule needs one', from)
  if (facts.sid === undefined && facts.psadId === undefined)
    throw new RuleSyntaxError('no sid: every rule needs one', from)
  established(facts)
  return facts
}

interface Option {
  readonly name: string
  readonly value: string
  readonly offset: number
  readonly valueOffset: number
}

/** Splits at semicolons outside of quotes, up to the closing parenthesis; `\;` and `\"` are literal. */
function* optionsOf(text: string, from: number): Generator<Option> {
  let at = from
  for (;;) {
    while (at < text.length && /[\s;]/.test(text[at]!)) at++
    if (at >= text.length)
      throw new RuleSyntaxError('the options have no end: expected )', text.length)
    if (text[at] === ')') return
    const start = at
    let quoted = false
    while (at < text.length) {
      const c = text[at]!
      if (c === '\\') at++
      else if (c === '"') quoted = !quoted
      else if (!quoted && (c === ';' || c === ')')) break
      at++
    }
    if (quoted || at >= text.length)
      throw new RuleSyntaxError('an option has no end: expected ;', start)
    const option = text.slice(start, at)
    const colon = option.indexOf(':')
    const name = (colon < 0 ? option : option.slice(0, colon)).trim().toLowerCase()
    const raw = colon < 0 ? '' : option.slice(colon + 1)
    const blanks = raw.length - raw.trimStart().length
    yield { name, value: plain(raw.trim()), offset: start, valueOffset: start + colon + 1 + blanks }
  }
}

function plain(value: string): string {
  const inner = /^"(.*)"$/s.exec(value)?.[1] ?? value
  return inner.replace(/\\([";\\:])/g, '$1')
}
