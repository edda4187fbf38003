import { isIP } from 'node:net'
import { quote } from '../config/checks.ts'
import { parsePortRange, parseProtocol } from '../core/track/ignore.ts'

/*
 * Values of psad.conf as Picket's configuration takes them. Each function throws a RangeError that names the value and
 * says what was expected; what is carried over with a difference is told through `note`.
 */

export type Note = (message: string) => void

/** Y or N. psad takes YES and NO as well but acts on an upper-case Y only (psad.md Q45); here they mean what they say. */
export function switchOf(text: string, note: Note): boolean {
  const word = text.toUpperCase()
  if (!['Y', 'N', 'YES', 'NO'].includes(word))
    throw new RangeError(`${quote(text)} is no switch: expected Y or N`)
  const isOn = word.startsWith('Y')
  if (isOn && text !== 'Y')
    note(`${quote(text)} means yes here; psad acts on Y alone and took it for no (Q45)`)
  return isOn
}

export function numberOf(text: string, low: number, high: number, what: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= low && value <= high))
    throw new RangeError(
      `${quote(text)} is no ${what}: expected a whole number from ${low} to ${high}`,
    )
  return value
}

/** Comma list, `NONE` and nothing at all are the empty one. */
export function listOf(text: string): string[] {
  if (/^none$/i.test(text)) return []
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** Addresses, CIDRs and `address/mask`, `any` or `NOT_USED`, in brackets or not, between commas or blanks. */
export function networksOf(text: string): string[] {
  const items = text
    .replaceAll(/[[\]]/g, ' ')
    .split(/[\s,]+/)
    .filter((item) => item !== '')
  if (items.length === 0)
    throw new RangeError('is empty: expected any, or addresses as in 192.168.0.0/16')
  return items.map(networkOf)
}

function networkOf(text: string): string {
  if (/^any$/i.test(text) || text === 'NOT_USED') return 'any'
  if (text.startsWith('!'))
    throw new RangeError(
      `${quote(text)} excludes a network, which psad takes for the network itself (Q28): expected the networks that are yours`,
    )
  const [address = '', length, ...rest] = text.split('/')
  const family = isIP(address)
  const bits =
    length === undefined
      ? family === 4
        ? 32
        : 128
      : isIP(length) === 4 && family === 4
        ? maskLength(length)
        : /^\d{1,3}$/.test(length)
          ? Number(length)
          : undefined
  if (
    family === 0 ||
    address.includes('%') ||
    rest.length > 0 ||
    bits === undefined ||
    bits > (family === 4 ? 32 : 128)
  )
    throw new RangeError(
      `${quote(text)} is no network: expected any, an address, or a network as in 192.168.0.0/16`,
    )
  return length === undefined ? address : `${address}/${bits}`
}

/** `255.255.0.0` is 16; undefined if a 1 follows a 0. */
function maskLength(mask: string): number | undefined {
  const bits = mask
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : undefined
}

/** `tcp/22, udp/61000-61356`. What psad drops in silence is told of and left out here, too. */
export function portsOf(text: string, note: Note): string[] {
  return listOf(text).filter((item) => {
    const [, low, high] = /^(?:tcp|udp)\/(\d+)(?:-(\d+))?$/i.exec(item) ?? []
    if (low === undefined) {
      note(
        `${quote(item)} is left out, as in psad: expected tcp/PORT, udp/PORT or a range as in tcp/1024-2000`,
      )
      return false
    }
    if (high !== undefined && Number(low) >= Number(high)) {
      note(
        `${quote(item)} is left out, as in psad: expected a range whose end is above its beginning`,
      )
      return false
    }
    parsePortRange(item)
    return true
  })
}

/** Names and numbers of protocols; a name that only PROTOCOLS_FILE knows becomes its number. */
export function protocolsOf(
  text: string,
  names: ReadonlyMap<string, number>,
  note: Note,
): string[] {
  return listOf(text).flatMap((item) => {
    const named = names.get(item.toLowerCase())
    let word = item
    try {
      parseProtocol(item)
    } catch (error) {
      if (named === undefined) {
        note(
          `${error instanceof Error ? error.message : String(error)}; it is left out, as in psad`,
        )
        return []
      }
      word = String(named)
    }
    if (item !== item.toLowerCase())
      note(
        `${quote(item)} covers the protocol by name and number; psad looks for the text as typed (Q19)`,
      )
    if (item === '58') note('58 covers icmp6 here; in psad it does not (Q19)')
    return [word]
  })
}

/** `name number ALIAS # text`, a line a protocol: psad's form of the table, which is that of /etc/protocols. */
export function protocolNames(table: string): Map<string, number> {
  const names = new Map<string, number>()
  for (const line of table.split('\n')) {
    const [, name, number] = /^\s*([^\s#]+)\s+(\d{1,3})\s/.exec(line) ?? []
    if (name !== undefined && Number(number) <= 255) names.set(name.toLowerCase(), Number(number))
  }
  return names
}

/** Names of the variables that a rule file uses. */
export function variablesIn(rules: string): Set<string> {
  const names = new Set<string>()
  for (const line of rules.split('\n')) {
    if (line.trimStart().startsWith('#')) continue
    for (const [, name = ''] of line.split('(', 1)[0]!.matchAll(/\$\{?([A-Za-z_]\w*)/g))
      names.add(name)
  }
  return names
}
