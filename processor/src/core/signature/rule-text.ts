/** One rule as a single text, with the way back to where each character stood in the file. */
export interface RuleText {
  readonly text: string
  /** Line on which the rule begins. */
  readonly line: number
  locate(offset: number): { line: number; column: number }
}

/** Trouble at an offset of the text being read; the rule it belongs to is skipped. */
export class RuleSyntaxError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'RuleSyntaxError'
    this.offset = offset
  }
}

interface Piece {
  readonly start: number
  readonly line: number
}

/** Cuts a file into rules: a backslash at the end of a line joins it to the next, blank and `#` lines fall away. */
export function* splitRules(file: string): Generator<RuleText> {
  const lines = file.split(/\r\n|\n|\r/)
  if (lines[0]?.startsWith('\uFEFF')) lines[0] = lines[0].slice(1)
  let text = ''
  let pieces: Piece[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (pieces.length === 0 && /^\s*(#|$)/.test(line)) continue
    pieces.push({ start: text.length, line: i + 1 })
    if (line.endsWith('\\') && i + 1 < lines.length) {
      // The backslash becomes a blank, so that offsets stay true and words do not run together.
      text += `${line.slice(0, -1)} `
      continue
    }
    text += line
    yield ruleText(text, pieces)
    text = ''
    pieces = []
  }
}

function ruleText(text: string, pieces: readonly Piece[]): RuleText {
  return {
    text,
    line: pieces[0]!.line,
    locate(offset) {
      const piece = pieces.findLast((candidate) => candidate.start <= offset) ?? pieces[0]!
      return { line: piece.line, column: offset - piece.start + 1 }
    },
  }
}
