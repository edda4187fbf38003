import type { SinkKind } from '../../pipeline/types.ts'
import { stdoutConfig } from './config.ts'
import { createStdoutSink } from './sink.ts'

export { stdoutConfig } from './config.ts'
export { createStdoutSink } from './sink.ts'

export const stdoutSink = {
  type: 'stdout',
  schema: stdoutConfig,
  create: (config) => createStdoutSink(config, process.stdout),
} as const satisfies SinkKind<typeof stdoutConfig>
