import type { Stage } from '../ast.ts'
import { compileIpTest, ipsInLine } from '../ip.ts'
import { compileRegex } from '../regex.ts'
import { parsePattern } from './pattern.ts'

export type LineFilterOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>'
export interface LineFilterTerm {
  readonly kind: 'text' | 'ip'
  readonly value: string
}

/** `|= "a" or "b"`: any of the terms; the negative operators want none of them. Throws for a bad term. */
export function lineFilter(operator: LineFilterOperator, terms: readonly LineFilterTerm[]): Stage {
  const isNegative = operator.startsWith('!')
  const tests = terms.map((term) => termTest(operator, term))
  const [only] = tests
  const any =
    tests.length === 1 && only !== undefined
      ? only
      : (line: string) => tests.some((test) => test(line))
  return {
    reads: [],
    isParser: false,
    touchesLabels: false,
    changesLine: false,
    compile: () => (line) => (any(line) === isNegative ? undefined : line),
  }
}

function termTest(operator: LineFilterOperator, term: LineFilterTerm): (line: string) => boolean {
  const { value } = term
  if (term.kind === 'ip') {
    if (operator !== '|=' && operator !== '!=') {
      throw new Error(`unexpected ip filter behind ${operator}`)
    }
    const test = compileIpTest(value)
    return (line) => ipsInLine(line, test)
  }
  switch (operator) {
    case '|=':
    case '!=':
      return (line) => line.includes(value)
    case '|~':
    case '!~': {
      const regex = compileRegex(value)
      return (line) => regex.test(line)
    }
    case '|>':
    case '!>':
      return linePattern(value)
  }
}

/** The pattern has to cover the whole line; captures have no names here. */
function linePattern(text: string): (line: string) => boolean {
  const parts = parsePattern(text)
  if (parts.some((part) => part.kind === 'capture' && part.name !== '_')) {
    throw new Error('named captures are not allowed in line filters')
  }
  const startsOpen = parts[0]?.kind === 'capture'
  const endsOpen = parts.at(-1)?.kind === 'capture'
  const literals = parts.flatMap((part) => (part.kind === 'literal' ? [part.text] : []))
  return (line) => {
    let at = 0
    for (const [i, literal] of literals.entries()) {
      const isLast = i === literals.length - 1
      const found = isLast && !endsOpen ? line.length - literal.length : line.indexOf(literal, at)
      if (found < at || !line.startsWith(literal, found)) return false
      if (i === 0 && !startsOpen && found !== 0) return false
      at = found + literal.length
    }
    return true
  }
}
