import { HttpError, PicketError, SinkError, SourceError } from '../errors.ts'

/** One line for logs, `/readyz` and the status page. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Refused because of a wrong address or wrong credentials: a person must act, and then the same request will do. */
const WAITS_FOR_A_PERSON: ReadonlySet<number> = new Set([401, 403, 404, 405, 407])

/**
 * True where the far side will never take these detections, so that trying again is of no use.
 * Credentials and addresses do not count: detections are not thrown away because a token has expired.
 */
export function isHopeless(error: unknown): boolean {
  if (!(error instanceof PicketError) || error.retryable) return false
  const status =
    error instanceof SinkError || error instanceof SourceError || error instanceof HttpError
      ? error.status
      : undefined
  return status === undefined || !WAITS_FOR_A_PERSON.has(status)
}
