import { NO_TIME } from '../batch.ts'
import { HEADER_CLF, HEADER_ISO8601, HEADER_NONE, HEADER_RFC3164, HEADER_RFC5424 } from '../row.ts'
import {
  BLANK,
  COLON,
  OPEN,
  bytesOf,
  decimal,
  isDigit,
  skipBlanks,
  skipWord,
  startsWith,
} from './bytes.ts'
import { Zone, daysOf, isLeap, monthOf, yearOf } from './calendar.ts'

const KERNEL = bytesOf('kernel')
const HALF_YEAR = 182 * 86_400

/** What stands before the prefix: time, host, tag. One reused object; `read` sets every field. */
export class Header {
  kind = HEADER_NONE
  /** NO_TIME if the header has none. */
  seconds = NO_TIME
  nanos = 0
  hostFrom = 0
  hostTo = 0
  /** `kernel:` stood there. */
  kernelTag = false
  /** Chain in words (Proxmox). */
  chainFrom = 0
  chainTo = 0
  /** RouterOS topics (`firewall,info`) end here; 0 for other lines. */
  topics = 0
  readonly #zone: Zone
  // The last RFC 3164 day, so that lines of one day cost four multiplications.
  #dayKey = 0
  #dayNumber = 0
  #dayBase = 0
  #dayEntry = 0

  constructor(zone: string) {
    this.#zone = new Zone(zone)
  }

  /**
   * Reads the header of the line at `b[from..end)`; returns where the prefix begins. `entry` (or NO_TIME) and
   * `reference` decide the year of a date without one.
   */
  read(b: Uint8Array, from: number, end: number, entry: number, reference: number): number {
    this.kind = HEADER_NONE
    this.seconds = NO_TIME
    this.nanos = 0
    this.hostFrom = 0
    this.hostTo = 0
    this.kernelTag = false
    this.chainTo = 0
    this.topics = 0
    let p = skipBlanks(b, from, end)
    if (b[p] === 60) {
      const close = this.#pri(b, p, end)
      if (close > 0) {
        p = close
        if (b[p] === 49 && b[p + 1] === BLANK) {
          const after = this.#rfc5424(b, p + 2, end)
          if (after > 0) return this.#uptime(b, after, end)
        }
      }
    }
    const afterTime = this.#time(b, p, end, entry, reference)
    if (afterTime > 0) return this.#hostAndTag(b, skipBlanks(b, afterTime, end), end)
    if (isDigit(b[p]!)) {
      const after = this.#proxmox(b, p, end)
      if (after > 0) return after
    }
    if (b[p] === OPEN) return this.#uptime(b, p, end)
    const glued = this.#glued(b, p, end, entry, reference)
    if (glued > 0) return this.#hostAndTag(b, skipBlanks(b, glued, end), end)
    return this.#tag(b, p, end)
  }

