import { z } from 'zod'
import { connectionShape } from '../../config/connection.ts'
import { httpUrl } from '../../config/values.ts'

/** Grafana allows 500 characters of tags in all ([annotations] tags_length); Picket's own take up to 160. */
const MAX_EXTRA_TAGS = 300

export const grafanaConfig = z
  .strictObject({
    type: z.literal('grafana'),
    name: z.string().min(1).describe('Name of this sink in logs and metrics.'),
    url: httpUrl.describe('Address of Grafana, with the path it is served under.'),
    minDangerLevel: z
      .int()
      .min(0)
      .max(5)
      .default(3)
      .describe('Scans below this danger level get no annotation.'),
    dashboardUid: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Put annotations on this dashboard alone; without it any dashboard can show them by their tags.',
      ),
    panelId: z
      .int()
      .min(1)
      .optional()
      .describe('Put annotations on this panel of the dashboard alone.'),
    tags: z
      .array(z.string().trim().min(1))
      .default([])
      .refine((tags) => JSON.stringify(tags).length <= MAX_EXTRA_TAGS, {
        message: `too long together: expected at most ${MAX_EXTRA_TAGS} characters`,
      })
      .describe('Further tags of every annotation.'),
    required: z
      .boolean()
      .default(false)
      .describe('Whether /readyz fails while Grafana is unreachable.'),
    ...connectionShape,
  })
  .refine((config) => config.panelId === undefined || config.dashboardUid !== undefined, {
    path: ['panelId'],
    message: 'needs dashboardUid: expected both or none',
  })

export type GrafanaConfig = z.output<typeof grafanaConfig>
