/** The scan met something that it does not know; `JSON.parse` has to judge. */
export class UnexpectedBody extends Error {
  constructor() {
    super('unexpected body')
    this.name = 'UnexpectedBody'
  }
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const MAX_NAME_BYTES = 1024
const MAX_DEPTH = 32

/** A position in the bytes of a JSON text. Every method throws UnexpectedBody where it cannot go on. */
export class ByteCursor {
  readonly bytes: Uint8Array
  p = 0
  /** The next backslash at or behind `p` when last looked for: most bodies have none, so they are searched once. */
  #backslash: number

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#backslash = positionOf(bytes, BACKSLASH, 0)
  }

  blanks(): void {
    const { bytes } = this
    let byte = bytes[this.p]
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.p]
  }

  accept(byte: number): boolean {
    if (this.bytes[this.p] !== byte) {
      this.blanks()
      if (this.bytes[this.p] !== byte) return false
    }
    this.p++
    return true
  }

  expect(byte: number): void {
    if (!this.accept(byte)) throw new UnexpectedBody()
  }

  end(): void {
    this.blanks()
    if (this.p < this.bytes.length) throw new UnexpectedBody()
  }

  /** From behind an opening quote to behind the closing one; true if there is an escape, which is checked. */
  string(): boolean {
    const { bytes } = this
    let quote = bytes.indexOf(QUOTE, this.p)
    if (quote === -1) throw new UnexpectedBody()
    if (this.#backslash < this.p) this.#backslash = positionOf(bytes, BACKSLASH, this.p)
    if (quote < this.#backslash) {
      this.p = quote + 1
      return false
    }
    while (this.#backslash < quote) {
      const behind = this.#backslash + escapeLength(bytes, this.#backslash)
      if (behind > quote) quote = bytes.indexOf(QUOTE, behind)
      if (quote === -1) throw new UnexpectedBody()
      this.#backslash = positionOf(bytes, BACKSLASH, behind)
    }
    this.p = quote + 1
    return true
  }

  /** Calls back at the value of each member; the callback moves behind it. */
  members(value: (name: string) => void): void {
    this.expect(OPEN_OBJECT)
    if (this.accept(CLOSE_OBJECT)) return
    do {
      this.expect(QUOTE)
      const from = this.p
      // An escaped member name would compare unequal to what JSON.parse makes of it.
      if (this.string() || this.p - from > MAX_NAME_BYTES) throw new UnexpectedBody()
      const name = asciiText(this.bytes, from, this.p - 1)
      this.expect(COLON)
      value(name)
    } while (this.accept(COMMA))
    this.expect(CLOSE_OBJECT)
  }

  elements(value: () => void): void {
    this.expect(OPEN_LIST)
    if (this.accept(CLOSE_LIST)) return
    do value()
    while (this.accept(COMMA))
    this.expect(CLOSE_LIST)
  }

  skipValue(depth = 0): void {
    if (depth > MAX_DEPTH) throw new UnexpectedBody()
    if (this.accept(QUOTE)) {
      this.string()
      return
    }
    const byte = this.bytes[this.p]
    if (byte === OPEN_OBJECT) {
      this.p++
      if (this.accept(CLOSE_OBJECT)) return
      do {
        this.expect(QUOTE)
        this.string()
        this.expect(COLON)
        this.skipValue(depth + 1)
      } while (this.accept(COMMA))
      this.expect(CLOSE_OBJECT)
    } else if (byte === OPEN_LIST) {
      this.p++
      if (this.accept(CLOSE_LIST)) return
      do this.skipValue(depth + 1)
      while (this.accept(COMMA))
      this.expect(CLOSE_LIST)
    } else {
      this.#skipWord()
    }
  }

  /** A number, true, false or null. */
  #skipWord(): void {
    const from = this.p
    while (isWordByte(this.bytes[this.p] ?? 0)) {
      if (this.p++ - from > 40) throw new UnexpectedBody()
    }
    const word = asciiText(this.bytes, from, this.p)
    if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/.test(word))
      throw new UnexpectedBody()
  }
}

/** Like indexOf, with a position behind everything for "nowhere". */
function positionOf(bytes: Uint8Array, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from)
  return at === -1 ? bytes.length : at
}

function escapeLength(bytes: Uint8Array, at: number): number {
  const kind = bytes[at + 1] ?? 0
  if (kind === 0x75) {
    for (let p = at + 2; p < at + 6; p++) if (!isHexDigit(bytes[p] ?? 0)) throw new UnexpectedBody()
    return 6
  }
  // " / \ b f n r t
  if (
    kind === QUOTE ||
    kind === BACKSLASH ||
    kind === 0x2f ||
    kind === 0x62 ||
    kind === 0x66 ||
    kind === 0x6e ||
    kind === 0x72 ||
    kind === 0x74
  ) {
    return 2
  }
  throw new UnexpectedBody()
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66)
}

function isWordByte(byte: number): boolean {
  const lower = byte | 0x20
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  )
}

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let p = from; p < to; p++) text += String.fromCharCode(bytes[p] ?? 0)
  return text
}
