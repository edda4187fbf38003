import { NO_TIME } from '../batch.ts'
import { HEADER_CLF, HEADER_ISO8601, HEADER_NONE, HEADER_RFC3164 } from '../row.ts'
import {
  BLANK,
  CLOSE,
  COLON,
  decimal,
  isDigit,
  skipBlanks,
  skipDigits,
  twoDigits,
} from './bytes.ts'
import { Zone, daysOf, isLeap, monthOf, yearOf } from './calendar.ts'

const DAY = 86_400
const HALF_YEAR = 182 * DAY
/** Feb 29 comes again after eight years at the latest. */
const YEARS_BACK = 9

/** The time that a line's header gives. One reused object; `clear` before each line. */
export class LineTime {
  kind = HEADER_NONE
  /** NO_TIME if there is none, or none that fits into 32 bits. */
  seconds = NO_TIME
  nanos = 0
  readonly #zone: Zone
  // The date of the last RFC 3164 line as it stood there, and its day: lines of one day cost a few comparisons.
  #text0 = 0
  #text1 = 0
  #month = 0
  #day = 0
  #dayStart = 0
  #nextDayStart = 0

  constructor(zone: string) {
    this.#zone = new Zone(zone)
  }

  clear(): void {
    this.kind = HEADER_NONE
    this.seconds = NO_TIME
    this.nanos = 0
  }

  /**
   * Reads the time at p, returns what follows, 0 if there is none. `entry` (or NO_TIME) and `reference` decide the year of
   * a date without one.
   */
  read(b: Uint8Array, p: number, end: number, entry: number, reference: number): number {
    const c = b[p]!
    if (isDigit(c)) return b[p + 4] === 45 ? this.iso(b, p, end) : 0
    return (c | 32) >= 97 && (c | 32) <= 122 ? this.#rfc3164(b, p, end, entry, reference) : 0
  }

