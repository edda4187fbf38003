import type { Builtin } from '../../helpers/grafana.ts'

/** The stretch of time that a dashboard shows, ms since 1970. */
export interface Range {
  readonly from: number
  readonly to: number
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly values: readonly number[]
}

export interface LogRow {
  readonly ns: string
  readonly line: string
  /** Stream labels, structured metadata and what was parsed out, as Grafana shows them. */
  readonly labels: Readonly<Record<string, string>>
}

export interface Answer {
  readonly series: readonly Series[]
  readonly rows: readonly LogRow[]
}

interface ApiAnswer {
  readonly data: {
    readonly resultType: 'matrix' | 'vector' | 'scalar' | 'streams'
    readonly result: readonly {
      readonly metric?: Readonly<Record<string, string>>
      readonly stream?: Readonly<Record<string, string>>
      readonly value?: readonly [number, string]
      readonly values?: readonly (readonly [number | string, string])[]
    }[]
  }
}

/** Points of a range query. */
const STEP_S = 2

/** What Grafana would make of the built-in variables for this range and Prometheus scraping every second. */
export function builtinsOf({ from, to }: Range): Builtin {
  const range = `${Math.ceil((to - from) / 1000)}s`
  return { interval: `${STEP_S}s`, rateInterval: '8s', range, auto: `${STEP_S}s` }
}

export async function askPrometheus(
  url: string,
  expr: string,
  { from, to }: Range,
  isInstant: boolean,
): Promise<Answer> {
  const params = isInstant
    ? { query: expr, time: String(to / 1000) }
    : {
        query: expr,
        start: String(from / 1000),
        end: String(to / 1000),
        step: String(STEP_S),
      }
  return ask(`${url}/api/v1/${isInstant ? 'query' : 'query_range'}`, params)
}

export async function askLoki(
  url: string,
  expr: string,
  { from, to }: Range,
  { isInstant = false, limit = 1000 }: { isInstant?: boolean; limit?: number | undefined } = {},
): Promise<Answer> {
  const params = isInstant
    ? { query: expr, time: `${to}000000` }
    : {
        query: expr,
        start: `${from}000000`,
        end: `${to}000000`,
        step: String(STEP_S),
        limit: String(limit),
        direction: 'backward',
      }
  return ask(`${url}/loki/api/v1/${isInstant ? 'query' : 'query_range'}`, params)
}

async function ask(url: string, params: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(`${url}?${new URLSearchParams(params).toString()}`)
  if (!response.ok)
    throw new Error(`${response.status}: ${await response.text()}\n${params['query'] ?? ''}`)
  const { resultType, result } = ((await response.json()) as ApiAnswer).data
  if (resultType === 'streams')
    return {
      series: [],
      rows: result.flatMap(({ stream = {}, values = [] }) =>
        values.map(([ns, line]) => ({ ns: String(ns), line, labels: stream })),
      ),
    }
  return {
    rows: [],
    series: result.map(({ metric = {}, value, values = value === undefined ? [] : [value] }) => ({
      labels: metric,
      values: values.map(([, text]) => Number(text)),
    })),
  }
}

/** Values of a label, as a variable's list asks for them. */
export async function labelValues(
  url: string,
  path: string,
  params: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const response = await fetch(`${url}${path}?${new URLSearchParams(params).toString()}`)
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  return ((await response.json()) as { data?: string[] }).data ?? []
}
