import { z } from 'zod'

export const journaldSourceSchema = z.strictObject({
  type: z.literal('journald'),
  name: z
    .string()
    .min(1)
    .default('journald')
    .describe('Names the input in metrics, logs and the checkpoint.'),
  matches: z
    .array(z.string().min(1))
    .refine(
      (matches) => matches.every((match) => !match.startsWith('-')),
      'expected matches such as _TRANSPORT=kernel, no options',
    )
    .default(['_TRANSPORT=kernel'])
    .describe("journalctl's matches; the kernel's messages by default."),
  from: z.enum(['end', 'beginning']).default('end').describe('Where the first run begins.'),
  command: z.string().min(1).default('journalctl').describe('The program to run.'),
  time: z
    .enum(['entry', 'line'])
    .default('entry')
    .describe("Event time: the journal's, or the one written in the line."),
})
export type JournaldConfig = z.output<typeof journaldSourceSchema>
