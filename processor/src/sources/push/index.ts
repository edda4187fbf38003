import type { SourceKind } from '../../pipeline/types.ts'
import { pushSourceSchema } from './config.ts'
import { createPushSource } from './source.ts'

/** Lines that Alloy, Promtail or Vector push to Picket itself. */
export const pushSource: SourceKind<typeof pushSourceSchema> = {
  type: 'push',
  schema: pushSourceSchema,
  create: createPushSource,
}
