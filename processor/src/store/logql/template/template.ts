import { unquote } from '../strings.ts'
import { templateFunctions, type TemplateFunction } from './functions.ts'
import { splitTemplate, type Part, type Token } from './tokens.ts'
import { isTrue, Time, toText, type Value } from './value.ts'

interface TemplateData {
  readonly line: string
  readonly ns: bigint
  /** The empty text for a label that is absent. */
  readonly get: (name: string) => string
}

export interface Template {
  readonly reads: readonly string[]
  /** Throws `TemplateError` where a function cannot do what is asked of it. */
  readonly render: (data: TemplateData) => string
}

type Evaluate = (data: TemplateData) => Value
type Write = (data: TemplateData) => string

/**
 * Compiles a template of LogQL: text, fields, function calls, pipelines, `if`, `else`, `else if` and
 * `end`. Anything else of Go's templates is refused, with an `Error`.
 */
export function compileTemplate(source: string): Template {
  const compiler = new Compiler(splitTemplate(source))
  const write = compiler.block(undefined)
  return { reads: [...compiler.reads], render: write }
}

const UNSUPPORTED = new Set(['range', 'with', 'define', 'template', 'block', 'break', 'continue'])
const MAX_DEPTH = 50

class Compiler {
  readonly reads = new Set<string>()
  readonly #parts: readonly Part[]
  readonly #functions = templateFunctions()
  #next = 0
  #depth = 0

  constructor(parts: readonly Part[]) {
    this.#parts = parts
  }

  /** Up to the end of the template, or of the `if` that it stands in. */
  block(inside: 'if' | undefined): Write {
    const writes: Write[] = []
    for (;;) {
      const part = this.#parts[this.#next]
      if (part === undefined) {
        if (inside !== undefined) throw new Error('unexpected EOF')
        break
      }
      if (part.kind === 'text') {
        const { text } = part
        writes.push(() => text)
        this.#next++
        continue
      }
      const [first] = part.tokens
      const word = first?.kind === 'word' ? first.text : ''
      if (word === 'end' || word === 'else') {
        if (inside === undefined) throw new Error(`unexpected {{${word}}}`)
        break
      }
      this.#next++
      writes.push(word === 'if' ? this.#condition(part.tokens.slice(1)) : this.#action(part.tokens))
    }
    return (data) => {
      let text = ''
      for (const write of writes) text += write(data)
      return text
    }
  }

  #action(tokens: readonly Token[]): Write {
    const evaluate = this.#pipeline(tokens)
    return (data) => toText(evaluate(data))
  }

  #condition(tokens: readonly Token[]): Write {
    if (++this.#depth > MAX_DEPTH) throw new Error('nested too deeply')
    const test = this.#pipeline(tokens)
    const then = this.block('if')
    let otherwise: Write = () => ''
    const closing = this.#parts[this.#next++]
    const words = closing?.kind === 'action' ? closing.tokens : []
    if (words[0]?.text === 'else') {
      if (words.length === 1) {
        otherwise = this.block('if')
        const end = this.#parts[this.#next++]
        if (end?.kind !== 'action' || end.tokens[0]?.text !== 'end') throw new Error('expected end')
      } else if (words[1]?.text === 'if') {
        // Its own `end` closes the whole chain.
        otherwise = this.#condition(words.slice(2))
      } else {
        throw new Error('unexpected word behind else')
      }
    }
    this.#depth--
    return (data) => (isTrue(test(data)) ? then(data) : otherwise(data))
  }

  #pipeline(tokens: readonly Token[]): Evaluate {
    let value: Evaluate | undefined
    for (const command of splitAtPipes(tokens)) value = this.#command(command, value)
    if (value === undefined) throw new Error('missing value for command')
    return value
  }

  /** A function with arguments, or a single value. `piped` becomes the last argument. */
  #command(tokens: readonly Token[], piped: Evaluate | undefined): Evaluate {
    const [first, ...rest] = tokens
    if (first === undefined) throw new Error('missing value for command')
    const args = this.#arguments(first.kind === 'word' && !isConstant(first) ? rest : tokens)
    if (piped !== undefined) args.push(piped)
    if (first.kind !== 'word' || isConstant(first)) {
      if (args.length !== 1) throw new Error(`can't give argument to non-function ${first.text}`)
      return args[0]!
    }
    return this.#call(first.text, args)
  }

  #call(name: string, args: readonly Evaluate[]): Evaluate {
    if (UNSUPPORTED.has(name)) throw new Error(`{{${name}}} is not supported here`)
    if (name === '__line__' && args.length === 0) return ({ line }) => line
    if (name === '__timestamp__' && args.length === 0) return ({ ns }) => new Time(ns)
    const known: TemplateFunction | undefined = Object.hasOwn(this.#functions, name)
      ? this.#functions[name]
      : undefined
    if (known === undefined) throw new Error(`function ${JSON.stringify(name)} not defined`)
    if (args.length < known.least || args.length > known.most) {
      throw new Error(`wrong number of args for ${name}: want ${known.least} got ${args.length}`)
    }
    return (data) => known.call(args.map((arg) => arg(data)))
  }

  #arguments(tokens: readonly Token[]): Evaluate[] {
    const args: Evaluate[] = []
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!
      if (token.kind === 'symbol' && token.text === '(') {
        if (++this.#depth > MAX_DEPTH) throw new Error('nested too deeply')
        const close = closingParenthesis(tokens, i)
        args.push(this.#pipeline(tokens.slice(i + 1, close)))
        this.#depth--
        i = close
        continue
      }
      args.push(this.#value(token))
    }
    return args
  }

  #value(token: Token): Evaluate {
    const { kind, text } = token
    switch (kind) {
      case 'field':
        this.reads.add(text)
        return ({ get }) => get(text)
      case 'string': {
        const value = unquote(text)
        if (value === undefined) throw new Error(`invalid string ${text}`)
        return () => value
      }
      case 'integer': {
        const value = BigInt(text)
        return () => value
      }
      case 'float': {
        const value = Number(text)
        return () => value
      }
      case 'word':
        if (isConstant(token)) return () => text === 'true'
        return this.#call(text, [])
      case 'symbol':
        throw new Error(`unexpected ${JSON.stringify(text)} in operand`)
    }
  }
}

const isConstant = ({ text }: Token): boolean => text === 'true' || text === 'false'

function splitAtPipes(tokens: readonly Token[]): Token[][] {
  const commands: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'symbol' && token.text === '(') depth++
    if (token.kind === 'symbol' && token.text === ')') depth--
    if (token.kind === 'symbol' && token.text === '|' && depth === 0) commands.push([])
    else commands.at(-1)!.push(token)
  }
  return commands
}

function closingParenthesis(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    const { kind, text } = tokens[i]!
    if (kind !== 'symbol') continue
    if (text === '(') depth++
    else if (text === ')' && --depth === 0) return i
  }
  throw new Error('unclosed left paren')
}
