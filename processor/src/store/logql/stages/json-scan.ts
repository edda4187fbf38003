/** Deeper nesting is treated as broken: the scan calls itself. */
const MAX_DEPTH = 128

export type JsonKind = 'string' | 'number' | 'literal' | 'object' | 'array'

/** A value in the text: `from` and `to` enclose it as written, quotes included. */
export interface JsonSpan {
  readonly kind: JsonKind
  readonly from: number
  readonly to: number
}

export class JsonSyntaxError extends Error {}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
// eslint-disable-next-line no-control-regex -- JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

/**
 * Walks over one JSON value in a text and keeps places, not values: Loki shows numbers as they were
 * written, which a parsed number has forgotten.
 */
export class JsonScan {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  blanks(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return
      this.at++
    }
  }

  /** True and a step on if this character comes next. */
  takes(character: string): boolean {
    this.blanks()
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  expect(character: string): void {
    if (!this.takes(character)) this.fail()
  }

  /** A string; the text between the quotes with escapes resolved. */
  string(): string {
    this.blanks()
    const from = this.at
    this.#skipString()
    return textOf(this.text, { kind: 'string', from, to: this.at })
  }

  /** Calls back at each member of the object that comes next; the callback reads the value. */
  members(onMember: (name: string) => void): void {
    this.expect('{')
    if (this.takes('}')) return
    do {
      const name = this.string()
      this.expect(':')
      onMember(name)
    } while (this.takes(','))
    this.expect('}')
  }

  /** The same for a list. */
  elements(onElement: (index: number) => void): void {
    this.expect('[')
    if (this.takes(']')) return
    let index = 0
    do {
      onElement(index++)
    } while (this.takes(','))
    this.expect(']')
  }

  peek(): JsonKind {
    this.blanks()
    const character = this.text[this.at]
    if (character === '"') return 'string'
    if (character === '{') return 'object'
    if (character === '[') return 'array'
    return character === 't' || character === 'f' || character === 'n' ? 'literal' : 'number'
  }

  /** Any value, skipped. */
  value(depth = 0): JsonSpan {
    if (depth > MAX_DEPTH) this.fail()
    const kind = this.peek()
    const from = this.at
    if (kind === 'string') this.#skipString()
    else if (kind === 'object') this.members(() => this.value(depth + 1))
    else if (kind === 'array') this.elements(() => this.value(depth + 1))
    else this.#match(kind === 'number' ? NUMBER : WORD)
    return { kind, from, to: this.at }
  }

  /** Nothing but blanks may follow. */
  end(): void {
    this.blanks()
    if (this.at < this.text.length) this.fail()
  }

  fail(): never {
    throw new JsonSyntaxError(`Malformed JSON at ${this.at}`)
  }

  #skipString(): void {
    const close = this.text.indexOf('"', this.at + 1)
    if (this.text[this.at] !== '"' || close === -1) this.fail()
    const backslash = this.text.indexOf('\\', this.at)
    if (backslash === -1 || backslash > close) this.at = close + 1
    else this.#match(STRING)
  }

  #match(pattern: RegExp): void {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) this.fail()
    this.at = pattern.lastIndex
  }
}

/** The value as a label shows it: strings without quotes, everything else as written. */
export function textOf(text: string, { kind, from, to }: JsonSpan): string {
  if (kind !== 'string') return text.slice(from, to)
  const inner = text.slice(from + 1, to - 1)
  return inner.includes('\\') ? (JSON.parse(text.slice(from, to)) as string) : inner
}
