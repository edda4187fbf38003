import {
  ActionType,
  getFieldDataContextClone,
  type Action,
  type DataFrame,
  type InterpolateFunction,
  type ScopedVars,
} from '@grafana/data'
import type { BackendSrvRequest } from '@grafana/runtime'
import type { RowRef } from '../data/model'

/** A call that somebody has configured for a row (field option *Actions*), with the row's values in it. */
export interface FieldAction {
  readonly title: string
  /** What is asked before. */
  readonly confirmation: string
  /** Values that are asked for before, by the names under which the call has them. */
  readonly variables: readonly { readonly key: string; readonly name: string }[]
  /** The request; `answers` are the values of `variables`. Undefined if its address is none. */
  request(answers: Readonly<Record<string, string>>): BackendSrvRequest | undefined
}

const MAX_ACTIONS = 20

/** The actions of all fields of a row. One that is set for every field stands there once. */
export function fieldActions(
  series: readonly DataFrame[],
  row: RowRef | undefined,
  replaceVariables: InterpolateFunction,
): readonly FieldAction[] {
  const frame = row === undefined ? undefined : series[row.frame]
  if (row === undefined || frame === undefined) return []
  const found = new Map<string, FieldAction>()
  for (const field of frame.fields) {
    for (const action of field.config.actions ?? []) {
      const key = JSON.stringify(action)
      // Others go through a data source of their kind, which only Grafana's own code can ask.
      if (action.type !== ActionType.Fetch || action.fetch === undefined || found.has(key)) continue
      const context = getFieldDataContextClone(frame, field, field.state?.scopedVars ?? {})
      const scoped: ScopedVars = {
        ...field.state?.scopedVars,
        __dataContext: { ...context, value: { ...context.value, rowIndex: row.row } },
      }
      found.set(key, actionOf(action, scoped, replaceVariables))
      if (found.size >= MAX_ACTIONS) return [...found.values()]
    }
  }
  return [...found.values()]
}

function actionOf(
  action: Action,
  scoped: ScopedVars,
  replaceVariables: InterpolateFunction,
): FieldAction {
  const title = replaceVariables(action.title, scoped)
  const variables = action.variables ?? []
  return {
    title,
    confirmation: replaceVariables(action.confirmation ?? '', scoped),
    variables,
    request(answers) {
      const own: ScopedVars = { ...scoped }
      for (const { key } of variables)
        own[key] = { text: answers[key] ?? '', value: answers[key] ?? '' }
      return requestOf(action, (text) => replaceVariables(text, own))
    },
  }
}

/** As Grafana's own panels send it: through its server's session, marked as an action. */
function requestOf(
  { fetch }: Action,
  replace: (text: string) => string,
): BackendSrvRequest | undefined {
  if (fetch === undefined) return undefined
  const url = addressOf(replace(fetch.url), fetch.queryParams, replace)
  if (url === undefined) return undefined
  const headers: Record<string, string> = { 'X-Grafana-Action': '1' }
  for (const [name, value] of fetch.headers ?? []) headers[replace(name)] = replace(value)
  const request: BackendSrvRequest = { url, method: fetch.method, headers, showErrorAlert: false }
  if (fetch.method !== 'GET' && fetch.body !== undefined && fetch.body !== '')
    request.data = replace(fetch.body)
  return request
}

/** With its parameters; only http, https and paths of this Grafana. */
function addressOf(
  text: string,
  params: readonly (readonly [string, string])[] = [],
  replace: (text: string) => string,
): string | undefined {
  const isPath = /^\/(?!\/)/.test(text)
  if (!isPath && !/^https?:\/\//i.test(text)) return undefined
  const base = 'http://grafana.invalid'
  if (!URL.canParse(text, base)) return undefined
  const url = new URL(text, base)
  for (const [name, value] of params) url.searchParams.append(replace(name), replace(value))
  return isPath ? url.href.slice(base.length) : url.href
}
