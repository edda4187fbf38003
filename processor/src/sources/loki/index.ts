import type { SourceKind } from '../../pipeline/types.ts'
import { lokiSourceSchema } from './config.ts'
import { createLokiSource } from './source.ts'

/** Firewall lines out of Loki. */
export const lokiSource: SourceKind<typeof lokiSourceSchema> = {
  type: 'loki',
  schema: lokiSourceSchema,
  create: createLokiSource,
}
