import { RuleSyntaxError } from './rule-text.ts'

/** Values of `$NAME` in rules, each as text: `any`, an address or port list, or another `$NAME`. */
export type RuleVariables = Readonly<Record<string, string>>

/**
 * The variables of rules for one set of home networks. The names and values beside the two networks are those
 * of psad.conf and snort.conf; `variables` overrides any of them.
 *
 * EXTERNAL_NET is `any`, as in psad, so that a scan from inside is seen as well.
 */
export function ruleVariables(
  homeNet: readonly string[],
  variables: RuleVariables = {},
): RuleVariables {
  return {
    HOME_NET: homeNet.length === 0 ? 'any' : homeNet.join(','),
    EXTERNAL_NET: 'any',
    HTTP_SERVERS: '$HOME_NET',
    SMTP_SERVERS: '$HOME_NET',
    DNS_SERVERS: '$HOME_NET',
    SQL_SERVERS: '$HOME_NET',
    TELNET_SERVERS: '$HOME_NET',
    FTP_SERVERS: '$HOME_NET',
    SSH_SERVERS: '$HOME_NET',
    SIP_SERVERS: '$HOME_NET',
    HTTP_PORTS: '80',
    SHELLCODE_PORTS: '!80',
    ORACLE_PORTS: '1521',
    SSH_PORTS: '22',
    FTP_PORTS: '21',
    SIP_PORTS: '5060:5061',
    ...variables,
  }
}

/** What a list of addresses or ports in a rule consists of, before the items mean anything. */
export type ListItem =
  | {
      readonly kind: 'value'
      readonly not: boolean
      readonly text: string
      readonly offset: number
    }
  | { readonly kind: 'list'; readonly not: boolean; readonly items: readonly ListItem[] }

const MAX_DEPTH = 16

/**
 * Reads `a,!b,[c,d],$NAME` with or without brackets around it. A variable becomes a list of its value's items,
 * whose trouble is reported where the variable stands. Throws a `RuleSyntaxError`.
 */
export function parseList(text: string, offset: number, variables: RuleVariables): ListItem[] {
  return readList(text, variables, (at) => offset + at, 0)
}

function readList(
  text: string,
  variables: RuleVariables,
  locate: (at: number) => number,
  depth: number,
): ListItem[] {
  if (depth > MAX_DEPTH) {
    throw new RuleSyntaxError('lists or variables are nested too deeply', locate(0))
  }
  const items: ListItem[] = []
  let at = 0
  const skipBlanks = () => {
    while (at < text.length && /\s/.test(text[at]!)) at++
  }
  for (;;) {
    skipBlanks()
    let not = false
    while (text[at] === '!') {
      not = !not
      at++
      skipBlanks()
    }
    const start = at
    if (text[at] === '[') {
      const end = closing(text, at, locate)
      const inner = start + 1
      const list = readList(text.slice(inner, end), variables, (i) => locate(inner + i), depth + 1)
      items.push({ kind: 'list', not, items: list })
      at = end + 1
    } else {
      while (at < text.length && !/[\s,[\]]/.test(text[at]!)) at++
      const word = text.slice(start, at)
      if (word === '') throw new RuleSyntaxError('an item is missing in the list', locate(start))
      if (word.startsWith('$')) {
        const value = variableOf(word, variables, locate(start))
        const list = readList(value, variables, () => locate(start), depth + 1)
        items.push({ kind: 'list', not, items: list })
      } else {
        items.push({ kind: 'value', not, text: word, offset: locate(start) })
      }
    }
    skipBlanks()
    if (at >= text.length) return items
    // Values of psad.conf separate their items by blanks as well.
    if (text[at] === ',') at++
    else if (!/\s/.test(text[at - 1]!)) {
      throw new RuleSyntaxError(`unexpected "${text[at]}" in the list`, locate(at))
    }
  }
}

function variableOf(word: string, variables: RuleVariables, offset: number): string {
  const name = /^\$(?:([A-Za-z_]\w*)|[({]([A-Za-z_]\w*)[)}])$/.exec(word)
  if (!name) throw new RuleSyntaxError(`"${word}" is not a variable name`, offset)
  const key = (name[1] ?? name[2])!
  const value = Object.hasOwn(variables, key) ? variables[key] : undefined
  if (value === undefined) throw new RuleSyntaxError(`the variable $${key} has no value`, offset)
  return value
}

function closing(text: string, open: number, locate: (at: number) => number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '[') depth++
    else if (text[i] === ']' && --depth === 0) return i
  }
  throw new RuleSyntaxError('a "[" without its "]"', locate(open))
}
