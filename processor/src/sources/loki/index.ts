import type { SourceKind } from '../../pipeline/types.ts'
import { lokiSourceSchema } from './config.ts'
import { createLokiSource } from './source.ts'

export { type LokiSourceConfig } from './config.ts'

/** Firewall lines out of Loki. */
export const lokiSource: SourceKind<typeof lokiSourceSchema> = {
  type: 'loki',
  schema: lokiSourceSchema,
  create: createLokiSource,
}
