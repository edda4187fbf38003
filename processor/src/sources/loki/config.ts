import { z } from 'zod'
import { connectionShape } from '../../config/connection.ts'
import { duration, httpUrl, parseDuration } from '../../config/values.ts'

const NS_PER_MS = 1_000_000n

/** Long before the first Loki; empty months behind it cost one request each. */
const BEGINNING_NS = BigInt(Date.UTC(2000, 0, 1)) * NS_PER_MS

const startText = z
  .string()
  .refine((text) => parseStart(text, 0) !== undefined, {
    error: ({ input }) =>
      `${JSON.stringify(input)} is no start: expected now, beginning, a duration ago as in 6h, or a time as in 2026-01-31T00:00:00Z`,
  })
  .default('now')

const endText = z.string().refine((text) => parseTime(text) !== undefined, {
  error: ({ input }) =>
    `${JSON.stringify(input)} is no time: expected one as in 2026-01-31T00:00:00Z`,
})

export const lokiSourceSchema = z.strictObject({
  type: z.literal('loki'),
  name: z
    .string()
    .min(1)
    .default('loki')
    .describe('Names the input in metrics, logs and the checkpoint.'),
  url: httpUrl.describe('Address of Loki, the part before /loki/api/v1.'),
  query: z
    .string({
      error:
        'expected a LogQL log query that selects the firewall lines, as in {job="firewall"}; there is no default',
    })
    .trim()
    .min(1)
    .describe('LogQL log query that selects the firewall lines. It has no default.'),
  start: startText.describe(
    'Where the first run begins: now, beginning, a duration ago, or a time.',
  ),
  end: endText.optional().describe('Where reading ends (exclusive); without it, never.'),
  settle: duration
    .default(5000)
    .describe('How long after its timestamp a line may arrive and still be taken in order.'),
  maxLateness: duration
    .default(600_000)
    .describe(
      'How long after its timestamp a line may arrive and still be found, by reading that stretch again; 0 turns it off.',
    ),
  poll: duration
    .refine((ms) => ms >= 100, 'expected at least 100ms')
    .default(2000)
    .describe('How often to ask for new lines while none are announced.'),
  limit: z.number().int().min(1).max(50_000).default(1000).describe('Lines of one request.'),
  tail: z
    .boolean()
    .default(true)
    .describe('Open a websocket that announces new lines, so that they are asked for at once.'),
  time: z
    .enum(['entry', 'line'])
    .default('entry')
    .describe('Event time: of the Loki entry, or the one written in the line.'),
  ...connectionShape,
})
export type LokiSourceConfig = z.output<typeof lokiSourceSchema>

/** Nanoseconds since 1970 of `start`, as seen at `nowMs`; undefined if it is none of the four forms. */
export function parseStart(text: string, nowMs: number): bigint | undefined {
  if (text === 'now') return BigInt(Math.trunc(nowMs)) * NS_PER_MS
  if (text === 'beginning') return BEGINNING_NS
  const ago = parseDuration(text)
  if (ago !== undefined) return BigInt(Math.trunc(nowMs) - ago) * NS_PER_MS
  return parseTime(text)
}

/** ISO 8601 with a zone and up to nine decimals, or nanoseconds with 16 to 19 digits. */
export function parseTime(text: string): bigint | undefined {
  if (/^\d{16,19}$/.test(text)) return BigInt(text)
  const match =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d))?$/.exec(
      text.trim(),
    )
  if (match === null) return undefined
  const [, day = '', clock = '00:00', fraction = '', zone = 'Z'] = match
  const ms = Date.parse(`${day}T${clock}${zone}`)
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'))
}
