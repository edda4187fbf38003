import type { LineBatch } from '../batch.ts'
import { NO_TIME } from '../batch.ts'
import type { Profile, VerdictOptions } from '../options.ts'
import {
  F_ENTRY_TIME,
  F_KERNEL_TAG,
  F_NO_TIME,
  F_PSAD_REJECTS,
  F_VERDICT_SHIFT,
  PROTO_UNKNOWN,
  R_BODY,
  R_CHAIN_NAME,
  R_FLAGS,
  R_FROM,
  R_HEADER,
  R_HOST,
  R_LINE,
  R_LINE_AHEAD,
  R_NANOS,
  R_PREFIX,
  R_PREFIX_FROM,
  R_PREFIX_TO,
  R_PROTO,
  R_SECONDS,
  R_TO,
  ROW,
} from '../row.ts'
import type { PacketRows } from '../row.ts'
import type { InternTable, ParserApi } from './api.ts'
import { BLANK, LINE_FEED, bytesOf, indexOfBytes, skipBlanks } from './bytes.ts'
import { clearRow } from './clear-row.ts'
import { looksLikePacket } from './evidence.ts'
import { Header } from './header.ts'
import { Interned } from './intern.ts'
import { JsonReader } from './json-reader.ts'
import { Netfilter } from './netfilter.ts'
import { readMikrotik } from './mikrotik.ts'
import { prefixForPsad, psadRejects, showsPrefix } from './psad-rules.ts'
import { NO_INTERFACE, NO_PACKET, OK } from './reasons.ts'

export interface ParserOptions {
  /** Of times that name none: an IANA name or an offset such as +02:00. */
  readonly zone: string
  readonly profile: Profile
  readonly verdicts: VerdictOptions
  /** `keep`: the kernel's `[ 12.345]` is part of the prefix. */
  readonly kernelTimestamps?: 'strip' | 'keep'
  /** Regular expression whose groups 1 and 2 are time and host; '' = the known forms. */
  readonly timePattern?: string
}

const KERNEL_COLON = bytesOf('kernel:')
const ROUTEROS_IN = bytesOf(': in:')
/** Longer than any line of the kernel's; psad's rules are regular expressions, which take their time over long ones. */
const MOST_FOR_PSAD = 4096
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Lines in bytes to rows of integers. One for each input, because it remembers the last day and interfaces it met. */
export class Parser implements ParserApi {
  readonly interned: Interned
  readonly #header: Header
  readonly #netfilter: Netfilter
  readonly #json: JsonReader
  readonly #psad: boolean
  #notAPacket = 0
  #malformed = 0
  // Of the line before: they rarely change.
  #host = 0
  #prefix = 0

  constructor(options: ParserOptions, interned?: InternTable) {
    // The only implementation; the interface is what others may use of it.
    this.interned = (interned as Interned | undefined) ?? new Interned(options.verdicts)
    this.#psad = options.profile === 'psad'
    this.#header = new Header(options)
    this.#netfilter = new Netfilter(this.interned)
    this.#json = new JsonReader(this.interned)
  }

  parse(batch: LineBatch, from: number, rows: PacketRows): number {
    const { count } = batch
    const { capacity } = rows
    let line = from
    for (; line < count && rows.count < capacity; line++) this.parseLine(batch, line, rows)
    return line
  }

