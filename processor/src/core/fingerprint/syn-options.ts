/** Codes of the options that fingerprints know, in the order of `OPTION_LETTERS`. */
export const OPTION_LETTERS = 'NSTWM'
export const O_NOP = 0
export const O_SACK = 1
export const O_TIMESTAMP = 2
export const O_SCALE = 3
export const O_MSS = 4
/** No option: what the codes are counted to. */
export const OPTION_CODES = 5

/** TCP has room for 40 bytes of options. */
const MOST = 40
const BIGGEST = 0x7fff_ffff

/** The TCP options of one packet; one object for all packets. */
export class SynOptions {
  /** Options in order: codes, and values of MSS and window scale, and whether a timestamp is not 0 (0 or 1). */
  readonly codes = new Uint8Array(MOST)
  readonly values = new Int32Array(MOST)
  count = 0
  /** The first MSS, -1 if there is none. With psad only if it is the first option (psad.md 6.1). */
  mss = -1
  /** False where the bytes are no list of options; psad takes that for none. */
  isSound = true

  /** Reads hex digits. With `psad` as psad does: a last lone byte is not read, values are cut where the bytes end. */
  read(bytes: Uint8Array, from: number, to: number, psad: boolean): void {
    this.clear()
    const size = to - from
    if (size % 2 !== 0) {
      this.isSound = false
      return
    }
    const length = size >> 1
    let i = 0
    while (i < length && this.count < MOST) {
      if (psad && i === length - 1) break
      const kind = byteAt(bytes, from, i)
      if (kind === 0) break
      if (kind === 1) {
        this.#note(O_NOP, 0)
        i++
        continue
      }
      const own = i + 1 < length ? byteAt(bytes, from, i + 1) : 0
      if (kind < 0 || own < 2 || (!psad && i + own > length)) {
        this.count = 0
        this.isSound = false
        break
      }
      if (!this.#option(kind, bytes, from, i + 2, Math.min(i + own, length), psad)) {
        this.count = 0
        this.isSound = false
        break
      }
      i += own
    }
    for (let at = 0; at < this.count && this.mss < 0; at++) {
      if (this.codes[at] === O_MSS) this.mss = this.values[at]!
      if (psad) break
    }
  }

  clear(): void {
    this.count = 0
    this.mss = -1
    this.isSound = true
  }

  /** Notes the option whose data is in bytes `i` to `end`; false where a known kind has a wrong length. */
  #option(
    kind: number,
    bytes: Uint8Array,
    from: number,
    i: number,
    end: number,
    psad: boolean,
  ): boolean {
    const size = end - i
    switch (kind) {
      case 2:
        this.#note(O_MSS, valueAt(bytes, from, i, end))
        return psad || size === 2
      case 3:
        this.#note(O_SCALE, valueAt(bytes, from, i, end))
        return psad || size === 1
      case 4:
        this.#note(O_SACK, 0)
        return psad || size === 0
      case 8:
        this.#note(O_TIMESTAMP, valueAt(bytes, from, i, Math.min(end, i + 4)) === 0 ? 0 : 1)
        return psad || size === 8
      default:
        return true
    }
  }

  #note(code: number, value: number): void {
    this.codes[this.count] = code
    this.values[this.count] = value
    this.count++
  }
}

/** Big endian; what does not fit in 31 bits is the biggest number. */
function valueAt(bytes: Uint8Array, from: number, i: number, end: number): number {
  let value = 0
  for (let at = i; at < end; at++) {
    const byte = byteAt(bytes, from, at)
    value = value > 0x7f_ffff ? BIGGEST : value * 256 + Math.max(0, byte)
  }
  return value
}

/** The byte of two hex digits, -1 where they are none. */
function byteAt(bytes: Uint8Array, from: number, i: number): number {
  const high = digit(bytes[from + 2 * i]!)
  const low = digit(bytes[from + 2 * i + 1]!)
  return high < 0 || low < 0 ? -1 : (high << 4) | low
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
