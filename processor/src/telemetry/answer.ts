import type { IncomingMessage, ServerResponse } from 'node:http'
import { SAFE_HEADERS } from './guard.ts'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return jsonText(status, JSON.stringify(body), headers)
}

export function jsonText(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, type: 'application/json; charset=utf-8', body: `${body}\n`, headers }
}

export function errorAnswer(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return jsonAnswer(status, { error }, headers)
}

/** Sends an answer, without its body for HEAD. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  response.writeHead(answer.status, {
    ...SAFE_HEADERS,
    'cache-control': 'no-store',
    'content-type': answer.type,
    'content-length': body.byteLength,
    ...answer.headers,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
