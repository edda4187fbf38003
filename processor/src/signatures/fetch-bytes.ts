import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createHttpClient } from '../clients/http.ts'
import type { HttpAnswer } from '../clients/http.ts'
import { HttpError, PicketError, UsageError } from '../errors.ts'
import type { Logger } from '../telemetry/logger.ts'

export interface FetchOptions {
  /** Paths are relative to it. */
  readonly cwd: string
  readonly logger: Logger
  readonly timeoutMs: number
  /** Of the file, decompressed. */
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Does the text name something to be fetched over the network? Throws UsageError for schemes other than http and https. */
export function isUrl(from: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(from)?.[1]?.toLowerCase()
  if (scheme === undefined) return false
  if ((scheme === 'http' || scheme === 'https') && URL.canParse(from)) return true
  throw new UsageError(
    `${withoutSecrets(from)} cannot be fetched: expected http://, https:// or a file`,
  )
}

/**
 * The bytes behind an http(s) address or in a file. Redirects are followed, five at most and never from https to http.
 * Throws PicketError; HttpError with the status for an answer other than 200.
 */
export async function fetchBytes(from: string, options: FetchOptions): Promise<Uint8Array> {
  return isUrl(from) ? download(from, options) : readBounded(resolve(options.cwd, from), options)
}

async function readBounded(path: string, { maxBytes }: FetchOptions): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const chunks: Buffer[] = []
    let length = 0
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536)
      if (bytesRead === 0) return Buffer.concat(chunks)
      length += bytesRead
      if (length > maxBytes)
        throw new PicketError('PICKET_RULE', `${path} is larger than ${maxBytes} bytes`)
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

async function download(from: string, options: FetchOptions): Promise<Uint8Array> {
  let url = new URL(from)
  for (let redirects = 0; ; redirects++) {
    const answer = await get(url, options)
    if (answer.status === 200) return answer.bytes
    if (!REDIRECTS.has(answer.status))
      throw new HttpError(`GET ${withoutSecrets(url.href)} answered ${answer.status}`, {
        status: answer.status,
        retryable: false,
      })
    if (redirects >= MAX_REDIRECTS)
      throw refused(from, `it redirects more than ${MAX_REDIRECTS} times`)
    url = target(url, answer.headers['location'], from)
  }
}

function target(url: URL, location: string | undefined, from: string): URL {
  if (location === undefined || !URL.canParse(location, url.href))
    throw refused(from, 'it redirects to nowhere')
  const next = new URL(location, url)
  if (next.protocol !== 'https:' && next.protocol !== url.protocol)
    throw refused(
      from,
      `it redirects from ${url.protocol.slice(0, -1)} to ${next.protocol.slice(0, -1)}`,
    )
  if (next.protocol !== 'https:' && next.protocol !== 'http:')
    throw refused(from, `it redirects to ${next.protocol}`)
  return next
}

function refused(from: string, why: string): HttpError {
  return new HttpError(`GET ${withoutSecrets(from)}: ${why}`, { retryable: false })
}

async function get(url: URL, options: FetchOptions): Promise<HttpAnswer> {
  const query: Record<string, string[]> = {}
  for (const [name, value] of url.searchParams) (query[name] ??= []).push(value)
  const { username, password, protocol, host } = url
  const client = createHttpClient({
    baseUrl: `${protocol}//${host}`,
    connection:
      username === ''
        ? {}
        : { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    timeoutMs: options.timeoutMs,
    maxBytes: options.maxBytes,
    logger: options.logger,
  })
  try {
    return await client.request({
      method: 'GET',
      path: url.pathname,
      query,
      headers: { accept: 'text/plain, */*' },
      retries: 2,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } finally {
    await client.close()
  }
}

/** For messages: user, password and query of an address may hold secrets. */
export function withoutSecrets(from: string): string {
  const [, scheme] = /^([a-z][a-z0-9+.-]*:\/\/)/i.exec(from) ?? []
  return scheme === undefined
    ? from
    : from.replace(/^[^/]*\/\/[^/?#]*@/, scheme).replace(/[?#].*$/, '')
}
