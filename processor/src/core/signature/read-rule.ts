import { parseAddresses } from './address-expression.ts'
import type { AddressExpression } from './address-expression.ts'
import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP } from '../row.ts'
import { ICMP_KEYWORDS, KEYWORDS, TCP_KEYWORDS, UNSUPPORTED } from './keywords.ts'
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

/** What the words of a rule mean. */
export interface RuleContext {
  readonly variables: RuleVariables
  readonly ipOptions: Readonly<Record<string, number>>
}

/**
 * Reads `alert tcp SRC SPORT -> DST DPORT (options)`; `psad`: numbers with an open end stop where psad's do. Throws
 * RuleSyntaxError at the trouble's offset.
 */
export function readRule(text: string, context: RuleContext, psad = false): ReadRule {
  const { variables } = context
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
  const isIcmp = protocol === PROTO_ICMP || protocol === PROTO_ICMPV6
  if (isIcmp && (left.ports ?? right.ports) !== undefined)
    throw new RuleSyntaxError(
      'ICMP has no ports: expected any',
      left.ports === undefined ? dport.offset : sport.offset,
    )
  const facts = readOptions(text, open + 1, protocol, psad, context.ipOptions)
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
  let start = -1
  let depth = 0
  for (let at = 0; at <= header.length; at++) {
    const c = header[at] ?? ' '
    if (c === '[') depth++
    else if (c === ']') depth--
    const isBlank = at === header.length || (depth <= 0 && /\s/.test(c))
    if (!isBlank && start < 0) start = at
    if (isBlank && start >= 0) {
      words.push({ text: header.slice(start, at), offset: start })
      start = -1
    }
  }
  return words
}

function endOf(addresses: Word, ports: Word, variables: RuleVariables): RuleEnd {
  return {
    addresses: parseAddresses(addresses.text, addresses.offset, variables),
    ports: parsePorts(ports.text, ports.offset, variables),
  }
}

function readOptions(
  text: string,
  from: number,
  protocol: number,
  psad: boolean,
  ipOptions: RuleContext['ipOptions'],
): RuleFacts {
  const facts: RuleFacts = {
    psad,
    ipOptions,
    tests: [],
    sid: undefined,
    psadId: undefined,
    level: undefined,
    message: undefined,
    classtype: undefined,
    revision: undefined,
    threshold: undefined,
    note: false,
    ignored: [],
    references: [],
    derivedSids: [],
  }
  const { options, end } = optionsOf(text, from)
  for (const option of options) {
    const keyword = KEYWORDS.get(option.name)
    if (keyword === undefined)
      throw new RuleSyntaxError(
        UNSUPPORTED.has(option.name)
          ? `the option "${option.name}" looks into the packet, which a log line does not show`
          : `the option "${option.name}" is not known`,
        option.offset,
      )
    checkProtocol(option, protocol)
    keyword(option.value, option.valueOffset, facts)
  }
  if (facts.message === undefined) throw new RuleSyntaxError('no msg: every rule needs one', from)
  if (facts.sid === undefined && facts.psadId === undefined)
    throw new RuleSyntaxError('no sid: every rule needs one', from)
  const behind = /[^\s;]/.exec(text.slice(end))
  if (behind !== null && behind[0] !== '#')
    facts.ignored.push({
      message: 'what stands behind the closing ) is not read',
      offset: end + behind.index,
    })
  return facts
}

function checkProtocol({ name, offset, value }: Option, protocol: number): void {
  const asksForFlags = name === 'flow' && /established/i.test(value)
  if ((TCP_KEYWORDS.has(name) || asksForFlags) && protocol !== PROTO_TCP)
    throw new RuleSyntaxError(`the option "${name}" is for rules of protocol tcp`, offset)
  if (ICMP_KEYWORDS.has(name) && protocol !== PROTO_ICMP && protocol !== PROTO_ICMPV6)
    throw new RuleSyntaxError(`the option "${name}" is for rules of protocol icmp or icmp6`, offset)
}

interface Option {
  readonly name: string
  readonly value: string
  readonly offset: number
  readonly valueOffset: number
}

/** Splits at semicolons outside of quotes, up to the closing parenthesis; `\;` and `\"` are literal. */
function optionsOf(text: string, from: number): { options: Option[]; end: number } {
  const options: Option[] = []
  let at = from
  for (;;) {
    while (at < text.length && /[\s;]/.test(text[at]!)) at++
    if (at >= text.length)
      throw new RuleSyntaxError('the options have no end: expected )', text.length)
    if (text[at] === ')') return { options, end: at + 1 }
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
    const valueOffset = start + colon + 1 + blanks
    options.push({ name, value: plain(raw.trim()), offset: start, valueOffset })
  }
}

function plain(value: string): string {
  const inner = /^"(.*)"$/s.exec(value)?.[1] ?? value
  return inner.replace(/\\([";\\:])/g, '$1')
}
