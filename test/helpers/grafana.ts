/** A dashboard's variables as they are chosen; a list is what a multi-value variable holds. */
export type Values = Readonly<Record<string, string | readonly string[]>>

/** What Grafana works out for the built-in variables of a query. */
export interface Builtin {
  /** Durations as `30s`. */
  readonly interval: string
  readonly rateInterval: string
  readonly range: string
  /** Of LogQL: the step, or the range of an instant query. */
  readonly auto: string
}

/** How a data source joins what a multi-value variable holds; both escape what a regular expression would take for its own. */
export type Language = 'logql' | 'promql'

const VARIABLE = /\$(?:\{(\w+)(?::(\w+))?\}|(\w+))/g

/** A query as it is sent. Throws where it names a variable that nobody defined. */
export function interpolate(
  expr: string,
  language: Language,
  values: Values,
  builtin: Builtin,
): string {
  const known: Values = {
    ...values,
    __interval: builtin.interval,
    __rate_interval: builtin.rateInterval,
    __range: builtin.range,
    __auto: builtin.auto,
  }
  return expr.replace(VARIABLE, (all, braced?: string, _format?: string, bare?: string) => {
    const value = known[braced ?? bare ?? '']
    if (value === undefined) throw new Error(`${all} of ${expr} is not defined`)
    if (typeof value === 'string') return value
    const escaped = value.map((each) => each.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&'))
    if (language === 'logql') return escaped.join('|')
    return escaped.length === 1 ? escaped.join() : `(${escaped.join('|')})`
  })
}

/** Names of the variables that a text mentions, Grafana's own left out. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)]
    .map(([, braced, , bare]) => braced ?? bare ?? '')
    .filter((name) => !name.startsWith('__') && !/^\d+$/.test(name))
}
