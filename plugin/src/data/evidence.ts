import type { Evidence } from './model'

/**
 * The stream selector of a LogQL query, `{job="firewall"}`: the first braces outside of strings. Undefined if there is
 * none, or if it is not closed.
 */
export function selectorOf(expr: string): string | undefined {
  let from = -1
  for (let i = 0; i < expr.length; i++) {
    const c = expr[i]
    if (c === '"' || c === '`') {
      i = endOfString(expr, i)
      if (i < 0) return undefined
    } else if (c === '#' && from < 0) {
      const end = expr.indexOf('\n', i)
      if (end < 0) return undefined
      i = end
    } else if (c === '{' && from < 0) from = i
    else if (c === '}' && from >= 0) return expr.slice(from, i + 1)
  }
  return undefined
}

/** Place of the closing quote, -1 if there is none. Raw strings know no escapes. */
function endOfString(text: string, from: number): number {
  const quote = text[from]
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === quote) return i
    if (quote === '"' && text[i] === '\\') i++
  }
  return -1
}

/** The selector of an event's query, only where nothing but Picket's own filter follows it. */
export function selectorOfEvidence(query: string): string | undefined {
  const selector = selectorOf(query)
  if (selector === undefined || !query.startsWith(selector)) return undefined
  return /^ \|= "SRC=[0-9A-Fa-f:.]+ "$/.test(query.slice(selector.length)) ? selector : undefined
}

/** Lines of one port, in the time of `all`. Only what the kernel logs with a port has such a text. */
export function portEvidence(
  selector: string | undefined,
  all: Pick<Evidence, 'from' | 'to' | 'datasource'> | undefined,
  protocol: string,
  port: number,
): Evidence | undefined {
  if (selector === undefined || all === undefined) return undefined
  if (!/^(tcp|udp|udplite)$/.test(protocol)) return undefined
  const query = `${selector} |= "PROTO=${protocol.toUpperCase()} " |= "DPT=${port} "`
  return { ...all, query }
}

/** More would make a query that no proxy lets through. */
const MOST_SOURCES = 50

/**
 * Lines of several sources, by the queries of each: those that matched a signature, since which of their lines did,
 * the core knows and LogQL does not.
 */
export function sourcesEvidence(
  selector: string | undefined,
  times: Pick<Evidence, 'from' | 'to' | 'datasource'> | undefined,
  queries: readonly (string | undefined)[],
): Evidence | undefined {
  if (selector === undefined || times === undefined) return undefined
  if (queries.length === 0 || queries.length > MOST_SOURCES) return undefined
  const texts = queries.map((query) => / \|= "SRC=([0-9A-Fa-f:.]+) "$/.exec(query ?? '')?.[1])
  if (texts.includes(undefined)) return undefined
  if (texts.length === 1) return { ...times, query: `${selector} |= "SRC=${texts[0]} "` }
  const pattern = texts.map((text) => text?.replaceAll('.', '\\.')).join('|')
  return { ...times, query: `${selector} |~ \`SRC=(${pattern}) \`` }
}
