import { mask, maskText } from './mask.ts'

const MAX_CAUSES = 5

export interface LoggedError {
  type: string
  message: string
  code?: string
  status?: number
  retryable?: boolean
  stack?: string
  cause?: LoggedError
  [detail: string]: unknown
}

/** An error as plain facts: what it carries, its causes, and its stack only where somebody debugs. */
export function loggedError(error: unknown, withStack: boolean, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: maskText(String(error)) }
  const { message, stack, cause, ...details } = error as Error & Record<string, unknown>
  const logged: LoggedError = {
    type: error.name,
    message: maskText(message),
    ...(mask(details) as Record<string, unknown>),
  }
  delete logged.name
  // The answer's body may hold anything; its gist is in the message.
  delete logged.body
  if (withStack && typeof stack === 'string') logged.stack = maskText(stack)
  if (cause !== undefined && depth < MAX_CAUSES)
    logged.cause = loggedError(cause, withStack, depth + 1)
  return logged
}
