/**
 * An address as text that sorts and compares: `4` or `6`, then all bits in hexadecimal. Undefined: no address.
 * Zones (`%eth0`) are left out, and an IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 one.
 */
export function addressKey(text: string): string | undefined {
  if (text.length > 64) return undefined
  const zone = text.indexOf('%')
  const bare = zone < 0 ? text : text.slice(0, zone)
  const key = bare.includes(':') ? key6(bare) : key4(bare)
  return key?.startsWith(MAPPED) ? `4${key.slice(MAPPED.length)}` : key
}

/** Sorts addresses by their numbers, IPv4 first, and after them what is no address, by its text. */
export function addressOrder(text: string): string {
  return addressKey(text) ?? `z${text}`
}

/** Each once, in their order. */
export function sortAddresses(addresses: Iterable<string>): string[] {
  return [...new Set(addresses)]
    .map((text) => ({ text, order: addressOrder(text) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ text }) => text)
}

/** A network: addresses whose keys begin with `head` and whose next digit, under `mask`, is `digit`. */
export interface Network {
  readonly head: string
  readonly mask: number
  readonly digit: number
}

/** Reads `203.0.113.0/24` or `2001:db8::/32`; host bits are ignored. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const length = text.slice(slash + 1)
  if (slash < 0 || !/^\d{1,3}$/.test(length)) return undefined
  const key = addressKey(text.slice(0, slash))
  if (key === undefined) return undefined
  // A mapped address counts its bits from the start of IPv6.
  const bits = Number(length) - (key[0] === '4' && text.includes(':') ? 96 : 0)
  if (bits < 0 || bits > (key.length - 1) * 4) return undefined
  const whole = 1 + (bits >> 2)
  const mask = (0xf0 >> (bits & 3)) & 0xf
  return { head: key.slice(0, whole), mask, digit: parseInt(key[whole] ?? '0', 16) & mask }
}

/** `key` as of `addressKey`. */
export function isIn(key: string, { head, mask, digit }: Network): boolean {
  if (!key.startsWith(head)) return false
  return mask === 0 || (parseInt(key[head.length] ?? '0', 16) & mask) === digit
}

const MAPPED = '600000000000000000000ffff'

function key4(text: string): string | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let key = '4'
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined
    key += Number(part).toString(16).padStart(2, '0')
  }
  return key
}

function key6(text: string): string | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] ?? '')
  const tail = groups(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  const missing = 32 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 4) return undefined
  return `6${head}${'0'.repeat(missing)}${tail}`
}

/** Hexadecimal digits of groups between colons; the last may be an IPv4 address. */
function groups(text: string): string | undefined {
  if (text === '') return ''
  let digits = ''
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes('.')) {
      const last = key4(part)
      if (last === undefined) return undefined
      digits += last.slice(1)
    } else {
      if (!/^[\da-f]{1,4}$/i.test(part)) return undefined
      digits += part.toLowerCase().padStart(4, '0')
    }
  }
  return digits
}
