import type { VerdictOptions } from '../options.ts'
import type { InternTable } from './api.ts'
import { VerdictRules } from './verdict.ts'

const MOST = 1024
const MOST_BYTES = 128
const OTHER = 1
/** Texts by ids 0 and 1: empty and "other". */
const FIXED = 2
const SLOTS = 4096

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Texts by small ids: hash of the bytes, compare the bytes. */
export class Interned implements InternTable {
  overflow = 0
  readonly #verdicts: VerdictRules
  readonly #texts: string[] = ['', 'other']
  readonly #bytes: Uint8Array[] = [new Uint8Array(0), encoder.encode('other')]
  readonly #slots = new Uint16Array(SLOTS)
  readonly #known = new Int8Array(MOST + FIXED).fill(-1)

  constructor(verdicts: VerdictOptions) {
    this.#verdicts = new VerdictRules(verdicts)
  }

  get size(): number {
    return this.#texts.length
  }

  idOf(bytes: Uint8Array, from: number, to: number): number {
    if (to <= from) return 0
    const end = to - from > MOST_BYTES ? from + MOST_BYTES : to
    const slot = this.#slotOf(bytes, from, end)
    const id = this.#slots[slot]!
    if (id !== 0) return id
    if (this.#texts.length >= MOST + FIXED) {
      this.overflow++
      return OTHER
    }
    // Not bytes.slice(): of a Buffer that is a view, and the bytes change with the next chunk.
    return this.#add(slot, Uint8Array.prototype.slice.call(bytes, from, end))
  }

  /** The same, with a guess: the id that this text had in the line before. */
  idNear(guess: number, bytes: Uint8Array, from: number, to: number): number {
    return guess > OTHER && this.#isSame(guess, bytes, from, to)
      ? guess
      : this.idOf(bytes, from, to)
  }

  /** The slot that holds the text, or the free one where it belongs. */
  #slotOf(bytes: Uint8Array, from: number, end: number): number {
    let hash = 0x811c_9dc5
    for (let p = from; p < end; p++) hash = Math.imul(hash ^ bytes[p]!, 0x0100_0193)
    hash ^= hash >>> 15
    let slot = hash & (SLOTS - 1)
    for (let id = this.#slots[slot]!; id !== 0; id = this.#slots[slot]!) {
      if (this.#isSame(id, bytes, from, end)) break
      slot = (slot + 1) & (SLOTS - 1)
    }
    return slot
  }

  #isSame(id: number, bytes: Uint8Array, from: number, end: number): boolean {
    const known = this.#bytes[id]!
    const { length } = known
    if (length !== end - from) return false
    for (let i = 0; i < length; i++) if (known[i] !== bytes[from + i]) return false
    return true
  }

  #add(slot: number, bytes: Uint8Array): number {
    const id = this.#texts.length
    this.#bytes.push(bytes)
    this.#texts.push(decoder.decode(bytes))
    if (this.#slots[slot] === 0) this.#slots[slot] = id
    return id
  }

  idOfText(text: string): number {
    const bytes = encoder.encode(text)
    return this.idOf(bytes, 0, bytes.length)
  }

  text(id: number): string {
    return this.#texts[id] ?? ''
  }

  verdict(id: number): number {
    let verdict = this.#known[id]!
    if (verdict < 0) {
      verdict = this.#verdicts.of(this.text(id))
      this.#known[id] = verdict
    }
    return verdict
  }

  texts(from = 0): string[] {
    return this.#texts.slice(FIXED + from)
  }

  restore(texts: readonly string[]): void {
    // Each keeps its place, for its number stands in rows, also where two texts have become equal: broken UTF-8 is saved
    // as U+FFFD.
    for (const text of texts) {
      if (this.#texts.length >= MOST + FIXED) return
      const bytes = encoder.encode(text)
      this.#add(this.#slotOf(bytes, 0, bytes.length), bytes)
    }
  }
}
