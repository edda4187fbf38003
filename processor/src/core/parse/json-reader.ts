import {
  F_JSON,
  R_BODY,
  R_FLAGS,
  R_HEADER,
  R_HOST,
  R_IP_OPT,
  R_IP_OPT_END,
  R_PREFIX_FROM,
  R_PREFIX_TO,
  R_TCP_OPT,
  R_TCP_OPT_END,
} from '../row.ts'
import { BACKSLASH, OPEN, indexOfBytes, isDigit, skipBlanks } from './bytes.ts'
import type { Interned } from './intern.ts'
import { JsonLine } from './json.ts'
import { JsonText } from './json-text.ts'
import { BAD_JSON } from './reasons.ts'
import type { LineTime } from './time.ts'
import { readUlogd } from './ulogd.ts'

/** Where a message that is JSON itself keeps the line: Docker's JSON around journald's, say. */
const NESTED_KEYS = ['MESSAGE', 'message', 'log']
const decoder = new TextDecoder()

/** A JSON line's message as bytes to parse, and what else the object says. Reused. */
export class JsonReader {
  /** The message is `bytes[from..to)`; `to` is -1 if there is none. The byte behind it may be written. */
  bytes: Uint8Array = new Uint8Array(0)
  from = 0
  to = -1
  readonly #interned: Interned
  readonly #line = new JsonLine()
  readonly #text = new JsonText()

  constructor(interned: Interned) {
    this.#interned = interned
  }

  get isUlogd(): boolean {
    return this.#line.isUlogd
  }

  open(b: Uint8Array, from: number, end: number): void {
    const line = this.#line
    line.read(b, from, end)
    this.bytes = b
    this.from = line.messageFrom
    this.to = line.messageTo
    if (line.isUlogd || this.to < 0) return
    if (b[this.from - 1] === OPEN) this.#text.fromArray(b, this.from, this.to)
    else if (hasEscape(b, this.from, this.to)) this.#text.unescape(b, this.from, this.to)
    else return
    this.#useText()
    if (this.bytes[skipBlanks(this.bytes, 0, this.to)] !== 123) return
    const record = parseObject(decoder.decode(this.bytes.subarray(0, this.to)))
    const inner = NESTED_KEYS.map((key) => record?.[key]).find((value) => typeof value === 'string')
    if (inner === undefined) return
    this.#text.fromText(inner)
    this.#useText()
  }

  #useText(): void {
    this.bytes = this.#text.bytes
    this.from = 0
    this.to = this.#text.length
  }

  readUlogd(b: Uint8Array, from: number, end: number, rows: Int32Array, o: number): number {
    const record = parseObject(decoder.decode(b.subarray(from, end)))
    if (record === undefined) return BAD_JSON
    return readUlogd(record, rows, o, this.#interned)
  }

  /** After the message gave a packet: positions in it become positions in `b[from..end)`, and the host may stand beside it. */
  finish(b: Uint8Array, from: number, end: number, rows: Int32Array, o: number): void {
    rows[o + R_FLAGS]! |= F_JSON
    if (this.bytes !== b) {
      this.#relocate(b, from, end, rows, o + R_TCP_OPT, o + R_TCP_OPT_END)
      this.#relocate(b, from, end, rows, o + R_IP_OPT, o + R_IP_OPT_END)
      rows[o + R_BODY] = -1
      rows[o + R_PREFIX_FROM] = -1
      rows[o + R_PREFIX_TO] = -1
    }
    const { hostFrom, hostTo } = this.#line
    if (hostFrom >= 0 && rows[o + R_HOST] === 0)
      rows[o + R_HOST] = this.#interned.idOf(b, hostFrom, hostTo)
  }

  /** Hex digits in parentheses stand in the line as they do in the message, so they are found again by their text. */
  #relocate(
    b: Uint8Array,
    from: number,
    end: number,
    rows: Int32Array,
    at: number,
    atEnd: number,
  ): void {
    const length = rows[atEnd]! - rows[at]!
    if (rows[atEnd] === 0) return
    // With its parentheses.
    const text = this.bytes.subarray(rows[at]! - 1, rows[atEnd]! + 1)
    const found = indexOfBytes(b, text, from, end)
    rows[at] = found < 0 ? 0 : found + 1
    rows[atEnd] = found < 0 ? 0 : found + 1 + length
  }

  /** The object's own time counts before one in the message: it has a year. */
  readTime(b: Uint8Array, time: LineTime, rows: Int32Array, o: number): void {
    const { microsFrom, microsTo, timeFrom, timeTo } = this.#line
    if (microsFrom >= 0 && microsTo > microsFrom) {
      let micros = 0
      let p = microsFrom
      for (; p < microsTo && isDigit(b[p]!); p++) micros = micros * 10 + b[p]! - 48
      if (p === microsTo && Number.isSafeInteger(micros)) {
        time.set(Math.floor(micros / 1e6), (micros % 1e6) * 1000)
        return
      }
    }
    if (timeFrom >= 0 && time.iso(b, timeFrom, timeTo) > 0) rows[o + R_HEADER] = time.kind
  }
}

function hasEscape(b: Uint8Array, from: number, to: number): boolean {
  for (let p = from; p < to; p++) if (b[p] === BACKSLASH) return true
  return false
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
