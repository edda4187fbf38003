export interface Token {
  readonly kind: 'word' | 'string' | 'mark' | 'end'
  readonly text: string
  readonly line: number
  readonly column: number
}

const MARKS = '{}(),;|&'

/** Words, strings, brackets and line ends of nft's language; comments are left out. An open string ends with its line. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  let lineStart = 0
  let i = 0
  const add = (kind: Token['kind'], from: number, value: string): void => {
    tokens.push({ kind, text: value, line, column: from - lineStart + 1 })
  }
  while (i < text.length) {
    const char = text[i]!
    if (char === '\n') {
      add('end', i, '\n')
      i++
      line++
      lineStart = i
    } else if (/\s/.test(char)) i++
    else if (char === '#') while (i < text.length && text[i] !== '\n') i++
    else if (char === '\\' && /^\\[ \t\r]*\n/.test(text.slice(i, i + 20))) {
      // A line that goes on.
      i = text.indexOf('\n', i) + 1
      line++
      lineStart = i
    } else if (char === '"' || char === "'") {
      const from = i++
      while (i < text.length && text[i] !== char && text[i] !== '\n') i++
      add('string', from, text.slice(from + 1, i))
      if (text[i] === char) i++
    } else if (MARKS.includes(char)) {
      add(char === ';' ? 'end' : 'mark', i, char)
      i++
    } else {
      const from = i
      while (i < text.length && !/[\s"#{}(),;|&]/.test(text[i]!)) i++
      add('word', from, text.slice(from, i))
    }
  }
  return tokens
}

/** Tokens as one line of nft. */
export function textOf(tokens: readonly Token[]): string {
  return tokens
    .filter(({ kind }) => kind !== 'end')
    .map(({ kind, text }) => (kind === 'string' ? `"${text}"` : text))
    .join(' ')
    .replaceAll(' , ', ', ')
}
