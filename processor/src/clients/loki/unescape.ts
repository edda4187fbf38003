const BACKSLASH = 0x5c

/**
 * Turns the JSON string `bytes[from .. to)` into UTF-8 where it stands and returns the new end; an escape is never
 * shorter than what it means. The escapes must have been checked. Half a surrogate pair becomes U+FFFD, as it does
 * when a string is encoded.
 */
export function unescapeInPlace(bytes: Uint8Array, from: number, to: number): number {
  let read = bytes.indexOf(BACKSLASH, from)
  let write = read
  while (read < to) {
    const byte = bytes[read] ?? 0
    if (byte !== BACKSLASH) {
      bytes[write++] = byte
      read++
      continue
    }
    const kind = bytes[read + 1] ?? 0
    if (kind !== 0x75) {
      bytes[write++] = plain(kind)
      read += 2
      continue
    }
    let code = hex(bytes, read + 2)
    read += 6
    if (isHigh(code) && read + 6 <= to && bytes[read] === BACKSLASH && bytes[read + 1] === 0x75) {
      const low = hex(bytes, read + 2)
      if (isLow(low)) {
        code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        read += 6
      }
    }
    write = writeUtf8(bytes, write, isHigh(code) || isLow(code) ? 0xfffd : code)
  }
  return write
}

function plain(kind: number): number {
  switch (kind) {
    case 0x62:
      return 8
    case 0x66:
      return 12
    case 0x6e:
      return 10
    case 0x72:
      return 13
    case 0x74:
      return 9
    default:
      return kind
  }
}

function writeUtf8(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code
    return at + 1
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6)
    bytes[at + 1] = 0x80 | (code & 0x3f)
    return at + 2
  }
  if (code < 0x1_0000) {
    bytes[at] = 0xe0 | (code >> 12)
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (code & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (code >> 18)
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (code & 0x3f)
  return at + 4
}

function hex(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let p = at; p < at + 4; p++) {
    const byte = bytes[p] ?? 0
    value = (value << 4) | (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57)
  }
  return value
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
