import { z } from 'zod'

export const stdoutConfig = z.strictObject({
  type: z.literal('stdout'),
  name: z.string().min(1).describe('Name of this sink in logs and metrics.'),
  required: z
    .boolean()
    .default(false)
    .describe('Whether /readyz fails once nobody reads the output any more.'),
})

export type StdoutConfig = z.output<typeof stdoutConfig>
