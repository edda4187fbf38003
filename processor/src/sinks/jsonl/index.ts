import type { SinkKind } from '../../pipeline/types.ts'
import { jsonlConfig } from './config.ts'
import { createJsonlSink } from './sink.ts'

export { jsonlConfig } from './config.ts'
export { createJsonlSink } from './sink.ts'

export const jsonlSink = {
  type: 'jsonl',
  schema: jsonlConfig,
  create: (config, { logger }) => createJsonlSink(config, { logger }),
} as const satisfies SinkKind<typeof jsonlConfig>
