import type { Labels } from '../../core/batch.ts'
import { PushError } from './push-error.ts'
import { checkedLabels } from './pushed-stream.ts'

const PAIR = /\s*([^\s=,{}"`]+)\s*=\s*(?:"((?:[^"\\\n]|\\.)*)"|`([^`]*)`)\s*(?:,|$)/y
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** `{job="x", host="fw1"}`: values quoted and escaped as Go strings, or raw in backticks. */
export function parseLabels(text: string): Labels {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1]?.trimEnd()
  if (inner === undefined) throw refused(text)
  const pairs: [string, string][] = []
  const pair = new RegExp(PAIR)
  while (pair.lastIndex < inner.length) {
    const match = pair.exec(inner)
    if (match === null) throw refused(text)
    const [, name = '', quoted, raw = ''] = match
    pairs.push([name, quoted === undefined ? raw : unquoted(quoted, text)])
  }
  return checkedLabels(pairs)
}

/** \x and octal escapes are bytes in Go; above 0x7f they are taken as characters, which no shipper writes. */
function unquoted(quoted: string, text: string): string {
  if (!quoted.includes('\\')) return quoted
  return quoted.replace(
    ESCAPE,
    (_, x?: string, u?: string, long?: string, octal?: string, simple?: string) => {
      const hex = x ?? u ?? long
      if (simple === undefined) {
        const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)
        if (code > 0x10ffff) throw refused(text)
        return String.fromCodePoint(code)
      }
      const known = SIMPLE[simple]
      if (known === undefined) throw refused(text)
      return known
    },
  )
}

function refused(text: string): PushError {
  return new PushError(400, `couldn't parse labels: ${JSON.stringify(text.slice(0, 100))}`)
}
