import { z } from 'zod'

export const jsonlConfig = z.strictObject({
  type: z.literal('jsonl'),
  name: z.string().min(1).describe('Name of this sink in logs and metrics.'),
  path: z.string().min(1).describe('File that detections are appended to, one JSON object a line.'),
  fsync: z
    .enum(['batch', 'never'])
    .default('batch')
    .describe(
      'batch: every batch is on disk before it counts as delivered; never: leave that to the system.',
    ),
  required: z
    .boolean()
    .default(false)
    .describe('Whether /readyz fails while the file cannot be written.'),
})

export type JsonlConfig = z.output<typeof jsonlConfig>
