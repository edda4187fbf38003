/** Labels of one stream as Loki gives them. */
export type StreamLabels = Readonly<Record<string, string>>

/** Label names that Loki adds by itself; they come and go with its settings, so no identity may rest on them. */
function isServersOwn(name: string): boolean {
  return name === 'service_name' || name === 'detected_level' || name.startsWith('__')
}

/** The labels that were pushed, as far as one can tell: without those of the server. */
export function pushedLabels(labels: StreamLabels): StreamLabels {
  return Object.fromEntries(
    Object.keys(labels)
      .filter((name) => !isServersOwn(name))
      .sort()
      .map((name) => [name, labels[name] ?? '']),
  )
}

/** Labels as a LogQL selector with sorted names, `{host="fw1", job="iptables"}`: the text that streams are ordered by. */
export function labelText(labels: StreamLabels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((name) => `${name}=${quote(labels[name] ?? '')}`)
  return `{${pairs.join(', ')}}`
}

/** A Go string literal. JSON's is one, but for characters that must not stand raw there, which JSON escapes likewise. */
export function quote(text: string): string {
  return JSON.stringify(wellFormed(text))
}

/** Half surrogate pairs become U+FFFD: Loki refuses a whole push over one of them. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

/**
 * The selector of a log query, `{…}`, and what stands around it; undefined if there is none. Braces in strings and
 * comments do not count.
 */
export function selectorOf(
  query: string,
): { readonly before: string; readonly selector: string; readonly after: string } | undefined {
  let open = -1
  for (let i = 0; i < query.length; i++) {
    const char = query[i]
    if (char === '#') {
      const end = query.indexOf('\n', i)
      if (end === -1) return undefined
      i = end
    } else if (char === '"' || char === '`') {
      i = endOfString(query, i)
      if (i === -1) return undefined
    } else if (char === '{' && open === -1) {
      open = i
    } else if (char === '}' && open !== -1) {
      return {
        before: query.slice(0, open),
        selector: query.slice(open, i + 1),
        after: query.slice(i + 1),
      }
    }
  }
  return undefined
}

function endOfString(query: string, from: number): number {
  const mark = query[from]
  for (let i = from + 1; i < query.length; i++) {
    if (query[i] === '\\' && mark === '"') i++
    else if (query[i] === mark) return i
  }
  return -1
}
