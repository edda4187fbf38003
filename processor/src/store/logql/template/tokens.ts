export interface Token {
  readonly kind: 'field' | 'word' | 'string' | 'integer' | 'float' | 'symbol'
  readonly text: string
}

const TOKEN =
  /\s*(?:(\.[A-Za-z_][A-Za-z0-9_]*)|([A-Za-z_][A-Za-z0-9_]*)|("(?:[^"\\\n]|\\.)*"|`[^`]*`)|(-?\d+\.\d+(?:[eE][+-]?\d+)?)|(-?\d+)|([|().])|$)/y

/** The words of one action. Throws for what templates of LogQL do not need here, such as variables. */
function tokenize(action: string): Token[] {
  const token = new RegExp(TOKEN)
  const tokens: Token[] = []
  while (token.lastIndex < action.length) {
    const at = token.lastIndex
    const match = token.exec(action)
    if (match === null) {
      throw new Error(
        `unexpected ${JSON.stringify(action.slice(at).trim().slice(0, 20))} in command`,
      )
    }
    const [, field, word, string, float, integer, symbol] = match
    if (field !== undefined) tokens.push({ kind: 'field', text: field.slice(1) })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string })
    else if (float !== undefined) tokens.push({ kind: 'float', text: float })
    else if (integer !== undefined) tokens.push({ kind: 'integer', text: integer })
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol })
    else break
  }
  return tokens
}

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[] }

const ACTION = /\{\{(-\s)?((?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`}]|\}(?!\}))*?)(\s-)?\}\}/g

/** Splits a template into text and actions; `{{-` and `-}}` take the blanks beside them away. */
export function splitTemplate(template: string): Part[] {
  const parts: Part[] = []
  let from = 0
  let trimsNext = false
  const push = (text: string, trimsEnd: boolean): void => {
    let clean = trimsNext ? text.trimStart() : text
    if (trimsEnd) clean = clean.trimEnd()
    if (clean.includes('{{')) throw new Error('unclosed action')
    if (clean !== '') parts.push({ kind: 'text', text: clean })
  }
  for (const match of template.matchAll(ACTION)) {
    const [whole, trimsBefore, action = '', trimsAfter] = match
    push(template.slice(from, match.index), trimsBefore !== undefined)
    from = match.index + whole.length
    trimsNext = trimsAfter !== undefined
    const isComment = action.trim().startsWith('/*')
    if (!isComment) parts.push({ kind: 'action', tokens: tokenize(action) })
  }
  push(template.slice(from), false)
  return parts
}
