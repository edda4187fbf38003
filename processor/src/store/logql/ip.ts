import { BlockList, isIP, isIPv4 } from 'node:net'

/** `192.0.2.1`, `192.0.2.0/24` or `192.0.2.1-192.0.2.9`, and IPv6 alike. Throws if it is none of these. */
export function compileIpTest(pattern: string): (address: string) => boolean {
  const list = new BlockList()
  const [low = '', high] = pattern.split('-')
  const [address = '', prefix] = pattern.split('/')
  try {
    if (high !== undefined) list.addRange(low, high, family(low))
    else if (prefix !== undefined) list.addSubnet(address, prefixLength(prefix), family(address))
    else list.addAddress(pattern, family(pattern))
  } catch {
    throw new Error(`ip: invalid pattern ${JSON.stringify(pattern)}`)
  }
  return (text) => isIP(text) !== 0 && list.check(text, family(text))
}

function prefixLength(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6')

const CANDIDATE = /[0-9a-fA-F:.]{2,}/g

/** True if an address that stands in the line passes the test. */
export function ipsInLine(line: string, test: (address: string) => boolean): boolean {
  for (const [text] of line.matchAll(CANDIDATE)) {
    if (test(text) || test(text.replace(/[.:]$/, ''))) return true
  }
  return false
}
