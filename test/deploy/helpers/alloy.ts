/** A component or block: `loki.process "firewall" { … }` has name loki.process and label firewall. */
export interface Block {
  readonly name: string
  readonly label: string | undefined
  readonly attributes: Readonly<Record<string, Value>>
  readonly blocks: readonly Block[]
}

/** Text and numbers as they are; `{ reference }` for names and calls, with the literal operands of calls and sums left out. */
export type Value =
  | string
  | number
  | boolean
  | readonly Value[]
  | { readonly object: Readonly<Record<string, Value>> }
  | { readonly references: readonly string[] }

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|("(?:[^"\\\n]|\\.)*"|`[^`]*`|\d+(?:\.\d+)?|[A-Za-z_]\w*|[{}[\]().,=+])/y

/** Reads Alloy's configuration syntax as far as blocks, literals, references, calls and sums go; throws where it is none. */
export function parseAlloy(text: string): readonly Block[] {
  const tokens = tokensOf(text)
  let at = 0
  const peek = (): string => tokens[at] ?? 'end of file'
  const take = (expected?: string): string => {
    const token = peek()
    if (expected !== undefined && token !== expected)
      throw new Error(`expected ${expected}, found ${token} (token ${at})`)
    at++
    return token
  }
  const word = (): string => {
    if (!/^[A-Za-z_]/.test(peek())) throw new Error(`expected a name, found ${peek()}`)
    return take()
  }
  const dotted = (): string => {
    let name = word()
    while (peek() === '.') {
      take()
      name += `.${word()}`
    }
    return name
  }

  function body(end: string): Pick<Block, 'attributes' | 'blocks'> {
    const attributes: Record<string, Value> = {}
    const blocks: Block[] = []
    while (peek() !== end) {
      const name = dotted()
      if (peek() === '=') {
        take()
        if (name in attributes) throw new Error(`${name} is set twice`)
        attributes[name] = sum()
      } else {
        const label = peek().startsWith('"') ? (JSON.parse(take()) as string) : undefined
        take('{')
        blocks.push({ name, label, ...body('}') })
        take('}')
      }
    }
    return { attributes, blocks }
  }

  function sum(): Value {
    const terms = [term()]
    while (peek() === '+') {
      take()
      terms.push(term())
    }
    if (terms.length === 1) return terms[0] ?? ''
    if (terms.every((value) => typeof value === 'string')) return terms.join('')
    return { references: terms.flatMap(referencesIn) }
  }

  function term(): Value {
    const token = peek()
    if (token.startsWith('"')) return JSON.parse(take()) as string
    if (token.startsWith('`')) return take().slice(1, -1)
    if (/^\d/.test(token)) return Number(take())
    if (token === '[') return list('[', ']')
    if (token === '{') return object()
    if (token === 'true' || token === 'false') return take() === 'true'
    const name = dotted()
    if (peek() !== '(') return { references: [name] }
    return { references: [name, ...list('(', ')').flatMap(referencesIn)] }
  }

  function list(open: string, close: string): Value[] {
    take(open)
    const values: Value[] = []
    while (peek() !== close) {
      values.push(sum())
      if (peek() !== close) take(',')
    }
    take(close)
    return values
  }

  function object(): Value {
    take('{')
    const entries: Record<string, Value> = {}
    while (peek() !== '}') {
      const key = peek().startsWith('"') ? (JSON.parse(take()) as string) : word()
      take('=')
      entries[key] = sum()
      if (peek() !== '}') take(',')
    }
    take('}')
    return { object: entries }
  }

  return body('end of file').blocks
}

/** Every name that a value speaks of. */
export function referencesIn(value: Value): readonly string[] {
  if (typeof value !== 'object') return []
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(referencesIn)
  if ('references' in value) return value.references
  return 'object' in value ? Object.values(value.object).flatMap(referencesIn) : []
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  const token = new RegExp(TOKEN)
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    if (match === null) throw new Error(`unexpected text: ${text.slice(at, at + 40)}`)
    if (match[1] !== undefined) tokens.push(match[1])
  }
  return tokens
}
