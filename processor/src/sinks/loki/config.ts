import { z } from 'zod'
import { connectionShape } from '../../config/connection.ts'
import { httpUrl } from '../../config/values.ts'

/** The contract's labels: an operator's extra ones must not stand in for them. */
const TAKEN = ['job', 'kind', 'danger_level', 'origin']

const labels = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        'expected a label name: letters, digits and _, not beginning with a digit',
      ),
    z.string(),
  )
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if (TAKEN.includes(name) || name.startsWith('__')) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `${name} is set by Picket or Loki itself: choose another name`,
        })
      }
    }
  })

export const lokiSinkSchema = z.strictObject({
  type: z.literal('loki'),
  name: z
    .string()
    .min(1)
    .default('loki')
    .describe('Names the sink in metrics, logs and the checkpoint.'),
  url: httpUrl.describe('Address of Loki, the part before /loki/api/v1.'),
  required: z.boolean().default(true).describe('/readyz fails while this sink is unreachable.'),
  labels: labels
    .default({})
    .describe('Further stream labels of every event; few, and with few values.'),
  origin: z.string().min(1).optional().describe('Label origin of every event; backfill sets it.'),
  ...connectionShape,
})
export type LokiSinkConfig = z.output<typeof lokiSinkSchema>
