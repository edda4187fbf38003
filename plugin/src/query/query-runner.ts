import type { DataQueryRequest } from '@grafana/data'

/** The part of a dashboard's query runner that is needed to give a panel another query. */
interface QueryRunner {
  readonly state: { readonly queries: readonly { readonly refId?: string }[] }
  setState(part: object): void
  runQueries(): void
}

/**
 * The object that runs a panel's queries. Grafana has no call by which a panel may set its query; since dashboards are
 * made of scenes, the request carries the object that made it, and the page names the dashboard. Both are looked at
 * by shape only: where a Grafana has neither, the caller offers the query in Explore instead.
 */
export function findQueryRunner(
  request: DataQueryRequest | undefined,
  panelId: number,
  page: object = globalThis,
): QueryRunner | undefined {
  const wrapped: unknown = request?.scopedVars?.['__sceneObject']?.value
  const fromRequest = asRunner(unwrap(wrapped))
  if (fromRequest !== undefined) return fromRequest
  const dashboard = property(page, '__grafanaSceneContext')
  const panels = call(property(dashboard, 'state'), 'body', 'getVizPanels')
  if (!Array.isArray(panels)) return undefined
  const panel = panels.find(
    (candidate) => property(property(candidate, 'state'), 'key') === `panel-${panelId}`,
  )
  const data = property(property(panel, 'state'), '$data')
  return asRunner(data) ?? asRunner(property(property(data, 'state'), '$data'))
}

/** Replaces a panel's queries by one, and runs it. */
export function setQuery(
  runner: QueryRunner,
  datasource: { readonly type: string; readonly uid: string },
  query: object,
): void {
  runner.setState({ datasource, queries: [{ ...query, refId: 'A', datasource }] })
  runner.runQueries()
}

function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? value.valueOf() : undefined
}

function asRunner(value: unknown): QueryRunner | undefined {
  return Array.isArray(property(property(value, 'state'), 'queries')) &&
    typeof property(value, 'setState') === 'function' &&
    typeof property(value, 'runQueries') === 'function'
    ? (value as QueryRunner)
    : undefined
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined
}

function call(value: unknown, name: string, method: string): unknown {
  const owner = property(value, name)
  const found = property(owner, method)
  return typeof found === 'function' ? (found.call(owner) as unknown) : undefined
}
