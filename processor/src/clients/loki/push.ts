import type { HttpClient } from '../http.ts'
import { LokiError, refusal } from './failure.ts'
import { wellFormed, type StreamLabels } from './labels.ts'

export interface PushEntry {
  /** Nanoseconds since 1970. */
  readonly ns: string
  readonly line: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** One stream: with several in a push Loki may lose one of them and still answer 204. */
export interface PushStream {
  readonly labels: StreamLabels
  readonly entries: readonly PushEntry[]
}

/** Well below the 4 MiB that Loki's parts can tell each other, and below the usual burst size. */
export const MAX_PUSH_BYTES = 900_000
const RETRIES = 3

/**
 * Pushes in pieces below 1 MiB, in order, and resolves when every one got its 204.
 *
 * Throws LokiError otherwise. Pieces before the failed one are stored, and of the failed one perhaps some entries:
 * repeating is safe, since Loki drops an entry with the same stream, nanosecond and line. A piece that
 * Loki's parts cannot hand on (500 `ResourceExhausted`, for ever) is halved; if a single entry still fails so, the error
 * is not retryable. On 429 a piece of several entries is halved once: it may be above the burst size, which
 * would be refused for ever.
 */
export async function pushStream(
  http: HttpClient,
  stream: PushStream,
  signal?: AbortSignal,
): Promise<void> {
  for (const piece of pieces(stream.entries, MAX_PUSH_BYTES)) {
    await pushPiece(http, { labels: stream.labels, entries: piece }, signal, false)
  }
}

async function pushPiece(
  http: HttpClient,
  stream: PushStream,
  signal: AbortSignal | undefined,
  halved: boolean,
): Promise<void> {
  const answer = await http.request({
    method: 'POST',
    path: '/loki/api/v1/push',
    headers: { 'content-type': 'application/json' },
    body: encode(stream),
    retries: RETRIES,
    ...(signal !== undefined && { signal }),
  })
  if (answer.status === 204) return

  const error = refusal(answer, `Writing to ${http.baseUrl}`)
  const tooLarge =
    answer.status === 413 || (answer.status === 500 && error.body.includes('ResourceExhausted'))
  const { labels, entries } = stream
  if (entries.length > 1 && (tooLarge || (answer.status === 429 && !halved))) {
    const middle = entries.length >> 1
    await pushPiece(
      http,
      { labels, entries: entries.slice(0, middle) },
      signal,
      answer.status === 429,
    )
    await pushPiece(http, { labels, entries: entries.slice(middle) }, signal, answer.status === 429)
    return
  }
  throw tooLarge ? final(error) : error
}

function encode({ labels, entries }: PushStream): string {
  const stream = Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, wellFormed(value)]),
  )
  const values = entries.map(({ ns, line, metadata }): unknown[] => {
    if (metadata === undefined) return [ns, wellFormed(line)]
    const pairs = Object.entries(metadata).map(([name, value]) => [name, wellFormed(value)])
    return [ns, wellFormed(line), Object.fromEntries(pairs)]
  })
  return JSON.stringify({ streams: [{ stream, values }] })
}

/** Runs of entries whose encoded size stays below the bound; an entry above it goes alone. */
function* pieces(entries: readonly PushEntry[], maxBytes: number): Generator<readonly PushEntry[]> {
  let from = 0
  let size = 0
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]
    if (entry === undefined) continue
    const bytes = sizeOf(entry)
    if (size > 0 && size + bytes > maxBytes) {
      yield entries.slice(from, i)
      from = i
      size = 0
    }
    size += bytes
  }
  if (from < entries.length) yield entries.slice(from)
}

function sizeOf({ line, metadata }: PushEntry): number {
  let size = 40 + Buffer.byteLength(JSON.stringify(line))
  for (const [name, value] of Object.entries(metadata ?? {}))
    size += name.length + Buffer.byteLength(value) + 8
  return size
}

function final(error: LokiError): LokiError {
  const { message, status = 0, body } = error
  return new LokiError(`${message}; it is too large for Loki`, {
    status,
    body,
    retryable: false,
    cause: error,
  })
}
