import { PicketError } from '../errors.ts'

/**
 * A request that the store refuses, in Loki's words: `status` is the HTTP status, `message` the body.
 * 429 and 5xx may be tried again, the rest fails for ever.
 */
export class StoreError extends PicketError {
  readonly status: number

  constructor(status: number, message: string, options: { cause?: unknown } = {}) {
    super('PICKET_STORE', message, { ...options, retryable: status === 429 || status >= 500 })
    this.status = status
  }
}

/** A 400 of a query that cannot be read. `at`: offset in `query`; without it Loki gives no position. */
export function parseError(message: string, query?: string, at?: number): StoreError {
  if (query === undefined || at === undefined) {
    return new StoreError(400, `parse error : ${message}`)
  }
  const before = query.slice(0, at)
  const line = before.split('\n').length
  const column = at - (before.lastIndexOf('\n') + 1) + 1
  return new StoreError(400, `parse error at line ${line}, col ${column}: ${message}`)
}
