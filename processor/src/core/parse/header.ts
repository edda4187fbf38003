import { HEADER_RFC5424 } from '../row.ts'
import {
  BACKSLASH,
  BLANK,
  CLOSE,
  COLON,
  EQUALS,
  OPEN,
  bytesOf,
  isDigit,
  skipBlanks,
  skipDigits,
  skipWord,
  startsWith,
} from './bytes.ts'
import { LineTime } from './time.ts'

const KERNEL = bytesOf('kernel')
const latin1 = new TextDecoder('latin1')

/** What stands before the prefix: time, host, tag. One reused object; `read` sets every field. */
export class Header {
  readonly time: LineTime
  hostFrom = 0
  hostTo = 0
  /** `kernel:` stood there. */
  kernelTag = false
  /** Chain in words (Proxmox). */
  chainFrom = 0
  chainTo = 0
  /** RouterOS topics (`firewall,info`) stood there. */
  hasTopics = false

  readonly #keepUptime: boolean
  readonly #pattern: RegExp | undefined

  constructor(options: {
    readonly zone: string
    readonly kernelTimestamps?: 'strip' | 'keep'
    readonly timePattern?: string
  }) {
    this.time = new LineTime(options.zone)
    this.#keepUptime = options.kernelTimestamps === 'keep'
    this.#pattern =
      (options.timePattern ?? '') === '' ? undefined : new RegExp(options.timePattern ?? '', 'd')
  }

  /**
   * Reads the header of the line at `b[from..end)`; returns where the prefix begins. `entry` (or NO_TIME) and
   * `reference` decide the year of a date without one.
   */
  read(b: Uint8Array, from: number, end: number, entry: number, reference: number): number {
    if (this.#pattern === undefined) return this.#read(b, from, end, entry, reference)
    const prefix = this.#read(b, from, end, entry, reference)
    this.time.clear()
    this.hostFrom = 0
    this.hostTo = 0
    // One character a byte, so that indexes are offsets.
    const found = this.#pattern.exec(latin1.decode(b.subarray(from, end)))
    const [whole, time, host] = found?.indices ?? []
    if (whole === undefined) return prefix
    if (time !== undefined) this.time.read(b, from + time[0], from + time[1], entry, reference)
    if (host !== undefined) {
      this.hostFrom = from + host[0]
      this.hostTo = from + host[1]
    }
    return Math.max(prefix, this.#tag(b, skipBlanks(b, from + whole[1], end), end))
  }

  #read(b: Uint8Array, from: number, end: number, entry: number, reference: number): number {
    this.time.clear()
    this.hostFrom = 0
    this.hostTo = 0
    this.kernelTag = false
    this.chainTo = 0
    this.hasTopics = false
    const start = skipBlanks(b, skipBom(b, from), end)
    const p = b[start] === 60 ? skipPri(b, start, end) : start
    if (b[p] === 49 && b[p + 1] === BLANK) {
      const after = this.#rfc5424(b, p + 2, end)
      if (after > 0) return this.#uptime(b, after, end)
    }
    const afterTime = this.time.read(b, p, end, entry, reference)
    if (afterTime > 0) return this.#hostAndTag(b, skipBlanks(b, afterTime, end), end)
    if (isDigit(b[p]!)) {
      const after = this.#proxmox(b, p, end)
      if (after > 0) return after
    }
    if (b[p] === OPEN) return this.#bracketed(b, p, end, entry, reference)
    const glued = this.#glued(b, p, end, entry, reference)
    if (glued > 0) return this.#hostAndTag(b, skipBlanks(b, glued, end), end)
    return this.#tag(b, p, end)
  }

  /** `VERSION TIME HOST APP PROCID MSGID SD MSG`; p stands at TIME. */
  #rfc5424(b: Uint8Array, p: number, end: number): number {
    let q = b[p] === 45 && b[p + 1] === BLANK ? p + 1 : this.time.iso(b, p, end)
    if (q === 0) return 0
    this.time.kind = HEADER_RFC5424
    q = skipBlanks(b, q, end)
    let to = skipWord(b, q, end)
    if (!(b[q] === 45 && to === q + 1)) {
      this.hostFrom = q
      this.hostTo = to
    }
    for (let word = 0; word < 3; word++) {
      q = skipBlanks(b, to, end)
      to = skipWord(b, q, end)
      if (word === 0 && to === q + KERNEL.length && startsWith(b, q, to, KERNEL))
        this.kernelTag = true
    }
    q = skipBlanks(b, to, end)
    if (b[q] === 45) q++
    else
      while (b[q] === OPEN && q < end) {
        while (q < end && b[q] !== CLOSE) q += b[q] === BACKSLASH ? 2 : 1
        q++
      }
    return skipBom(b, skipBlanks(b, Math.min(q, end), end))
  }

