import type { StreamLabels } from './labels.ts'
import { parsePage } from './page-json.ts'
import { scanPage, UnexpectedBody } from './page-scan.ts'

/**
 * The lines of one answer, as bytes: streams one after the other as Loki gave them, not merged.
 *
 * Line i is `bytes[at[2i] .. at[2i+1])`, unescaped; a line break stands behind it. Its time is two integers, for a
 * nanosecond count does not fit into a double. `stream[i]` indexes `labels`.
 */
export interface LokiPage {
  readonly bytes: Uint8Array
  readonly count: number
  readonly at: Int32Array
  readonly seconds: Int32Array
  readonly nanos: Int32Array
  readonly stream: Uint16Array
  readonly labels: readonly StreamLabels[]
  /** In how many parts Loki ran the query; above 1 a full page may have holes (before 3.7). */
  readonly splits: number
  /** Metadata stands apart from the stream labels, as asked for. */
  readonly categorized: boolean
}

/**
 * Reads the body of a `query_range` answer and writes into it: lines are unescaped in place.
 *
 * The bytes are scanned; one big string would cost more than the detection does. Whatever the scan does not
 * expect goes to `JSON.parse` as a whole: the two are one contract. Throws LokiAnswerError if that fails too.
 */
export function readPage(bytes: Uint8Array): LokiPage {
  try {
    return scanPage(bytes)
  } catch (error) {
    if (error instanceof UnexpectedBody) return parsePage(bytes)
    throw error
  }
}
