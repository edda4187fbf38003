import snappy from 'snappyjs'
import { HttpError } from '../../errors.ts'
import type { HttpClient } from '../http.ts'
import { encodeWriteRequest, type WriteRequest } from './write-request.ts'

export interface RemoteWriteClient {
  /**
   * Resolves on 2xx. Throws HttpError; `retryable` as the specification has it: 5xx and 429 and no answer are tried
   * again, other 4xx are not. A repeat of the same samples does no harm.
   */
  push(request: WriteRequest, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface RemoteWriteClientOptions {
  readonly http: HttpClient
  /** As in the address, `/api/v1/write` for Prometheus. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
}

export function createRemoteWriteClient({
  http,
  path,
  query,
}: RemoteWriteClientOptions): RemoteWriteClient {
  return {
    async push(request, signal) {
      const answer = await http.request({
        method: 'POST',
        path,
        ...(query !== undefined && { query }),
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
        },
        body: snappy.compress(encodeWriteRequest(request)),
        signal,
        retries: 2,
      })
      const { status } = answer
      if (status >= 200 && status < 300) return
      const body = answer.text().trim().slice(0, 2000)
      throw new HttpError(
        `${http.baseUrl}${path} ${reason(status)} (${status} ${body.slice(0, 200)})`,
        {
          status,
          body,
          retryable: status === 429 || (status >= 500 && status !== 501),
        },
      )
    },
    close: () => http.close(),
  }
}

function reason(status: number): string {
  switch (status) {
    case 401:
      return 'does not accept the credentials'
    case 403:
      return 'forbids remote write'
    case 404:
      return 'takes no remote write: Prometheus needs --web.enable-remote-write-receiver, and url its /api/v1/write'
    case 429:
      return 'asks to slow down'
    default:
      return status >= 500 ? 'failed' : 'rejected the samples'
  }
}
