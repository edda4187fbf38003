import { z } from 'zod'
import { PicketError } from '../../errors.ts'
import type { LokiPage } from './page.ts'
import { PageRows } from './page-rows.ts'

/** An answer with status 200 that is not what Loki answers. */
export class LokiAnswerError extends PicketError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('PICKET_LOKI_ANSWER', message, { retryable: true, ...options })
  }
}

const streamsSchema = z.object({
  resultType: z.literal('streams'),
  encodingFlags: z.array(z.string()).nullish(),
  result: z
    .array(
      z.object({
        stream: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.string().regex(/^\d{1,19}$/), z.string()]).rest(z.unknown())),
      }),
    )
    .nullable(),
  stats: z.object({ summary: z.object({ splits: z.number().optional() }).nullish() }).nullish(),
})
const answerSchema = z.object({ data: z.unknown() })

export const CATEGORIZE = 'categorize-labels'
/** Lines beyond the year 2038 do not fit the columns; Loki refuses to store them for some years yet. */
export const MAX_SECONDS = 0x7fff_ffff
/** Streams of one page are indexed by 16 bits; a page has far fewer lines. */
export const MAX_STREAMS = 0xffff

/** `readPage` by way of `JSON.parse`: slow, and the judge of what is an answer at all. */
export function parsePage(body: Uint8Array): LokiPage {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(body))
  } catch (cause) {
    throw new LokiAnswerError(`the answer is no JSON: ${start(body)}`, { cause })
  }
  const answer = answerSchema.safeParse(json)
  const type = (answer.data?.data as { resultType?: unknown } | undefined)?.resultType
  if (type === 'matrix' || type === 'vector' || type === 'scalar') {
    throw new LokiAnswerError(
      `the answer holds numbers (${type}), not lines: the query has to be a log query`,
    )
  }
  const streams = streamsSchema.safeParse(answer.data?.data)
  if (!streams.success) throw new LokiAnswerError(`the answer is none of Loki's: ${start(body)}`)

  const { result, encodingFlags, stats } = streams.data
  const encoder = new TextEncoder()
  const encoded: Uint8Array[] = []
  const rows = new PageRows()
  let offset = 0
  for (const { stream, values } of result ?? []) {
    rows.labels.push(stream)
    for (const [ns, text] of values) {
      const seconds = Number(ns.slice(0, -9) || '0')
      if (seconds > MAX_SECONDS || rows.labels.length > MAX_STREAMS) {
        throw new LokiAnswerError(
          `the answer is out of bounds: ${seconds} s, ${rows.labels.length} streams`,
        )
      }
      const line = encoder.encode(text)
      encoded.push(line)
      rows.add(offset, offset + line.length, seconds, Number(ns.slice(-9)), rows.labels.length - 1)
      offset += line.length + 1
    }
  }

  const bytes = new Uint8Array(offset).fill(10)
  encoded.forEach((line, i) => bytes.set(line, rows.at[2 * i]))
  return {
    bytes,
    count: rows.count,
    at: rows.at,
    seconds: rows.seconds,
    nanos: rows.nanos,
    stream: rows.stream,
    labels: rows.labels,
    splits: stats?.summary?.splits ?? 0,
    categorized: encodingFlags?.includes(CATEGORIZE) ?? false,
  }
}

/** The beginning of a body, fit for a message. */
function start(body: Uint8Array): string {
  return JSON.stringify(new TextDecoder().decode(body.subarray(0, 200)).slice(0, 120))
}
