import type { StreamLabels } from './labels.ts'
import { ByteCursor, UnexpectedBody } from './byte-cursor.ts'
import type { LokiPage } from './page.ts'
import { CATEGORIZE, MAX_SECONDS, MAX_STREAMS } from './page-json.ts'
import { PageRows } from './page-rows.ts'
import { unescapeInPlace } from './unescape.ts'

export { UnexpectedBody } from './byte-cursor.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
/** Small parts (labels, statistics) become strings and go through JSON.parse; larger ones are not what we expect. */
const MAX_SMALL_BYTES = 65_536

/**
 * `readPage` without a string for the lines. Throws UnexpectedBody, with the bytes untouched, for anything but the
 * shape that Loki writes, white space and order of members aside.
 *
 * It is laxer than JSON in two points that Loki's encoder rules out: raw control characters and broken UTF-8 in a line are
 * taken as they are.
 */
export function scanPage(bytes: Uint8Array): LokiPage {
  const scan = new PageScan(bytes)
  scan.answer()
  // Only now: had the scan failed, JSON.parse would have needed the body as it came.
  const { rows, escaped } = scan
  for (const i of escaped) {
    rows.at[2 * i + 1] = unescapeInPlace(bytes, rows.at[2 * i] ?? 0, rows.at[2 * i + 1] ?? 0)
  }
  for (let i = 0; i < rows.count; i++) bytes[rows.at[2 * i + 1] ?? 0] = 10
  return {
    bytes,
    count: rows.count,
    at: rows.at,
    seconds: rows.seconds,
    nanos: rows.nanos,
    stream: rows.stream,
    labels: rows.labels,
    splits: scan.splits,
    categorized: scan.categorized,
  }
}

class PageScan {
  readonly rows = new PageRows()
  /** Rows whose line has a backslash. */
  readonly escaped: number[] = []
  splits = 0
  categorized = false
  readonly #at: ByteCursor
  #seconds = 0
  #nanos = 0

  constructor(bytes: Uint8Array) {
    this.#at = new ByteCursor(bytes)
  }

  answer(): void {
    let parts = 0
    this.#at.members((name) => {
      if (name === 'data') {
        parts += 1
        this.#data()
      } else {
        this.#at.skipValue()
      }
    })
    this.#at.end()
    if (parts !== 1) throw new UnexpectedBody()
  }

  #data(): void {
    const seen = new Set<string>()
    this.#at.members((name) => {
      if (seen.has(name)) throw new UnexpectedBody()
      seen.add(name)
      if (name === 'resultType') {
        if (this.#small() !== 'streams') throw new UnexpectedBody()
      } else if (name === 'encodingFlags') {
        const flags = this.#small()
        if (!Array.isArray(flags)) throw new UnexpectedBody()
        this.categorized = flags.includes(CATEGORIZE)
      } else if (name === 'stats') {
        const stats = this.#small() as { summary?: { splits?: unknown } | null } | null
        const splits = stats?.summary?.splits
        if (splits !== undefined && typeof splits !== 'number') throw new UnexpectedBody()
        this.splits = splits ?? 0
      } else if (name === 'result') {
        this.#at.elements(() => this.#stream())
      } else {
        this.#at.skipValue()
      }
    })
    if (!seen.has('resultType') || !seen.has('result')) throw new UnexpectedBody()
  }

  #stream(): void {
    const index = this.rows.labels.length
    if (index >= MAX_STREAMS) throw new UnexpectedBody()
    this.rows.labels.push({})
    let parts = 0
    this.#at.members((name) => {
      if (name === 'stream') {
        this.rows.labels[index] = labelsOf(this.#small())
        parts += 1
      } else if (name === 'values') {
        this.#values(index)
        parts += 16
      } else {
        this.#at.skipValue()
      }
    })
    if (parts !== 17) throw new UnexpectedBody()
  }

  #values(stream: number): void {
    const at = this.#at
    at.expect(OPEN_LIST)
    if (at.accept(CLOSE_LIST)) return
    do {
      at.expect(OPEN_LIST)
      at.expect(QUOTE)
      this.#time()
      at.expect(COMMA)
      at.expect(QUOTE)
      const from = at.p
      const hasEscape = at.string()
      if (hasEscape) this.escaped.push(this.rows.count)
      this.rows.add(from, at.p - 1, this.#seconds, this.#nanos, stream)
      while (at.accept(COMMA)) at.skipValue()
      at.expect(CLOSE_LIST)
    } while (at.accept(COMMA))
    at.expect(CLOSE_LIST)
  }

  /** The digits behind an opening quote as seconds and nanoseconds, and the closing quote. */
  #time(): void {
    const { bytes } = this.#at
    const from = this.#at.p
    let to = from
    while (isDigit(bytes[to] ?? 0)) to++
    const length = to - from
    if (length === 0 || length > 19 || bytes[to] !== QUOTE) throw new UnexpectedBody()
    const split = Math.max(from, to - 9)
    this.#seconds = digits(bytes, from, split)
    this.#nanos = digits(bytes, split, to)
    if (this.#seconds > MAX_SECONDS) throw new UnexpectedBody()
    this.#at.p = to + 1
  }

  #small(): unknown {
    const at = this.#at
    at.blanks()
    const from = at.p
    at.skipValue()
    if (at.p - from > MAX_SMALL_BYTES) throw new UnexpectedBody()
    try {
      return JSON.parse(new TextDecoder().decode(at.bytes.subarray(from, at.p)))
    } catch {
      throw new UnexpectedBody()
    }
  }
}

function labelsOf(value: unknown): StreamLabels {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnexpectedBody()
  for (const text of Object.values(value)) if (typeof text !== 'string') throw new UnexpectedBody()
  return value as StreamLabels
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9
}

function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let p = from; p < to; p++) value = value * 10 + (bytes[p] ?? 0) - ZERO
  return value
}
