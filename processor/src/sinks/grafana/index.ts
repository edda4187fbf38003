import { createAnnotationClient } from '../../clients/grafana/annotations.ts'
import { createHttpClient } from '../../clients/http.ts'
import type { SinkKind } from '../../pipeline/types.ts'
import { grafanaConfig } from './config.ts'
import { createGrafanaSink } from './sink.ts'

export { grafanaConfig } from './config.ts'
export { createGrafanaSink } from './sink.ts'

export const grafanaSink = {
  type: 'grafana',
  schema: grafanaConfig,
  create(config, { logger }) {
    const http = createHttpClient({ baseUrl: config.url, connection: config, logger })
    return createGrafanaSink(config, { client: createAnnotationClient(http, logger) })
  },
} as const satisfies SinkKind<typeof grafanaConfig>
