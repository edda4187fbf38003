import type { LineBatch } from '../batch.ts'
import { NO_TIME } from '../batch.ts'
import type { Profile, VerdictOptions } from '../options.ts'
import {
  F_JSON,
  F_KERNEL_TAG,
  F_NO_TIME,
  F_PSAD_REJECTS,
  F_VERDICT_SHIFT,
  HEADER_ISO8601,
  R_BODY,
  R_CHAIN_NAME,
  R_FLAGS,
  R_FROM,
  R_HEADER,
  R_HOST,
  R_IN,
  R_LINE,
  R_NANOS,
  R_OUT,
  R_PREFIX,
  R_PREFIX_FROM,
  R_PREFIX_TO,
  R_SECONDS,
  R_TO,
  ROW,
} from '../row.ts'
import type { PacketRows } from '../row.ts'
import type { InternTable, ParserApi } from './api.ts'
import { BLANK, bytesOf, decimal, skipBlanks } from './bytes.ts'
import { Header } from './header.ts'
import { Interned } from './intern.ts'
import { JsonLine } from './json.ts'
import { Netfilter, NOT_IP, OK, looksLikePacket } from './netfilter.ts'
import { readMikrotik, readUlogd } from './objects.ts'
import { hasKernelTag, psadRejects } from './psad-rules.ts'

export interface ParserOptions {
  readonly zone: string
  readonly profile: Profile
  readonly verdicts: VerdictOptions
}

/** Result of a line beside the reasons for a malformed one: no packet at all. */
export const NO_PACKET = -1

const KERNEL_COLON = bytesOf('kernel:')
const decoder = new TextDecoder()

/** A row before anything was read: every number absent, every text empty. */
const TEMPLATE = new Int32Array(ROW).fill(-1)
for (const field of [
  0,
  1,
  R_FLAGS,
  12,
  R_PREFIX,
  R_IN,
  R_OUT,
  R_HOST,
  19,
  20,
  33,
  34,
  35,
  36,
  37,
  R_CHAIN_NAME,
  R_HEADER,
  47,
])
  TEMPLATE[field] = 0

/** Lines in bytes to rows of integers. One for each input, because it remembers the last day and format it met. */
export class Parser implements ParserApi {
  readonly interned: Interned
  readonly #header: Header
  readonly #netfilter: Netfilter
  readonly #json = new JsonLine()
  readonly #psad: boolean
  #notAPacket = 0
  #malformed = 0
  /** Reason of the last malformed line, for `parse` and people. */
  lastReason = OK

  constructor(options: ParserOptions, interned?: InternTable) {
    this.interned = (interned as Interned | undefined) ?? new Interned(options.verdicts)
    this.#header = new Header(options.zone)
    this.#netfilter = new Netfilter(this.interned)
    this.#psad = options.profile === 'psad'
  }

  parse(batch: LineBatch, from: number, rows: PacketRows): number {
    const { count } = batch
    let line = from
    for (; line < count && rows.count < rows.capacity; line++) this.parseLine(batch, line, rows)
    return line
  }

  takeCounts(): { notAPacket: number; malformed: number } {
    const counts = { notAPacket: this.#notAPacket, malformed: this.#malformed }
    this.#notAPacket = 0
    this.#malformed = 0
    return counts
  }

  /** Parses one line into the next row, which counts if it is a packet; returns OK, NO_PACKET or a reason. */
  parseLine(batch: LineBatch, line: number, rows: PacketRows): number {
    const o = rows.count * ROW
    const ints = rows.ints
    ints.set(TEMPLATE, o)
    const b = batch.bytes
    const from = batch.at[2 * line]!
    const end = batch.at[2 * line + 1]!
    const result = this.#line(batch, line, b, from, end, ints, o)
    if (result === OK) {
      ints[o + R_FROM] = from
      ints[o + R_TO] = end
      ints[o + R_LINE] = line
      rows.count++
    } else if (result === NO_PACKET) this.#notAPacket++
    else {
      this.#malformed++
      this.lastReason = result
    }
    return result
  }

  #line(
    batch: LineBatch,
    line: number,
    b: Uint8Array,
    from: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    const start = skipBlanks(b, from, end)
    const entry = batch.seconds[line]!
    if (b[start] === 123 && start < end) return this.#jsonLine(batch, line, b, start, end, rows, o)
    const header = this.#header
    const prefix = header.read(b, start, end, entry, batch.reference)
    if (header.topics !== 0) {
      const result = readMikrotik(decoder.decode(b.subarray(prefix, end)), rows, o, this.interned)
      if (result === undefined) return NO_PACKET
      this.#time(batch, line, rows, o)
      this.#host(b, rows, o)
      return result
    }
    const result = this.#text(b, prefix, end, rows, o)
    if (result !== OK) return result
    this.#time(batch, line, rows, o)
    this.#host(b, rows, o)
    if (this.#psad) this.#asPsad(b, from, end, rows, o)
    return OK
  }

  /** Prefix and netfilter part of a line whose header has been read. */
  #text(b: Uint8Array, prefix: number, end: number, rows: Int32Array, o: number): number {
    const netfilter = this.#netfilter
    const body = netfilter.find(b, prefix, end)
    if (body < 0)
      return looksLikePacket(b, prefix, end) ? this.#headless(b, prefix, end, rows, o) : NO_PACKET
    const result = netfilter.read(b, body, end, rows, o)
    if (result !== OK) return looksLikePacket(b, prefix, end) ? result : NO_PACKET
    this.#prefix(b, prefix, netfilter.body, rows, o)
    return OK
  }

