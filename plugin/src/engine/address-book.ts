import { formatAddress, parseAddressText } from '@picket/processor/core'

const WORDS = 4

/** Addresses by small numbers: four ints each, found by open addressing, so that no packet makes a string. */
export class AddressBook {
  count = 0
  #words = new Int32Array(1024 * WORDS)
  /** Number + 1, 0 = free; at most two thirds are used. */
  #index = new Int32Array(4096)

  /** The number of the address in `rows` at `o`, a new one if it was not known. */
  of(rows: Int32Array, o: number): number {
    const slot = this.#slot(rows, o)
    const found = this.#index[slot] ?? 0
    if (found !== 0) return found - 1
    const number = this.count++
    if (number * WORDS === this.#words.length) {
      const words = new Int32Array(this.#words.length * 2)
      words.set(this.#words)
      this.#words = words
    }
    for (let i = 0; i < WORDS; i++) this.#words[number * WORDS + i] = rows[o + i] ?? 0
    this.#index[slot] = number + 1
    if (this.count * 3 > this.#index.length * 2) this.#grow()
    return number
  }

  /** The number of an address in text form, -1 if it is not known. */
  find(text: string): number {
    const words = new Int32Array(WORDS)
    if (!parseAddressText(text, words)) return -1
    return (this.#index[this.#slot(words, 0)] ?? 0) - 1
  }

  text(number: number): string {
    const o = number * WORDS
    const [a = 0, b = 0, c = 0, d = 0] = this.#words.subarray(o, o + WORDS)
    return formatAddress(a, b, c, d)
  }

  #slot(rows: Int32Array, o: number): number {
    const mask = this.#index.length - 1
    const a = rows[o] ?? 0
    const b = rows[o + 1] ?? 0
    const c = rows[o + 2] ?? 0
    const d = rows[o + 3] ?? 0
    let slot = hash(a, b, c, d) & mask
    for (;;) {
      const number = (this.#index[slot] ?? 0) - 1
      if (number < 0) return slot
      const w = number * WORDS
      const words = this.#words
      if (words[w + 3] === d && words[w + 2] === c && words[w + 1] === b && words[w] === a)
        return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    this.#index = new Int32Array(this.#index.length * 2)
    for (let number = 0; number < this.count; number++)
      this.#index[this.#slot(this.#words, number * WORDS)] = number + 1
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(d, 0x9e37_79b1)
  h = Math.imul(h ^ (h >>> 15) ^ c, 0x85eb_ca77)
  h = Math.imul(h ^ (h >>> 13) ^ b, 0xc2b2_ae3d) ^ a
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  return h ^ (h >>> 13)
}
