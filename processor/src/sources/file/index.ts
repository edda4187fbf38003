import type { SourceKind } from '../../pipeline/types.ts'
import { fileSourceSchema } from './config.ts'
import { createFileSource } from './source.ts'

/** Log files that grow and are rotated. */
export const fileSource: SourceKind<typeof fileSourceSchema> = {
  type: 'file',
  schema: fileSourceSchema,
  create: createFileSource,
}
