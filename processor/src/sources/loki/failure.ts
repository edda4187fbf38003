import { LokiAnswerError } from '../../clients/loki/index.ts'
import { HttpError, SourceError } from '../../errors.ts'

/** What a person reads when an input fails. */
export function sourceError(error: unknown, name: string, query: string): SourceError {
  if (error instanceof SourceError) return error
  const status = error instanceof HttpError ? error.status : undefined
  const retryable =
    error instanceof HttpError || error instanceof LokiAnswerError ? error.retryable : false
  const why = error instanceof Error ? error.message : String(error)
  const hint = status === 400 ? `; the query of this input is ${query}` : ''
  return new SourceError(`input ${name}: ${why}${hint}`, {
    source: name,
    status,
    retryable,
    cause: error,
  })
}
