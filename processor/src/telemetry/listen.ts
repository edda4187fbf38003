import { isIPv6 } from 'node:net'

export interface ListenAddress {
  /** Without brackets; empty for all addresses. */
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:9744`, `[::1]:9744`, `localhost:9744`, `:9744` or `9744`; undefined if it is none. Port 0 is any free one. */
export function parseListen(text: string): ListenAddress | undefined {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text.trim())
  if (match === null) return undefined
  const [, bracketed, plain, digits] = match
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined
  const port = Number(digits)
  return port > 65_535 ? undefined : { host: bracketed ?? plain ?? '', port }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** An address that a browser on this machine can open. */
export function urlOf(host: string, port: number): string {
  const name = host === '' || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
