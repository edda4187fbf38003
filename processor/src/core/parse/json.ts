import { bytesOf, indexOfBytes, QUOTE } from './bytes.ts'

const MESSAGE_KEYS = [bytesOf('"MESSAGE"'), bytesOf('"message"')]
const TIME_KEYS = [bytesOf('"@timestamp"'), bytesOf('"timestamp"'), bytesOf('"time"')]
const JOURNAL_TIME = bytesOf('"__REALTIME_TIMESTAMP"')
const HOST_KEYS = [bytesOf('"_HOSTNAME"'), bytesOf('"hostname"'), bytesOf('"host"')]
const ULOGD = bytesOf('"src_ip"')
const ULOGD_ALSO = bytesOf('"ip.protocol"')

/** Where a JSON line keeps what Picket needs; reused. Positions are in the batch's bytes, -1 = absent. */
export class JsonLine {
  messageFrom = -1
  messageTo = -1
  timeFrom = -1
  timeTo = -1
  hostFrom = -1
  hostTo = -1
  /** Microseconds since 1970 as journald writes them. */
  microsFrom = -1
  microsTo = -1
  isUlogd = false

  /** Finds the message and its neighbours in `b[from..end)`. An escaped message is unescaped in place. */
  read(b: Uint8Array, from: number, end: number): void {
    this.isUlogd =
      indexOfBytes(b, ULOGD, from, end) >= 0 || indexOfBytes(b, ULOGD_ALSO, from, end) >= 0
    this.messageFrom = -1
    this.timeFrom = -1
    this.hostFrom = -1
    this.microsFrom = -1
    for (const key of TIME_KEYS) {
      const at = stringAt(b, key, from, end)
      if (at >= 0) {
        this.timeFrom = at
        this.timeTo = stringEnd(b, at, end)
        break
      }
    }
    for (const key of HOST_KEYS) {
      const at = stringAt(b, key, from, end)
      if (at >= 0) {
        this.hostFrom = at
        this.hostTo = stringEnd(b, at, end)
        break
      }
    }
    const micros = stringAt(b, JOURNAL_TIME, from, end)
    if (micros >= 0) {
      this.microsFrom = micros
      this.microsTo = stringEnd(b, micros, end)
    }
    if (this.isUlogd) return
    for (const key of MESSAGE_KEYS) {
      const at = stringAt(b, key, from, end)
      if (at >= 0) {
        this.messageFrom = at
        this.messageTo = unescape(b, at, stringEnd(b, at, end))
        return
      }
    }
  }
}

/** Start of the string that is the key's value, -1 if there is none. */
function stringAt(b: Uint8Array, key: Uint8Array, from: number, end: number): number {
  for (let p = indexOfBytes(b, key, from, end); p >= 0; p = indexOfBytes(b, key, p + 1, end)) {
    let q = p + key.length
    while (q < end && b[q]! <= 32) q++
    if (b[q] !== 58) continue
    q++
    while (q < end && b[q]! <= 32) q++
    if (b[q] === QUOTE && q < end) return q + 1
  }
  return -1
}

function stringEnd(b: Uint8Array, from: number, end: number): number {
  let p = from
  while (p < end && b[p] !== QUOTE) p += b[p] === 92 ? 2 : 1
  return Math.min(p, end)
}

/** Resolves JSON escapes in place; returns the new end. Escapes other than of ASCII become `?`. */
function unescape(b: Uint8Array, from: number, to: number): number {
  let read = from
  while (read < to && b[read] !== 92) read++
  let write = read
  while (read < to) {
    const c = b[read]!
    if (c !== 92) {
      b[write++] = c
      read++
      continue
    }
    const e = b[read + 1]
    read += 2
    if (e === 117) {
      let code = 0
      for (let i = 0; i < 4; i++)
        code = code * 16 + Number.parseInt(String.fromCharCode(b[read + i] ?? 48), 16)
      read += 4
      b[write++] = code < 128 ? code : 63
    } else b[write++] = e === 110 || e === 116 || e === 114 || e === 98 || e === 102 ? 32 : e!
  }
  // The bytes left over belong to the string no more: blanks, so that nobody reads them twice.
  for (let p = write; p < to; p++) b[p] = 32
  return write
}
