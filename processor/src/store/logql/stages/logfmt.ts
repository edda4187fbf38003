import { toLabelName } from '../../label-set.ts'
import { unquote } from '../strings.ts'
import type { Stage } from '../ast.ts'
import { isNeeded } from './needed.ts'

export interface LogfmtField {
  readonly name: string
  readonly key: string
}

const [BLANK, QUOTE, EQUALS, BACKSLASH] = [32, 34, 61, 92]

/** `| logfmt`: every `KEY=value` of the line; of two values the last counts, empty ones are left out. */
export function logfmtParser(keepEmpty: boolean): Stage {
  return {
    reads: [],
    isParser: true,
    touchesLabels: true,
    changesLine: false,
    compile: (needed) => (line, labels) => {
      scanLogfmt(line, (key, value) => {
        if (value === '' && !keepEmpty) return
        const name = toLabelName(key, '_')
        if (isNeeded(needed, name)) labels.setParsed(name, value)
      })
      return line
    },
  }
}

/** `| logfmt A, b="B"`: fields taken singly, empty where they are absent. */
export function logfmtFields(fields: readonly LogfmtField[]): Stage {
  return {
    reads: [],
    isParser: true,
    touchesLabels: true,
    changesLine: false,
    compile: () => (line, labels) => {
      const found = new Map<string, string>()
      scanLogfmt(line, (key, value) => {
        if (value !== '') found.set(key, value)
      })
      for (const { name, key } of fields) labels.setParsed(name, found.get(key) ?? '')
      return line
    },
  }
}

/** Words without `=` have no value. Quoted values end at the closing quote and may hold escapes. */
function scanLogfmt(line: string, onPair: (key: string, value: string) => void): void {
  const { length } = line
  let at = 0
  while (at < length) {
    while (at < length && line.charCodeAt(at) <= BLANK) at++
    const start = at
    let code = 0
    while (
      at < length &&
      (code = line.charCodeAt(at)) > BLANK &&
      code !== EQUALS &&
      code !== QUOTE
    ) {
      at++
    }
    if (at >= length || code !== EQUALS) {
      // A word alone, or a quote where a key should be: go on behind it.
      while (at < length && line.charCodeAt(at) > BLANK) at++
      continue
    }
    const key = line.slice(start, at++)
    const from = at
    if (line.charCodeAt(at) === QUOTE) {
      at = closingQuote(line, at)
      const value = unquote(line.slice(from, at))
      if (value !== undefined && key !== '') onPair(key, value)
      continue
    }
    while (at < length && line.charCodeAt(at) > BLANK) at++
    if (key !== '') onPair(key, line.slice(from, at))
  }
}

/** Behind the quote that closes the one at `open`, or the end of the line. */
function closingQuote(line: string, open: number): number {
  let at = open + 1
  while (at < line.length) {
    const code = line.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at + 1
    at++
  }
  return line.length
}
