import { HttpError } from '../../errors.ts'
import type { HttpAnswer } from '../http.ts'

/** Loki answered, and not with what was asked for. The message is for the person who runs Picket. */
export class LokiError extends HttpError {
  /** A query only: the largest limit that the server named in its refusal. */
  readonly maxLimit: number | undefined

  constructor(
    message: string,
    options: {
      status: number
      body: string
      retryable: boolean
      maxLimit?: number | undefined
      cause?: unknown
    },
  ) {
    super(message, options)
    this.maxLimit = options.maxLimit
  }
}

/**
 * What to tell about a refusal, and whether waiting helps.
 *
 * Control flow goes by status; texts are shown, not read, but for the maximum of lines and the two of pushes that the
 * table in the Loki notes names.
 */
export function refusal(answer: HttpAnswer, doing: string): LokiError {
  const { status } = answer
  const body = answer.text().slice(0, 2000)
  const said = body.trim().replace(/\s+/g, ' ').slice(0, 500)
  const maxLimit = /max_entries_limit_per_query \(\d+ > (\d+)\)/.exec(body)?.[1]
  return new LokiError(`${doing}: ${advice(answer, said)}`, {
    status,
    body,
    retryable: status === 429 || status >= 500 || (status >= 200 && status < 300),
    maxLimit: status === 400 && maxLimit !== undefined ? Number(maxLimit) : undefined,
  })
}

function advice({ status, headers }: HttpAnswer, said: string): string {
  const quoted = said === '' ? `status ${status}` : `status ${status}, ${said}`
  switch (status) {
    case 400:
      return `Loki refused it as wrong (${quoted})`
    case 401:
      return `Loki or a proxy before it wants to know who is asking (${quoted}); set tenant, or username and passwordFile, or tokenFile`
    case 403:
      return `it is forbidden with these credentials (${quoted}); check tenant, username or token`
    case 404:
    case 405:
      return `there is no Loki API at this address (${quoted}); url is the part before /loki/api/v1`
    case 429:
      return `Loki limits this tenant (${quoted})`
    case 260:
      return `ingestion is blocked for this tenant, nothing was stored (${quoted})`
  }
  if (status >= 300 && status < 400) {
    return `the address answers with a redirect to ${headers['location'] ?? 'nowhere'}; set url to the final address`
  }
  if (status >= 500) return `Loki is in trouble (${quoted})`
  return `an answer that Loki does not give (${quoted})`
}
