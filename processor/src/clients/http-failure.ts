import { HttpError } from '../errors.ts'

/**
 * Why no answer came.
 *
 * - `timeout`, `reset`, `too-large`: the service is there; a smaller question may be answered.
 * - `unreachable`: nobody listens, the name is unknown, TLS failed.
 * - `stopped`: the caller's signal, or the client was closed.
 */
export type Silence = 'timeout' | 'reset' | 'too-large' | 'unreachable' | 'stopped'

const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'])
const REFUSED_CODES = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** A failure made here rather than by the network; the code is what `silenceOf` goes by. */
export class SilenceCause extends Error {
  readonly code: Silence

  constructor(code: Silence, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SilenceCause'
    this.code = code
  }
}

/** Undefined if the error is none of `HttpClient.request` without an answer. */
export function silenceOf(error: unknown): Silence | undefined {
  if (!(error instanceof HttpError) || error.status !== undefined) return undefined
  if (error.cause instanceof SilenceCause) return error.cause.code
  if (error.cause === undefined) return undefined
  return RESET_CODES.has(codeOf(error)) ? 'reset' : 'unreachable'
}

/** Worth another try at once. A timeout is not: it has cost enough already. */
export function isBlip(error: unknown): boolean {
  return RESET_CODES.has(codeOf(error)) || REFUSED_CODES.has(codeOf(error))
}

/** The system's or undici's code of an error or of what caused it, or ''. */
export function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const inner: unknown = at instanceof AggregateError ? at.errors[0] : at
    const code = (inner as { code?: unknown } | undefined)?.code
    if (typeof code === 'string' && code !== 'PICKET_HTTP') return code
  }
  return ''
}

/** What a person needs to know when a request got no answer. */
export function unansweredError(
  error: unknown,
  label: string,
  state: { readonly timeoutMs: number | undefined; readonly stopped: boolean },
): HttpError {
  if (error instanceof HttpError) return error
  if (state.stopped) {
    return new HttpError(`${label} was stopped`, {
      retryable: true,
      cause: new SilenceCause('stopped', 'stopped', error),
    })
  }
  if (state.timeoutMs !== undefined || codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT') {
    const within =
      state.timeoutMs === undefined
        ? 'no connection'
        : `no answer within ${state.timeoutMs / 1000} s`
    const code: Silence = state.timeoutMs === undefined ? 'unreachable' : 'timeout'
    return new HttpError(`${label}: ${within}`, {
      retryable: true,
      cause: new SilenceCause(code, within, error),
    })
  }
  return new HttpError(`${label}: ${reasonOf(error)}`, { retryable: true, cause: error })
}

function reasonOf(error: unknown): string {
  const inner: unknown =
    error instanceof AggregateError && error.message === '' ? error.errors[0] : error
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') return 'connection refused'
  if (code === 'ENOTFOUND') return 'host name not found'
  if (RESET_CODES.has(code)) return 'the connection was closed before the answer was complete'
  const message = inner instanceof Error ? inner.message : String(inner)
  return code === '' ? message : `${message} (${code})`
}

/** `Clock.sleep` of the real clock. */
export function afterMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve()
      return
    }
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done, { once: true })
  })
}
