import type { Stage } from '../ast.ts'
import { isLabelName } from '../../label-set.ts'

export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'capture'; readonly name: string }

const CAPTURE = /<([a-zA-Z_][a-zA-Z0-9_]*)>/g

/** Splits `SRC=<src> DST=<_>`. Throws where two captures have nothing between them. */
export function parsePattern(text: string): PatternPart[] {
  const parts: PatternPart[] = []
  let from = 0
  for (const match of text.matchAll(CAPTURE)) {
    if (match.index > from) parts.push({ kind: 'literal', text: text.slice(from, match.index) })
    else if (parts.length > 0) throw new Error(`found consecutive capture '${match[0]}'`)
    parts.push({ kind: 'capture', name: match[1]! })
    from = match.index + match[0].length
  }
  if (from < text.length) parts.push({ kind: 'literal', text: text.slice(from) })
  if (parts.length === 0) throw new Error('empty pattern')
  return parts
}

export function patternParser(text: string): Stage {
  const parts = parsePattern(text)
  const names = parts.flatMap((part) =>
    part.kind === 'capture' && part.name !== '_' ? [part.name] : [],
  )
  if (names.length === 0) throw new Error('at least one capture is required')
  for (const [i, name] of names.entries()) {
    if (!isLabelName(name) || names.indexOf(name) !== i) {
      throw new Error(`duplicate capture name (${name})`)
    }
  }
  return {
    reads: [],
    isParser: true,
    touchesLabels: true,
    changesLine: false,
    compile: () => (line, labels) => {
      capture(parts, line, (name, value) => labels.setParsed(name, value))
      return line
    },
  }
}

/**
 * A literal at the start has to stand at the start of the line. A capture ends where the next literal is
 * found; if it is not found, the capture takes the rest and nothing follows.
 */
function capture(
  parts: readonly PatternPart[],
  line: string,
  set: (name: string, value: string) => void,
): void {
  if (line === '') return
  let at = 0
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'literal') {
      if (i > 0) continue
      if (!line.startsWith(part.text)) return
      at = part.text.length
      continue
    }
    const next = parts[i + 1]
    const end = next?.kind === 'literal' ? line.indexOf(next.text, at) : -1
    if (part.name !== '_') set(part.name, end === -1 ? line.slice(at) : line.slice(at, end))
    if (end === -1 || next?.kind !== 'literal') return
    at = end + next.text.length
  }
}
