import { RE2JS } from 're2js'

/** A regular expression with RE2's rules: linear time, no lookaround, no back-references. */
export interface Regex {
  readonly source: string
  /** Anywhere in the text. */
  test(text: string): boolean
  /** From the first character to the last. */
  testWhole(text: string): boolean
}

const LITERALS = /^[^\\^$.|?*+()[\]{}]*(?:\|[^\\^$.|?*+()[\]{}]*)*$/
/** Longer ones are a mistake or an attack: their program would not fit. */
const MAX_SOURCE = 64 * 1024

/** Throws an `Error` with RE2's words. */
export function compileRegex(source: string): Regex {
  const compiled = compileRe2(source)
  if (LITERALS.test(source)) {
    // `fw1|fw2`, as Grafana writes a choice of values: no automaton is needed.
    const words = source.split('|')
    const set = new Set(words)
    return {
      source,
      test: (text) => words.some((word) => text.includes(word)),
      testWhole: (text) => set.has(text),
    }
  }
  return {
    source,
    test: (text) => compiled.test(text),
    testWhole: (text) => compiled.testExact(text),
  }
}

export function compileRe2(source: string, flags = 0): RE2JS {
  if (source.length > MAX_SOURCE) throw new Error('error parsing regexp: expression too large')
  return RE2JS.compile(source, flags)
}

/** A stream matcher's and label filter's expression: the dot takes line breaks too, as in Prometheus. */
export function compileAnchored(source: string): (text: string) => boolean {
  const regex = compileRegex(source)
  if (LITERALS.test(source)) return (text) => regex.testWhole(text)
  const compiled = compileRe2(`^(?s:${source})$`)
  return (text) => compiled.test(text)
}
