import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isLoopback } from './listen.ts'

/** A name that a request may have in Host, lower case, without port and brackets. */
export function hostOf(header: string): string {
  return header
    .trim()
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
}

/**
 * On loopback, only the names of loopback are answered: a web page whose own name is made to resolve to 127.0.0.1
 * (DNS rebinding) would otherwise read Picket through its visitor's browser. Browsers always send Host.
 */
export function isKnownHost(
  request: IncomingMessage,
  listenHost: string,
  allowed: readonly string[],
): boolean {
  const header = request.headers.host
  if (header === undefined || !isLoopback(listenHost)) return true
  const host = hostOf(header)
  return (
    isLoopback(host) ||
    host === listenHost.toLowerCase() ||
    allowed.some((name) => name.toLowerCase() === host)
  )
}

/** A page of another origin must not change state through its visitor's browser. */
export function isForeign(request: IncomingMessage): boolean {
  if (request.headers['sec-fetch-site'] === 'cross-site') return true
  const { origin, host } = request.headers
  if (origin === undefined) return false
  try {
    return new URL(origin).host !== host?.toLowerCase()
  } catch {
    return true
  }
}

/** Compares in a time that tells nothing of the token. */
export function hasToken(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim() ?? ''
  return timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Of every answer: nothing in it is to be run, framed, sniffed or read by another site. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Of pages: their own script and style, no others, none inline. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Of the page with Grafana's panel: fonts and a worker of its own too, and style elements that carry the nonce. */
export const panelPolicy = (nonce: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; connect-src 'self'; img-src 'self' data:; ` +
  "font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