  takeCounts(): { notAPacket: number; malformed: number } {
    const counts = { notAPacket: this.#notAPacket, malformed: this.#malformed }
    this.#notAPacket = 0
    this.#malformed = 0
    return counts
  }

  /** Parses one line into the next row, which counts if it is a packet; returns OK, NO_PACKET or a reason (`reasonOf`). */
  parseLine(batch: LineBatch, line: number, rows: PacketRows): number {
    const { ints } = rows
    const o = rows.count * ROW
    const b = batch.bytes
    const from = batch.at[2 * line]!
    const end = batch.at[2 * line + 1]!
    clearRow(ints, o)
    // Words end at a blank: with a line break behind the line nobody has to ask where it ends.
    const behind = b[end]!
    b[end] = LINE_FEED
    let result = this.#line(batch, line, from, end, ints, o)
    b[end] = behind
    if (this.#psad && result !== OK && this.#countsForPsad(batch, line, ints, o)) result = OK
    if (result === OK) {
      ints[o + R_FROM] = from
      ints[o + R_TO] = end
      ints[o + R_LINE] = line
      rows.count++
    } else if (result === NO_PACKET) this.#notAPacket++
    else this.#malformed++
    return result
  }

  #line(
    batch: LineBatch,
    line: number,
    from: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    const b = batch.bytes
    const start = skipBlanks(b, from, end)
    const result =
      b[start] === 123
        ? this.#jsonLine(batch, line, start, end, rows, o)
        : this.#textLine(b, start, end, batch.seconds[line]!, batch.reference, rows, o)
    if (result !== OK) return result
    this.#time(batch, line, rows, o)
    if (this.#psad) this.#asPsad(b, from, end, rows, o)
    return OK
  }

  /**
   * A line that is no packet may still have a prefix that psad counts (psad.md Q9): it becomes a row that the tracker rejects.
   */
  #countsForPsad(batch: LineBatch, line: number, rows: Int32Array, o: number): boolean {
    const from = batch.at[2 * line]!
    const end = Math.min(batch.at[2 * line + 1]!, from + MOST_FOR_PSAD)
    const prefix = prefixForPsad(decoder.decode(batch.bytes.subarray(from, end)))
    if (prefix === undefined) return false
    clearRow(rows, o)
    this.#time(batch, line, rows, o)
    const bytes = encoder.encode(prefix)
    rows[o + R_PREFIX] = this.interned.idOf(bytes, 0, bytes.length)
    rows[o + R_PROTO] = PROTO_UNKNOWN
    rows[o + R_FLAGS]! |= F_PSAD_REJECTS
    return true
  }

  /** Header, prefix and packet of `b[from..end)`; the byte behind it is a line break. */
  #textLine(
    b: Uint8Array,
    from: number,
    end: number,
    entry: number,
    reference: number,
    rows: Int32Array,
    o: number,
  ): number {
    const header = this.#header
    const prefix = header.read(b, from, end, entry, reference)
    const result = header.hasTopics
      ? this.#mikrotik(b, prefix, end, rows, o)
      : this.#packet(b, prefix, end, rows, o)
    if (result !== OK) return result
    rows[o + R_HEADER] = header.time.kind
    if (header.hostTo > header.hostFrom)
      this.#host = rows[o + R_HOST] = this.interned.idNear(
        this.#host,
        b,
        header.hostFrom,
        header.hostTo,
      )
    return OK
  }

  /** Prefix and netfilter part of a line whose header has been read. */
  #packet(b: Uint8Array, prefix: number, end: number, rows: Int32Array, o: number): number {
    const netfilter = this.#netfilter
    const body = netfilter.find(b, prefix, end)
    if (body < 0) return this.#headless(b, prefix, end, rows, o)
    const result = netfilter.read(b, body, end, rows, o)
    if (result !== OK) return looksLikePacket(b, prefix, end) ? result : NO_PACKET
    this.#readPrefix(b, prefix, netfilter.body, rows, o)
    return OK
  }

  /** A line without a usable IN= or OUT=: read all the same, for the reason that a person is told. */
  #headless(b: Uint8Array, prefix: number, end: number, rows: Int32Array, o: number): number {
    if (looksLikePacket(b, prefix, end)) {
      const result = this.#netfilter.read(b, prefix, end, rows, o)
      return result === OK ? NO_INTERFACE : result
    }
    // RouterOS with BSD syslog headers leaves its topics out.
    return indexOfBytes(b, ROUTEROS_IN, prefix, end) < 0
      ? NO_PACKET
      : this.#mikrotik(b, prefix, end, rows, o)
  }

  #mikrotik(b: Uint8Array, from: number, end: number, rows: Int32Array, o: number): number {
    return readMikrotik(decoder.decode(b.subarray(from, end)), rows, o, this.interned)
  }

  #readPrefix(b: Uint8Array, at: number, body: number, rows: Int32Array, o: number): void {
    const header = this.#header
    let from = skipBlanks(b, at, body)
    if (!header.kernelTag) {
      // A header of a form we do not know: what stands behind its last tag is the prefix.
      for (
        let tag = indexOfBytes(b, KERNEL_COLON, from, body);
        tag >= 0;
        tag = indexOfBytes(b, KERNEL_COLON, from, body)
      ) {
        from = skipBlanks(b, tag + KERNEL_COLON.length, body)
        header.kernelTag = true
      }
    }
    let to = body
    while (to > from && b[to - 1]! <= BLANK) to--
    const id = this.interned.idNear(this.#prefix, b, from, to)
    this.#prefix = id
    rows[o + R_PREFIX] = id
    rows[o + R_PREFIX_FROM] = from
    rows[o + R_PREFIX_TO] = to
    rows[o + R_BODY] = body
    rows[o + R_FLAGS]! |=
      (this.interned.verdict(id) << F_VERDICT_SHIFT) | (header.kernelTag ? F_KERNEL_TAG : 0)
    if (header.chainTo > 0)
      rows[o + R_CHAIN_NAME] = this.interned.idOf(b, header.chainFrom, header.chainTo)
  }

  /** journald, ECS, Vector and Docker keep the line in a field; ulogd keeps the packet's fields. */
  #jsonLine(
    batch: LineBatch,
    line: number,
    from: number,
    end: number,
    rows: Int32Array,
    o: number,
  ): number {
    const b = batch.bytes
    const json = this.#json
    json.open(b, from, end)
    if (json.isUlogd) {
      this.#header.time.clear()
      const result = json.readUlogd(b, from, end, rows, o)
      if (result === OK) json.readTime(b, this.#header.time, rows, o)
      return result
    }
    if (json.to < 0) return NO_PACKET
    const behind = json.bytes[json.to]!
    json.bytes[json.to] = LINE_FEED
    const entry = batch.seconds[line]!
    const result = this.#textLine(json.bytes, json.from, json.to, entry, batch.reference, rows, o)
    json.bytes[json.to] = behind
    if (result !== OK) return result
    json.finish(b, from, end, rows, o)
    json.readTime(b, this.#header.time, rows, o)
    return OK
  }

  /** Event time: the entry's or the line's, as the batch says; else the reference. */
  #time(batch: LineBatch, line: number, rows: Int32Array, o: number): void {
    const entry = batch.seconds[line]!
    const time = this.#header.time
    const hasBoth = entry !== NO_TIME && time.seconds !== NO_TIME
    rows[o + R_LINE_AHEAD] = hasBoth ? time.seconds - entry : NO_TIME
    if (entry !== NO_TIME) rows[o + R_FLAGS]! |= F_ENTRY_TIME
    if (entry !== NO_TIME && (batch.time === 'entry' || time.seconds === NO_TIME)) {
      rows[o + R_SECONDS] = entry
      rows[o + R_NANOS] = batch.nanos[line]!
    } else if (time.seconds !== NO_TIME) {
      rows[o + R_SECONDS] = time.seconds
      rows[o + R_NANOS] = time.nanos
    } else {
      rows[o + R_SECONDS] = batch.reference
      rows[o + R_FLAGS]! |= F_NO_TIME
    }
  }

  /** What psad would make of the line as a whole, JSON or not. */
  #asPsad(b: Uint8Array, from: number, end: number, rows: Int32Array, o: number): void {
    const text = decoder.decode(b.subarray(from, Math.min(end, from + MOST_FOR_PSAD)))
    if (psadRejects(text)) rows[o + R_FLAGS]! |= F_PSAD_REJECTS
    if (!showsPrefix(text)) rows[o + R_PREFIX] = 0
  }
}
