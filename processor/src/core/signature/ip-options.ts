/**
 * IP options by the names that psad and Snort use. `esec` is Snort's name of `extsec`.
 * Numbers: IANA "IP Option Numbers".
 */
export const IP_OPTIONS: Readonly<Record<string, number>> = {
  any: -1,
  eol: 0,
  nop: 1,
  rr: 7,
  expm: 10,
  mtu: 11,
  mtur: 12,
  ts: 68,
  traceroute: 82,
  sec: 130,
  lsrr: 131,
  lsrre: 132,
  extsec: 133,
  esec: 133,
  comsec: 134,
  satid: 136,
  ssrr: 137,
  expaccess: 142,
  imitraf: 144,
  extproto: 145,
  addrext: 147,
  ralert: 148,
  sbrdcast: 149,
  nsapaddr: 150,
  dpktstate: 151,
  umcast: 152,
  expflow: 205,
}

/**
 * Whether the options in `bytes[from..to)`, as hex digits, hold `option` (-1: any). Ends at eol, at digits that are
 * none and at a length that leads out of the text; psad's walk goes one byte too far each time (psad.md Q29).
 */
export function hasIpOption(bytes: Uint8Array, from: number, to: number, option: number): boolean {
  let at = from
  while (at + 1 < to) {
    const type = hexByte(bytes, at)
    if (type < 0) return false
    if (option < 0 || type === option) return true
    if (type === 0) return false
    if (type === 1) {
      at += 2
      continue
    }
    const length = at + 3 < to ? hexByte(bytes, at + 2) : -1
    if (length < 2) return false
    at += 2 * length
  }
  return false
}

function hexByte(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at]!)
  const low = hexDigit(bytes[at + 1]!)
  return high < 0 || low < 0 ? -1 : (high << 4) | low
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
