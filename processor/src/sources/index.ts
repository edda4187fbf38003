import { fileSource } from './file/index.ts'
import { journaldSource } from './journald/index.ts'
import { lokiSource } from './loki/index.ts'
import { pushSource } from './push/index.ts'
import { stdinSource } from './stdin/index.ts'

/** Every kind of input. A new one is a folder and a line here. */
export const sourceKinds = [
  lokiSource,
  fileSource,
  stdinSource,
  journaldSource,
  pushSource,
] as const