  /** A line without a usable IN= or OUT=: read all the same, for the reason that a person is told. */
  #headless(b: Uint8Array, prefix: number, end: number, rows: Int32Array, o: number): number {
    const result = this.#netfilter.read(b, prefix, end, rows, o)
    return result === OK ? NOT_IP - 1 : result
  }

  #prefix(b: Uint8Array, at: number, body: number, rows: Int32Array, o: number): void {
    let from = skipBlanks(b, at, body)
    if (!this.#header.kernelTag) {
      // A header of a form we do not know: what stands behind its tag is the prefix.
      for (let p = from; p + 7 <= body; p++)
        if (b[p] === 107 && isAt(b, p, KERNEL_COLON)) {
          from = skipBlanks(b, p + 7, body)
          this.#header.kernelTag = true
        }
    }
    let to = body
    while (to > from && b[to - 1]! <= BLANK) to--
    const id = this.interned.idOf(b, from, to)
    rows[o + R_PREFIX] = id
    rows[o + R_PREFIX_FROM] = from
    rows[o + R_PREFIX_TO] = to
    rows[o + R_BODY] = body
    rows[o + R_FLAGS]! |= this.interned.verdict(id) << F_VERDICT_SHIFT
    if (this.#header.kernelTag) rows[o + R_FLAGS]! |= F_KERNEL_TAG
    if (this.#header.chainTo > 0)
      rows[o + R_CHAIN_NAME] = this.interned.idOf(b, this.#header.chainFrom, this.#header.chainTo)
  }

  #host(b: Uint8Array, rows: Int32Array, o: number): void {
    const { hostFrom, hostTo, kind } = this.#header
    if (hostTo > hostFrom) rows[o + R_HOST] = this.interned.idOf(b, hostFrom, hostTo)
    rows[o + R_HEADER] = kind
  }

  /** Event time: the entry's or the line's, as the batch says; else (or where rows cannot hold it: after 2038) the reference. */
  #time(batch: LineBatch, line: number, rows: Int32Array, o: number): void {
    const entry = batch.seconds[line]!
    const header = this.#header
    if (entry !== NO_TIME && (batch.time === 'entry' || header.seconds === NO_TIME)) {
      rows[o + R_SECONDS] = entry
      rows[o + R_NANOS] = batch.nanos[line]!
    } else if (header.seconds !== NO_TIME && (header.seconds | 0) === header.seconds) {
      rows[o + R_SECONDS] = header.seconds
      rows[o + R_NANOS] = header.nanos
    } else {
      rows[o + R_SECONDS] = batch.reference
      rows[o + R_NANOS] = 0
      rows[o + R_FLAGS]! |= F_NO_TIME
    }
  }

  /** journald, ECS (Filebeat) and Vector keep the line in a field; ulogd keeps the packet's fields. */
  #jsonLine(
    batch: LineBatch,
    line: number,
    b: Uint8Array,
    from: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    const json = this.#json
    json.read(b, from, end)
    const header = this.#header
    let result: number = NO_PACKET
    if (json.isUlogd) {
      const record = parseObject(decoder.decode(b.subarray(from, end)))
      if (record === undefined) return looksLikePacket(b, from, end) ? NOT_IP - 1 : NO_PACKET
      result = readUlogd(record, rows, o, this.interned)
    } else if (json.messageFrom >= 0) {
      const entry = batch.seconds[line]!
      const prefix = header.read(b, json.messageFrom, json.messageTo, entry, batch.reference)
      result = this.#text(b, prefix, json.messageTo, rows, o)
      if (result === OK) {
        rows[o + R_FLAGS]! |= F_JSON
        this.#host(b, rows, o)
      }
    }
    if (result !== OK) return result
    this.#jsonTime(b, json)
    this.#time(batch, line, rows, o)
    rows[o + R_HEADER] = header.kind
    if (json.hostFrom >= 0 && rows[o + R_HOST] === 0)
      rows[o + R_HOST] = this.interned.idOf(b, json.hostFrom, json.hostTo)
    if (this.#psad) rows[o + R_FLAGS]! |= F_PSAD_REJECTS
    return OK
  }

  #jsonTime(b: Uint8Array, json: JsonLine): void {
    const header = this.#header
    if (json.microsFrom >= 0) {
      let micros = 0
      for (let p = json.microsFrom; p < json.microsTo; p++) micros = micros * 10 + b[p]! - 48
      if (Number.isSafeInteger(micros)) {
        header.seconds = Math.floor(micros / 1e6)
        header.nanos = (micros % 1e6) * 1000
        return
      }
    }
    if (json.timeFrom < 0) return
    if (decimal(b, json.timeFrom, json.timeFrom + 4) < 0) return
    header.read(b, json.timeFrom, json.timeTo, NO_TIME, 0)
    if (header.kind !== HEADER_ISO8601) header.seconds = NO_TIME
  }

  #asPsad(b: Uint8Array, from: number, end: number, rows: Int32Array, o: number): void {
    const text = decoder.decode(b.subarray(from, end))
    if (psadRejects(text)) rows[o + R_FLAGS]! |= F_PSAD_REJECTS
    if (!hasKernelTag(text)) rows[o + R_PREFIX] = 0
  }
}

function isAt(b: Uint8Array, p: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (b[p + i] !== text[i]) return false
  return true
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
