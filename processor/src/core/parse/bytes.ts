/** Small moves over bytes that every part of the parser shares. */

export const BLANK = 32
export const QUOTE = 34
export const COLON = 58
export const EQUALS = 61
export const OPEN = 91
export const BACKSLASH = 92
export const CLOSE = 93
export const LINE_FEED = 10

export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}

export function skipBlanks(b: Uint8Array, p: number, end: number): number {
  while (p < end && b[p]! <= BLANK) p++
  return p
}

export function skipWord(b: Uint8Array, p: number, end: number): number {
  while (p < end && b[p]! > BLANK) p++
  return p
}

export function skipDigits(b: Uint8Array, p: number, end: number): number {
  while (p < end && isDigit(b[p]!)) p++
  return p
}

/** Decimal digits from p; -1 if there is none. Values beyond 32 bits stop at 0xffffffff. */
export function decimal(b: Uint8Array, p: number, end: number): number {
  let value = -1
  for (; p < end; p++) {
    const c = b[p]!
    if (c < 48 || c > 57) break
    value = value < 0 ? c - 48 : value * 10 + c - 48
    if (value > 0xffff_ffff) value = 0xffff_ffff
  }
  return value
}

/** The two digits at p, -1 if they are none. */
export function twoDigits(b: Uint8Array, p: number): number {
  const tens = b[p]! - 48
  const ones = b[p + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

/** Hexadecimal digits with or without 0x; -1 if there is none. Values beyond 31 bits stop at 0x7fffffff. */
export function hexadecimal(b: Uint8Array, p: number, end: number): number {
  if (b[p] === 48 && (b[p + 1]! | 32) === 120) p += 2
  let value = -1
  for (; p < end; p++) {
    const c = b[p]!
    const lower = c | 32
    const digit = isDigit(c) ? c - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1
    if (digit < 0) break
    value = value < 0 ? digit : value < 0x0800_0000 ? value * 16 + digit : 0x7fff_ffff
  }
  return value
}

/** Where `text` begins in `b[from..to)`, -1 if nowhere. */
export function indexOfBytes(b: Uint8Array, text: Uint8Array, from: number, to: number): number {
  const first = text[0]
  const last = to - text.length
  for (let p = from; p <= last; p++) if (b[p] === first && startsWith(b, p, to, text)) return p
  return -1
}

export function startsWith(b: Uint8Array, p: number, end: number, text: Uint8Array): boolean {
  if (p + text.length > end) return false
  for (let i = 0; i < text.length; i++) if (b[p + i] !== text[i]) return false
  return true
}

const encoder = new TextEncoder()
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)
