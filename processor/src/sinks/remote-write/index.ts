import { hostname } from 'node:os'
import { createHttpClient } from '../../clients/http.ts'
import { createRemoteWriteClient } from '../../clients/prometheus/remote-write.ts'
import type { SinkKind } from '../../pipeline/types.ts'
import { remoteWriteConfig } from './config.ts'
import { createRemoteWriteSink } from './sink.ts'

export { remoteWriteConfig } from './config.ts'
export { isRemoteWriteSink, type RemoteWriteSink } from './sink.ts'

export const remoteWriteSink = {
  type: 'remote-write',
  schema: remoteWriteConfig,
  create(config, { logger }) {
    // The address names the endpoint itself, as remote_write has it in Prometheus; the client wants the host.
    const url = new URL(config.url)
    const path = url.pathname === '/' ? '/api/v1/write' : url.pathname
    const query = Object.fromEntries(url.searchParams)
    url.pathname = ''
    url.search = ''
    url.hash = ''
    const http = createHttpClient({ baseUrl: url.href, connection: config, logger })
    return createRemoteWriteSink(config, {
      client: createRemoteWriteClient({ http, path, query }),
      logger,
      instance: config.instance ?? hostname(),
    })
  },
} as const satisfies SinkKind<typeof remoteWriteConfig>