  /** `<13>`: returns what follows, 0 if it is no PRI. */
  #pri(b: Uint8Array, p: number, end: number): number {
    let q = p + 1
    while (q < end && isDigit(b[q]!)) q++
    return q > p + 1 && q <= p + 4 && b[q] === 62 ? q + 1 : 0
  }

  #time(b: Uint8Array, p: number, end: number, entry: number, reference: number): number {
    const c = b[p]!
    if ((c | 32) >= 97 && (c | 32) <= 122) return this.#rfc3164(b, p, end, entry, reference)
    if (isDigit(c) && b[p + 4] === 45) return this.#iso(b, p, end)
    return 0
  }

  /** `Mar 11 20:35:11`, also with one blank before a single digit, and with a year after the day. */
  #rfc3164(b: Uint8Array, p: number, end: number, entry: number, reference: number): number {
    const month = monthOf(b[p]!, b[p + 1]!, b[p + 2]!)
    if (month === 0 || b[p + 3] !== BLANK) return 0
    let q = skipBlanks(b, p + 3, end)
    const day = decimal(b, q, end)
    if (day < 1 || day > 31) return 0
    while (q < end && isDigit(b[q]!)) q++
    if (b[q] !== BLANK) return 0
    q = skipBlanks(b, q, end)
    let year = 0
    if (isDigit(b[q]!) && isDigit(b[q + 3]!) && b[q + 4] === BLANK) {
      year = decimal(b, q, end)
      q += 5
    }
    const second = clock(b, q, end)
    if (second < 0) return 0
    this.kind = HEADER_RFC3164
    let after = q + 8
    if (b[after] === 46 && isDigit(b[after + 1]!)) after = this.#fraction(b, after + 1, end)
    if (year !== 0) {
      const local = daysOf(year, month, day) * 86_400 + second
      this.seconds = local - this.#zone.offsetAt(local)
    } else {
      this.seconds = this.#yearless(month, day, second, entry, reference)
    }
    return after
  }

  #yearless(month: number, day: number, second: number, entry: number, reference: number): number {
    const key = month * 32 + day
    const to = entry === NO_TIME ? reference : entry
    if (key === this.#dayKey && this.#dayEntry === (entry === NO_TIME ? 0 : 1)) {
      const known = this.#dayBase + second
      // Only where the choice of the year could not come out differently.
      if (
        entry === NO_TIME
          ? reference === this.#dayNumber && known <= reference
          : Math.abs(known - entry) < HALF_YEAR
      )
        return known
    }
    const year = yearOf(to)
    let best = Number.NaN
    for (let y = year + 1; y >= year - 9; y--) {
      if (month === 2 && day === 29 && !isLeap(y)) continue
      const local = daysOf(y, month, day) * 86_400 + second
      const utc = local - this.#zone.offsetAt(local)
      if (entry === NO_TIME) {
        if (utc > reference) continue
        best = utc
        break
      }
      if (Number.isNaN(best) || Math.abs(utc - entry) < Math.abs(best - entry)) best = utc
    }
    if (Number.isNaN(best)) best = to
    this.#dayKey = key
    this.#dayEntry = entry === NO_TIME ? 0 : 1
    this.#dayNumber = reference
    this.#dayBase = best - second
    return best
  }

  /** `2026-03-01T00:00:00.123456+01:00`, a blank instead of T, no zone: the configured one. */
  #iso(b: Uint8Array, p: number, end: number): number {
    const year = decimal(b, p, p + 4)
    const month = decimal(b, p + 5, p + 7)
    const day = decimal(b, p + 8, p + 10)
    const separator = b[p + 10]
    if (b[p + 7] !== 45 || month < 1 || month > 12 || day < 1 || day > 31 || p + 19 > end) return 0
    if (separator !== 84 && separator !== BLANK && separator !== 116) return 0
    const second = clock(b, p + 11, end)
    if (second < 0) return 0
    this.kind = HEADER_ISO8601
    let q = p + 19
    if ((b[q] === 46 || b[q] === 44) && q < end) q = this.#fraction(b, q + 1, end)
    const local = daysOf(year, month, day) * 86_400 + second
    const c = b[q]
    if (q < end && (c === 90 || c === 122)) {
      this.seconds = local
      return q + 1
    }
    if (q < end && (c === 43 || c === 45)) {
      const hours = decimal(b, q + 1, q + 3)
      const colon = b[q + 3] === COLON ? 1 : 0
      const minutes = Math.max(0, decimal(b, q + 3 + colon, q + 5 + colon))
      this.seconds = local - (c === 45 ? -1 : 1) * (hours * 3600 + minutes * 60)
      return q + 5 + colon
    }
    this.seconds = local - this.#zone.offsetAt(local)
    return q
  }

  #fraction(b: Uint8Array, p: number, end: number): number {
    let nanos = 0
    let scale = 100_000_000
    for (; p < end && isDigit(b[p]!); p++) {
      nanos += (b[p]! - 48) * scale
      scale = Math.trunc(scale / 10)
    }
    this.nanos = nanos
    return p
  }

  /** `VERSION TIME HOST APP PROCID MSGID SD MSG`; p stands at TIME. */
  #rfc5424(b: Uint8Array, p: number, end: number): number {
    let q = b[p] === 45 && b[p + 1] === BLANK ? p + 1 : this.#iso(b, p, end)
    if (q === 0) return 0
    this.kind = HEADER_RFC5424
    q = skipBlanks(b, q, end)
    let to = skipWord(b, q, end)
    if (!(b[q] === 45 && to === q + 1)) {
      this.hostFrom = q
      this.hostTo = to
    }
    for (let word = 0; word < 3; word++) {
      q = skipBlanks(b, to, end)
      to = skipWord(b, q, end)
      if (word === 0 && startsWith(b, q, to, KERNEL)) this.kernelTag = true
    }
    q = skipBlanks(b, to, end)
    if (b[q] === 45) q++
    else
      while (b[q] === OPEN && q < end) {
        while (q < end && b[q] !== 93) q += b[q] === 92 ? 2 : 1
        q++
      }
    q = skipBlanks(b, q, end)
    return b[q] === 0xef && b[q + 1] === 0xbb && b[q + 2] === 0xbf ? q + 3 : q
  }

  /** `VMID LEVEL CHAIN 20/Jun/2022:13:09:14 +0200 `: the Proxmox firewall writes its log itself. */
  #proxmox(b: Uint8Array, p: number, end: number): number {
    let q = skipWord(b, p, end)
    q = skipBlanks(b, q, end)
    if (!isDigit(b[q]!)) return 0
    q = skipBlanks(b, skipWord(b, q, end), end)
    const chainFrom = q
    const chainTo = skipWord(b, q, end)
    q = skipBlanks(b, chainTo, end)
    if (b[q + 2] !== 47 || b[q + 6] !== 47 || b[q + 11] !== COLON) return 0
    const day = decimal(b, q, q + 2)
    const month = monthOf(b[q + 3]!, b[q + 4]!, b[q + 5]!)
    const year = decimal(b, q + 7, q + 11)
    const second = clock(b, q + 12, end)
    if (day < 1 || month === 0 || year < 1970 || second < 0) return 0
    const sign = b[q + 21] === 45 ? -1 : 1
    const offset = decimal(b, q + 22, q + 24) * 3600 + decimal(b, q + 24, q + 26) * 60
    this.kind = HEADER_CLF
    this.seconds = daysOf(year, month, day) * 86_400 + second - sign * offset
    this.chainFrom = chainFrom
    this.chainTo = chainTo
    return q + 26
  }

  /** `name:Mar 17 …`: grep puts the file's name in front. Returns what follows the time, 0 if there is none. */
  #glued(b: Uint8Array, p: number, end: number, entry: number, reference: number): number {
    const word = skipWord(b, p, end)
    for (let q = p; q < word; q++) {
      if (b[q] !== COLON) continue
      const after = this.#time(b, q + 1, end, entry, reference)
      if (after > 0) return after
    }
    return 0
  }

  /** After the time: a host unless the word is a tag, the uptime or the packet itself; then the tag. */
  #hostAndTag(b: Uint8Array, p: number, end: number): number {
    const to = skipWord(b, p, end)
    const c = b[p]!
    const isTag = b[to - 1] === COLON
    if (to > p && c !== OPEN && !isTag && !hasEquals(b, p, to)) {
      this.hostFrom = p
      this.hostTo = to
      let q = skipBlanks(b, to, end)
      // Some relays write the host twice.
      const next = skipWord(b, q, end)
      if (next - q === to - p && startsWith(b, q, end, b.subarray(p, to)))
        q = skipBlanks(b, next, end)
      return this.#tag(b, q, end)
    }
    return this.#tag(b, p, end)
  }

  /** `kernel:`, `kernel[0]:`, also behind `kern.warn`; RouterOS topics; then the uptime. */
  #tag(b: Uint8Array, p: number, end: number): number {
    let q = p
    if (!isKernel(b, q, end)) {
      const word = skipWord(b, q, end)
      const next = skipBlanks(b, word, end)
      if (isKernel(b, next, end) && !hasEquals(b, q, word) && hasDot(b, q, word)) q = next
      else if (isTopics(b, q, word)) {
        this.topics = word
        return skipBlanks(b, word, end)
      }
    }
    if (isKernel(b, q, end)) {
      this.kernelTag = true
      q = skipBlanks(b, skipWord(b, q, end), end)
    }
    return this.#uptime(b, q, end)
  }

  /** `[ 12345.678901]` is passed over. */
  #uptime(b: Uint8Array, p: number, end: number): number {
    if (b[p] !== OPEN) return p
    let q = skipBlanks(b, p + 1, end)
    const from = q
    while (q < end && isDigit(b[q]!)) q++
    if (q === from || b[q] !== 46) return p
    q++
    while (q < end && isDigit(b[q]!)) q++
    return b[q] === 93 && q < end ? q + 1 : p
  }
}

