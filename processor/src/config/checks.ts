import { isIP } from 'node:net'

/**
 * Checks of single values, without zod, so that commands that need no configuration file can use them.
 * Each answers what is wrong, value and expectation, or undefined.
 */
export type Check = (text: string) => string | undefined

/** An address, a CIDR or `any`. */
export const checkNetwork: Check = (text) => {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  const most = family === 4 ? 32 : 128
  if (
    text === 'any' ||
    (family !== 0 &&
      !address.includes('%') &&
      rest.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
  )
    return undefined
  return `${quote(text)} is no network: expected an address, a CIDR as in 192.168.0.0/16 or 2001:db8::/32, or any`
}

/** `UTC`, an IANA name or an offset as in `+02:00`. */
export const checkZone: Check = (text) => {
  // Node 20 does not know offsets as zones; the parser reads them itself.
  if (/^[+-](?:0\d|1[0-4]):[0-5]\d$/.test(text)) return undefined
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return undefined
  } catch {
    return `${quote(text)} is no time zone: expected UTC, a name as in Europe/Berlin, or an offset as in +02:00`
  }
}

/** A regular expression as JavaScript takes it. */
export const checkPattern: Check = (text) => {
  try {
    new RegExp(text)
    return undefined
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : ''
    return `${quote(text)} is no regular expression: ${reason}`
  }
}

/** `host:port`, `[::1]:port` or `:port`. */
export const checkListen: Check = (text) => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]*)):(\d{1,5})$/.exec(text)
  const isValid =
    match !== null && Number(match[3]) <= 65_535 && (match[1] === undefined || isIP(match[1]) === 6)
  return isValid
    ? undefined
    : `${quote(text)} is no address to listen on: expected host:port, as in 127.0.0.1:9744 or [::1]:9744`
}

/** `http://` or `https://` and a host. */
export const checkHttpUrl: Check = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'http:' || url?.protocol === 'https:'
    ? undefined
    : `${quote(text)} is no address: expected http:// or https:// and a host`
}

export function quote(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) return 'nothing'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
