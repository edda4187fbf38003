import type { SinkKind } from '../../pipeline/types.ts'
import { lokiSinkSchema } from './config.ts'
import { createLokiSink } from './sink.ts'

/** Detections as log lines in Loki. */
export const lokiSink: SinkKind<typeof lokiSinkSchema> = {
  type: 'loki',
  schema: lokiSinkSchema,
  create: createLokiSink,
}
