import { z } from 'zod'

export const pushSourceSchema = z.strictObject({
  type: z.literal('push'),
  name: z
    .string()
    .min(1)
    .default('push')
    .describe('Names the input in metrics, logs and the checkpoint.'),
  path: z
    .string()
    .startsWith('/')
    .default('/loki/api/v1/push')
    .describe("Path on Picket's HTTP port."),
  maxBodyBytes: z
    .int()
    .min(1024)
    .default(16 * 1024 * 1024)
    .describe('Largest body that is taken, packed or unpacked.'),
  maxSpoolBytes: z
    .int()
    .min(1024 * 1024)
    .default(256 * 1024 * 1024)
    .describe('Accepted lines on disk; beyond it pushes are answered with 429.'),
  time: z
    .enum(['entry', 'line'])
    .default('entry')
    .describe("Event time: the entry's, or the one written in the line."),
})
export type PushSourceConfig = z.output<typeof pushSourceSchema>