  /** `VMID LEVEL CHAIN 20/Jun/2022:13:09:14 +0200 `: the Proxmox firewall writes its log itself. */
  #proxmox(b: Uint8Array, p: number, end: number): number {
    const level = skipBlanks(b, skipDigits(b, p, end), end)
    if (!isDigit(b[level]!)) return 0
    const chainFrom = skipBlanks(b, skipWord(b, level, end), end)
    const chainTo = skipWord(b, chainFrom, end)
    const after = this.time.clf(b, skipBlanks(b, chainTo, end), end)
    if (after > 0) {
      this.chainFrom = chainFrom
      this.chainTo = chainTo
    }
    return after
  }

  /** `[ 12345.678901]` of dmesg, or `[Mon Mar 11 20:35:11 2024]` of `dmesg -T`; anything else is the prefix. */
  #bracketed(b: Uint8Array, p: number, end: number, entry: number, reference: number): number {
    const after = skipUptime(b, p, end)
    if (after > p || b[p + 4] !== BLANK) return after
    const close = this.time.read(b, p + 5, end, entry, reference)
    if (close > 0 && b[close] === CLOSE) return close + 1
    this.time.clear()
    return p
  }

  /** `name:Mar 17 …`: grep puts the file's name in front. Returns what follows the time, 0 if there is none. */
  #glued(b: Uint8Array, p: number, end: number, entry: number, reference: number): number {
    const word = skipWord(b, p, end)
    for (let q = p; q < word; q++) {
      if (b[q] !== COLON) continue
      const after = this.time.read(b, q + 1, end, entry, reference)
      if (after > 0) return after
    }
    return 0
  }

  /** Behind the kernel's time, or before it where it is kept in the prefix. */
  #uptime(b: Uint8Array, p: number, end: number): number {
    return this.#keepUptime ? p : skipUptime(b, p, end)
  }

  /** After the time: a host unless the word is a tag, the uptime or the packet itself; then the tag. */
  #hostAndTag(b: Uint8Array, p: number, end: number): number {
    const to = skipWord(b, p, end)
    if (to === p || b[p] === OPEN || b[to - 1] === COLON || hasByte(b, p, to, EQUALS))
      return this.#tag(b, p, end)
    this.hostFrom = p
    this.hostTo = to
    let q = skipBlanks(b, to, end)
    const tagTo = kernelTagEnd(b, q)
    if (tagTo > 0) {
      this.kernelTag = true
      return this.#uptime(b, skipBlanks(b, tagTo, end), end)
    }
    // Some relays write the host twice.
    const next = skipWord(b, q, end)
    if (next - q === to - p && isSame(b, p, q, to - p)) q = skipBlanks(b, next, end)
    return this.#tag(b, q, end)
  }

  /** `kernel:`, `kernel[0]:`, also behind `kern.warn`; `ulogd[412]:`; RouterOS topics; then the uptime. */
  #tag(b: Uint8Array, p: number, end: number): number {
    const word = skipWord(b, p, end)
    if (isTopics(b, p, word)) {
      this.hasTopics = true
      return skipBlanks(b, word, end)
    }
    // Its facility stands before the tag (OpenWrt).
    const q = hasByte(b, p, word, 46) && !hasByte(b, p, word, EQUALS) ? skipBlanks(b, word, end) : p
    const tagTo = kernelTagEnd(b, q)
    if (tagTo > 0) {
      this.kernelTag = true
      return this.#uptime(b, skipBlanks(b, tagTo, end), end)
    }
    if (isPidTag(b, p, word)) return this.#uptime(b, skipBlanks(b, word, end), end)
    return this.#uptime(b, p, end)
  }
}

function skipBom(b: Uint8Array, p: number): number {
  return b[p] === 0xef && b[p + 1] === 0xbb && b[p + 2] === 0xbf ? p + 3 : p
}

/** `<13>`: returns what follows, p itself if it is no PRI. */
function skipPri(b: Uint8Array, p: number, end: number): number {
  const q = skipDigits(b, p + 1, end)
  return q > p + 1 && q <= p + 4 && b[q] === 62 ? q + 1 : p
}

/** `[ 12345.678901]` is passed over, and with it the `[    T412]` or `[    C1]` of CONFIG_PRINTK_CALLER. */
function skipUptime(b: Uint8Array, p: number, end: number): number {
  if (b[p] !== OPEN) return p
  const from = skipBlanks(b, p + 1, end)
  const point = skipDigits(b, from, end)
  if (point === from || b[point] !== 46) return p
  const close = skipDigits(b, point + 1, end)
  if (b[close] !== CLOSE || close >= end) return p
  if (b[close + 1] !== OPEN) return close + 1
  const caller = skipBlanks(b, close + 2, end)
  if (b[caller] !== 84 && b[caller] !== 67) return close + 1
  const last = skipDigits(b, caller + 1, end)
  return last > caller + 1 && b[last] === CLOSE ? last + 1 : close + 1
}

/** Behind `kernel:` or `kernel[0]:` at p, 0 if it does not stand there. */
function kernelTagEnd(b: Uint8Array, p: number): number {
  for (let i = 0; i < KERNEL.length; i++) if (b[p + i] !== KERNEL[i]) return 0
  let q = p + KERNEL.length
  if (b[q] === OPEN) {
    q++
    while (isDigit(b[q]!)) q++
    if (b[q] !== CLOSE) return 0
    q++
  }
  return b[q] === COLON ? q + 1 : 0
}

/** `name[412]:` */
function isPidTag(b: Uint8Array, from: number, to: number): boolean {
  if (b[to - 1] !== COLON || b[to - 2] !== CLOSE) return false
  let p = to - 3
  while (p > from && isDigit(b[p]!)) p--
  return p > from && p < to - 3 && b[p] === OPEN
}

/** Lower-case words joined by commas: `firewall,info`, `system,error,critical`. */
function isTopics(b: Uint8Array, from: number, to: number): boolean {
  let commas = 0
  for (let p = from; p < to; p++) {
    const c = b[p]!
    if (c === 44) commas++
    else if (c < 97 || c > 122) return false
  }
  return commas > 0
}

function hasByte(b: Uint8Array, from: number, to: number, byte: number): boolean {
  for (let p = from; p < to; p++) if (b[p] === byte) return true
  return false
}

function isSame(b: Uint8Array, p: number, q: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (b[p + i] !== b[q + i]) return false
  return true
}
