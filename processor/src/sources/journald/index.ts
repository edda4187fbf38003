import type { SourceKind } from '../../pipeline/types.ts'
import { journaldSourceSchema } from './config.ts'
import { createJournaldSource } from './source.ts'

/** The journal, through `journalctl -o json -f`. */
export const journaldSource: SourceKind<typeof journaldSourceSchema> = {
  type: 'journald',
  schema: journaldSourceSchema,
  create: createJournaldSource,
}
