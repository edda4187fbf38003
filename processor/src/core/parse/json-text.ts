import { BACKSLASH, BLANK, LINE_FEED, bytesOf, decimal, isDigit, skipDigits } from './bytes.ts'

/** The text of a JSON string that has escapes, or of journald's array of bytes, in a buffer that is used again. */
export class JsonText {
  bytes = new Uint8Array(1024)
  /** The text is `bytes[0..length)`; a line break stands behind it. */
  length = 0

  /** Resolves the escapes of `b[from..to)`. Line breaks and tabs become blanks: the text is one line. */
  unescape(b: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from)
    for (let p = from; p < to;) {
      const c = b[p]!
      if (c !== BACKSLASH || p + 1 >= to) {
        this.bytes[this.length++] = c
        p++
      } else if (b[p + 1] === 117) p = this.#unicode(b, p, to)
      else {
        const e = b[p + 1]!
        this.bytes[this.length++] = isControl(e) ? BLANK : e
        p += 2
      }
    }
    this.bytes[this.length] = LINE_FEED
  }

  /** `83,121,110`: what journald writes for a message that is not UTF-8 or has control characters. */
  fromArray(b: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from)
    for (let p = from; p < to;) {
      if (!isDigit(b[p]!)) {
        p++
        continue
      }
      this.bytes[this.length++] = decimal(b, p, to) & 0xff
      p = skipDigits(b, p, to)
    }
    this.bytes[this.length] = LINE_FEED
  }

  fromText(text: string): void {
    const bytes = bytesOf(text)
    this.#reserve(bytes.length)
    this.bytes.set(bytes)
    this.length = bytes.length
    this.bytes[this.length] = LINE_FEED
  }

  #reserve(length: number): void {
    this.length = 0
    if (this.bytes.length <= length) this.bytes = new Uint8Array(2 * length + 1)
  }

  /** `é` and pairs of surrogates; UTF-8 is never longer than the escape. */
  #unicode(b: Uint8Array, p: number, to: number): number {
    let text = ''
    let q = p
    while (q + 6 <= to && b[q] === BACKSLASH && b[q + 1] === 117) {
      const code = Number.parseInt(String.fromCharCode(...b.subarray(q + 2, q + 6)), 16)
      text += String.fromCharCode(Number.isNaN(code) ? 0xfffd : code)
      q += 6
    }
    // Cut off in the middle.
    if (q === p) return p + 2
    const utf8 = bytesOf(text)
    this.bytes.set(utf8, this.length)
    this.length += utf8.length
    return q
  }
}

/** The letter of an escaped control character: b f n r t. */
function isControl(letter: number): boolean {
  return letter === 98 || letter === 102 || letter === 110 || letter === 114 || letter === 116
}