/** Seconds of `hh:mm:ss`, -1 if it is none. */
function clock(b: Uint8Array, p: number, end: number): number {
  if (p + 8 > end || b[p + 2] !== COLON || b[p + 5] !== COLON) return -1
  const hour = (b[p]! - 48) * 10 + b[p + 1]! - 48
  const minute = (b[p + 3]! - 48) * 10 + b[p + 4]! - 48
  const second = (b[p + 6]! - 48) * 10 + b[p + 7]! - 48
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1
  return hour * 3600 + minute * 60 + second
}

function isKernel(b: Uint8Array, p: number, end: number): boolean {
  if (!startsWith(b, p, end, KERNEL)) return false
  const c = b[p + 6]
  return c === COLON || (c === OPEN && b[skipWord(b, p, end) - 1] === COLON)
}

function hasEquals(b: Uint8Array, from: number, to: number): boolean {
  for (let p = from; p < to; p++) if (b[p] === 61) return true
  return false
}

function hasDot(b: Uint8Array, from: number, to: number): boolean {
  for (let p = from; p < to; p++) if (b[p] === 46) return true
  return false
}

/** Lower-case words joined by commas, the first of them known to RouterOS: `firewall,info`, `system,error,critical`. */
function isTopics(b: Uint8Array, from: number, to: number): boolean {
  let commas = 0
  for (let p = from; p < to; p++) {
    const c = b[p]!
    if (c === 44) commas++
    else if (c < 97 || c > 122) return false
  }
  return commas > 0
}
