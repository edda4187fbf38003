const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.)|$)/gs

/**
 * The text of a string literal of LogQL: double quotes with Go's escapes, or backticks, in which nothing
 * is an escape. Undefined if it is neither.
 */
export function unquote(literal: string): string | undefined {
  const quote = literal[0]
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined
  const inner = literal.slice(1, -1)
  if (quote === '`') return inner.replaceAll('\r', '')
  if (quote !== '"' || inner.includes('\n')) return undefined
  return inner.includes('\\') ? unescapeGo(inner) : inner
}

/** Go's escapes replaced; undefined for one that does not exist. `\x` and octal give bytes of UTF-8. */
function unescapeGo(text: string): string | undefined {
  const parts: Buffer[] = []
  let from = 0
  for (const match of text.matchAll(ESCAPE)) {
    parts.push(Buffer.from(text.slice(from, match.index)))
    from = match.index + match[0].length
    const [, hex, octal, short, long, simple] = match
    const byte = hex === undefined ? octal && Number.parseInt(octal, 8) : Number.parseInt(hex, 16)
    if (typeof byte === 'number') {
      if (byte > 255) return undefined
      parts.push(Buffer.from([byte]))
      continue
    }
    const codePoint = Number.parseInt(short ?? long ?? '', 16)
    const character = Number.isNaN(codePoint) ? SIMPLE[simple ?? ''] : fromCodePoint(codePoint)
    if (character === undefined) return undefined
    parts.push(Buffer.from(character))
  }
  parts.push(Buffer.from(text.slice(from)))
  return Buffer.concat(parts).toString()
}

function fromCodePoint(code: number): string | undefined {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined
  return String.fromCodePoint(code)
}
