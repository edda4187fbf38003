import type { WebSocket } from 'ws'
import type { Logger } from '../../telemetry/logger.ts'
import type { WebSocketOptions } from '../http.ts'

export interface TailBellOptions {
  /** Address and headers, asked for anew at each connection since they carry `start` and secrets. */
  readonly connect: () => Promise<WebSocketOptions>
  /** Something was logged: poll. Never more than that, for the tail loses lines in a burst without a word. */
  readonly onRing: () => void
  readonly logger: Logger
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** How one connection ended. */
export interface TailEnd {
  /** Status of a refusal before the upgrade. */
  readonly status?: number
  readonly code?: number
  readonly reason?: string
  /** A ping or a message came: only that proves that the tail works, the upgrade does not. */
  readonly alive: boolean
}

/** Loki pings each second. */
export const SILENT_MS = 5000
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
const FIRST_BACKOFF_MS = 1000
const MAX_BACKOFF_MS = 60_000
/** After a refusal that only a person or another tail's end can change. */
export const REFUSED_WAIT_MS = 5 * 60_000

/**
 * Keeps a tail open until the signal aborts; never throws, for polling goes on without it.
 *
 * A tail that worked is opened again at once, whatever the code (1011 after an hour is the normal end of every
 * tail); one that ended before its first ping was refused (metric query, too many tails) and waits for
 * minutes; no connection at all is tried again with backoff.
 */
export async function keepTail(options: TailBellOptions, signal: AbortSignal): Promise<void> {
  let backoffMs = FIRST_BACKOFF_MS
  let said = false
  while (!isOver(signal)) {
    const end = await tailOnce(options, signal).catch((error: unknown): TailEnd => ({
      alive: false,
      reason: error instanceof Error ? error.message : String(error),
    }))
    if (isOver(signal)) return
    options.logger.debug({ ...end }, 'Tail ended.')
    if (end.alive) {
      said = false
      backoffMs = FIRST_BACKOFF_MS
      // A breath, lest a server that pings and closes keeps us spinning.
      await options.sleep(FIRST_BACKOFF_MS, signal)
      continue
    }
    const refused =
      end.code === 1011 || (end.status !== undefined && end.status >= 400 && end.status < 500)
    if (refused && !said) {
      said = true
      options.logger.info({ ...end }, 'Loki refuses to tail, polling goes on without it.')
    }
    await options.sleep(refused ? REFUSED_WAIT_MS : backoffMs, signal)
    if (!refused) backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)
  }
}

function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}

async function tailOnce(
  { connect, onRing }: TailBellOptions,
  signal: AbortSignal,
): Promise<TailEnd> {
  const { WebSocket } = await import('ws')
  const { url, ...options } = await connect()
  if (signal.aborted) return { alive: false }
  const socket: WebSocket = new WebSocket(url, {
    ...options,
    handshakeTimeout: SILENT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  })
  return await new Promise<TailEnd>((resolve) => {
    let alive = false
    let status: number | undefined
    let failure: string | undefined
    const stop = (): void => socket.terminate()
    const silence = setTimeout(stop, SILENT_MS)
    const heard = (): void => {
      alive = true
      silence.refresh()
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.on('open', () => silence.refresh())
    socket.on('ping', heard)
    socket.on('message', () => {
      heard()
      onRing()
    })
    socket.on('unexpected-response', (request, response) => {
      status = response.statusCode
      response.resume()
      request.destroy()
      finish()
    })
    // 'close' follows every 'error' but the one of an upgrade that was refused above.
    socket.on('error', (error) => {
      failure = error.message
    })
    socket.on('close', (code, reason) => finish(code, reason.toString()))

    function finish(code?: number, reason?: string): void {
      clearTimeout(silence)
      signal.removeEventListener('abort', stop)
      const why = failure ?? (reason === '' ? undefined : reason)
      resolve({
        alive,
        ...(status !== undefined && { status }),
        ...(code !== undefined && { code }),
        ...(why !== undefined && { reason: why }),
      })
    }
  })
}
