import { isObject } from './frames'
import { selectorOf } from './evidence'

/** What is known of a query by its refId. */
export interface Query {
  readonly expr: string
  readonly limit: number | undefined
  /** Uid of the data source, if it is Loki. */
  readonly loki: string | undefined
  /** Stream selector of a LogQL query. */
  readonly selector: string | undefined
}

const NO_QUERY: Query = { expr: '', limit: undefined, loki: undefined, selector: undefined }

export type Queries = (refId: string) => Query

/** The panel's queries as `data.request.targets` has them. */
export function readQueries(targets: readonly unknown[] | undefined): Queries {
  const known = new Map<string, Query>()
  for (const target of Array.isArray(targets) ? (targets as unknown[]) : []) {
    if (!isObject(target) || typeof target['refId'] !== 'string') continue
    const { expr, maxLines, datasource } = target
    const text = typeof expr === 'string' ? expr : ''
    const isLoki = isObject(datasource) && datasource['type'] === 'loki'
    const uid = isObject(datasource) ? datasource['uid'] : undefined
    known.set(target['refId'], {
      expr: text,
      limit: typeof maxLines === 'number' && maxLines > 0 ? maxLines : undefined,
      loki: isLoki && typeof uid === 'string' ? uid : undefined,
      selector: selectorOf(text),
    })
  }
  // Frames of a panel's only query may have lost their refId on the way through a transformation.
  const only = known.size === 1 ? [...known.values()][0] : undefined
  return (refId) => known.get(refId) ?? only ?? NO_QUERY
}
