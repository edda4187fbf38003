import { z } from 'zod'
import { duration } from '../../config/values.ts'

export const fileSourceSchema = z.strictObject({
  type: z.literal('file'),
  name: z
    .string()
    .min(1)
    .default('file')
    .describe('Names the input in metrics, logs and the checkpoint.'),
  paths: z
    .array(z.string().min(1))
    .min(1, 'expected at least one path')
    .describe('Log files; the last part may contain *, as in /var/log/ufw*.log.'),
  from: z
    .enum(['end', 'beginning'])
    .default('end')
    .describe(
      'Where a file that is there at the first start is begun; files that appear later are read whole.',
    ),
  poll: duration
    .refine((ms) => ms >= 10, 'expected at least 10ms')
    .default(1000)
    .describe('How often to look for new lines.'),
  time: z
    .enum(['entry', 'line'])
    .default('line')
    .describe('Event time: files have no entries, so the line it is.'),
})
export type FileSourceConfig = z.output<typeof fileSourceSchema>
