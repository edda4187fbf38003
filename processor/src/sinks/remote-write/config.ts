import { z } from 'zod'
import { connectionShape } from '../../config/connection.ts'
import { duration, httpUrl } from '../../config/values.ts'

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/

export const remoteWriteConfig = z.strictObject({
  type: z.literal('remote-write'),
  name: z.string().min(1).describe('Name of this sink in logs and metrics.'),
  url: httpUrl.describe(
    'Where to send metrics; an address without a path gets /api/v1/write, as Prometheus has it.',
  ),
  interval: duration
    .prefault('15s')
    .refine((ms) => ms >= 1000, { message: 'too short: expected 1s or more' })
    .describe('How often all metrics are sent.'),
  instance: z
    .string()
    .min(1)
    .optional()
    .describe('Value of the label instance, by default the name of the host.'),
  labels: z
    .record(z.string().regex(LABEL, 'no label name: expected letters, digits and _'), z.string())
    .default({})
    .describe('Further labels of every series.'),
  required: z
    .boolean()
    .default(false)
    .describe('Whether /readyz fails while the address is unreachable.'),
  ...connectionShape,
})

export type RemoteWriteConfig = z.output<typeof remoteWriteConfig>