  /** `Mar 11 20:35:11`, also with one blank before a single digit, and with a year after the day or the time. */
  #rfc3164(b: Uint8Array, p: number, end: number, entry: number, reference: number): number {
    const text0 = (b[p]! << 16) | (b[p + 1]! << 8) | b[p + 2]!
    const text1 = (b[p + 3]! << 16) | (b[p + 4]! << 8) | b[p + 5]!
    if (text0 === this.#text0 && text1 === this.#text1 && b[p + 6] === BLANK) {
      const second = clock(b, p + 7, end)
      const q = this.#fraction(b, p + 15, end)
      if (second >= 0 && !isDigit(b[q + 1]!)) {
        const known = this.#sameDay(second, entry, reference)
        this.#set(
          HEADER_RFC3164,
          known === NO_TIME ? this.#yearless(second, entry, reference) : known,
        )
        return q
      }
    }
    const month = monthOf(b[p]!, b[p + 1]!, b[p + 2]!)
    if (month === 0 || b[p + 3] !== BLANK) return 0
    let q = skipBlanks(b, p + 3, end)
    const day = decimal(b, q, end)
    q = skipDigits(b, q, end)
    if (day < 1 || day > 31 || b[q] !== BLANK) return 0
    q = skipBlanks(b, q, end)
    let year = yearAt(b, q, end)
    if (year > 0) q = skipBlanks(b, q + 4, end)
    const second = clock(b, q, end)
    if (second < 0) return 0
    q = this.#fraction(b, q + 8, end)
    if (year === 0 && b[q] === BLANK) {
      year = yearAt(b, q + 1, end)
      if (year > 0) q += 5
    }
    if (year > 0) {
      this.#set(HEADER_RFC3164, this.#utc(daysOf(year, month, day) * DAY + second))
      return q
    }
    this.#text0 = text0
    this.#text1 = b[p + 6] === BLANK ? text1 : 0
    this.#month = month
    this.#day = day
    this.#set(HEADER_RFC3164, this.#yearless(second, entry, reference))
    return q
  }

  /** The time on the day of the last line, NO_TIME where the year could be another. */
  #sameDay(second: number, entry: number, reference: number): number {
    const utc = this.#utc(this.#dayStart + second)
    const isSure =
      entry === NO_TIME
        ? // Two days more than any zone and leap second can move it.
          utc <= reference && this.#nextDayStart - 2 * DAY > reference
        : Math.abs(utc - entry) < HALF_YEAR
    return isSure ? utc : NO_TIME
  }

  /** The year nearest to the entry's time; without one, the newest that is not after the reference. */
  #yearless(second: number, entry: number, reference: number): number {
    const to = entry === NO_TIME ? reference : entry
    const newest = yearOf(to) + 1
    let best = Number.NaN
    let next = daysOf(newest + 1, this.#month, this.#day) * DAY
    let bestNext = next
    for (let year = newest; year > newest - YEARS_BACK - 1; year--) {
      if (this.#month === 2 && this.#day === 29 && !isLeap(year)) continue
      const start = daysOf(year, this.#month, this.#day) * DAY
      const utc = this.#utc(start + second)
      const isBetter =
        entry === NO_TIME
          ? Number.isNaN(best) && utc <= reference
          : Number.isNaN(best) || Math.abs(utc - entry) < Math.abs(best - entry)
      if (isBetter) {
        best = utc
        bestNext = next
        this.#dayStart = start
      }
      next = start
    }
    this.#nextDayStart = bestNext
    if (!Number.isNaN(best)) return best
    this.#text0 = 0
    return to
  }

  /** `2026-03-01T00:00:00.123456+01:00`, a blank instead of T, no zone: the configured one. Changes nothing if it is none. */
  iso(b: Uint8Array, p: number, end: number): number {
    const year = digits4(b, p)
    const month = twoDigits(b, p + 5)
    const day = twoDigits(b, p + 8)
    const separator = b[p + 10]!
    if (p + 19 > end || b[p + 4] !== 45 || b[p + 7] !== 45) return 0
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return 0
    if ((separator | 32) !== 116 && separator !== BLANK) return 0
    const second = clock(b, p + 11, end)
    if (second < 0) return 0
    const q = this.#fraction(b, p + 19, end)
    const local = daysOf(year, month, day) * DAY + second
    const c = b[q]!
    if (q < end && (c | 32) === 122) {
      this.#set(HEADER_ISO8601, local)
      return q + 1
    }
    const hours = q + 3 <= end && (c === 43 || c === 45) ? twoDigits(b, q + 1) : -1
    if (hours < 0) {
      this.#set(HEADER_ISO8601, this.#utc(local))
      return q
    }
    const at = b[q + 3] === COLON ? q + 4 : q + 3
    const minutes = at + 2 <= end ? twoDigits(b, at) : -1
    const ahead = hours * 3600 + Math.max(0, minutes) * 60
    this.#set(HEADER_ISO8601, c === 45 ? local + ahead : local - ahead)
    return minutes < 0 ? q + 3 : at + 2
  }

  /** `20/Jun/2022:13:09:14 +0200` */
  clf(b: Uint8Array, p: number, end: number): number {
    if (p + 26 > end || b[p + 2] !== 47 || b[p + 6] !== 47 || b[p + 11] !== COLON) return 0
    const day = twoDigits(b, p)
    const month = monthOf(b[p + 3]!, b[p + 4]!, b[p + 5]!)
    const year = digits4(b, p + 7)
    const second = clock(b, p + 12, end)
    const hours = twoDigits(b, p + 22)
    const minutes = twoDigits(b, p + 24)
    if (day < 1 || month === 0 || year < 0 || second < 0 || hours < 0 || minutes < 0) return 0
    const local = daysOf(year, month, day) * DAY + second
    const ahead = hours * 3600 + minutes * 60
    this.#set(HEADER_CLF, b[p + 21] === 45 ? local + ahead : local - ahead)
    return p + 26
  }

  /** Seconds since 1970 from somewhere else (a JSON field). */
  set(seconds: number, nanos: number): void {
    this.#set(this.kind, seconds)
    this.nanos = nanos
  }

  #set(kind: number, seconds: number): void {
    this.kind = kind
    this.seconds = seconds > NO_TIME && seconds <= 0x7fff_ffff ? seconds : NO_TIME
  }

  /** `.123456` or `,123456` at p, if it stands there: sets the nanoseconds, returns what follows. */
  #fraction(b: Uint8Array, p: number, end: number): number {
    this.nanos = 0
    if (p + 1 >= end || (b[p] !== 46 && b[p] !== 44) || !isDigit(b[p + 1]!)) return p
    let nanos = 0
    let scale = 100_000_000
    let q = p + 1
    for (; q < end && isDigit(b[q]!); q++) {
      nanos += (b[q]! - 48) * scale
      scale = Math.trunc(scale / 10)
    }
    this.nanos = nanos
    return q
  }

  #utc(local: number): number {
    return local - this.#zone.offsetAt(local)
  }
}

/** The number of four digits at p, -1 if they are none. */
function digits4(b: Uint8Array, p: number): number {
  const high = twoDigits(b, p)
  const low = twoDigits(b, p + 2)
  return high < 0 || low < 0 ? -1 : high * 100 + low
}

/** A year that stands alone at p, 0 if there is none. */
function yearAt(b: Uint8Array, p: number, end: number): number {
  if (p + 4 > end) return 0
  const isAlone = p + 4 === end || b[p + 4]! <= BLANK || b[p + 4] === CLOSE
  return isAlone ? Math.max(0, digits4(b, p)) : 0
}

/** Seconds of `hh:mm:ss`, -1 if it is none. */
function clock(b: Uint8Array, p: number, end: number): number {
  if (p + 8 > end || b[p + 2] !== COLON || b[p + 5] !== COLON) return -1
  const hour = twoDigits(b, p)
  const minute = twoDigits(b, p + 3)
  const second = twoDigits(b, p + 6)
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1
  return hour * 3600 + minute * 60 + second
}
