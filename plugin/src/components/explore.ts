import { locationUtil, urlUtil } from '@grafana/data'
import { getDataSourceSrv } from '@grafana/runtime'
import type { Evidence } from '../data/model'

/** Address of Explore, showing the lines of a query in a time range (ms, `to` exclusive). */
export function exploreUrl(datasource: string, { query, from, to }: Evidence): string {
  const panes = {
    picket: {
      datasource,
      queries: [
        {
          refId: 'A',
          datasource: { type: 'loki', uid: datasource },
          editorMode: 'code',
          queryType: 'range',
          expr: query,
        },
      ],
      range: { from: String(Math.floor(from)), to: String(Math.ceil(to)) },
    },
  }
  return locationUtil.assureBaseUrl(
    urlUtil.renderUrl('/explore', { schemaVersion: 1, panes: JSON.stringify(panes) }),
  )
}

/** Uid of the only Loki data source there is; undefined if there is none, or a choice. */
export function onlyLoki(): string | undefined {
  // Outside Grafana there is no such service, whatever its type says.
  const service = getDataSourceSrv() as ReturnType<typeof getDataSourceSrv> | undefined
  const found = service?.getList({ type: 'loki' }) ?? []
  return found.length === 1 ? found[0]?.uid : undefined
}
