import type { VerdictOptions } from '../options.ts'
import type { InternTable } from './api.ts'
import { VerdictRules } from './verdict.ts'

const MOST = 1024
const MOST_BYTES = 128
const OTHER = 1
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
  readonly #known = new Int8Array(MOST + 2).fill(-1)

  constructor(verdicts: VerdictOptions) {
    this.#verdicts = new VerdictRules(verdicts)
  }

  get size(): number {
    return this.#texts.length
  }

  idOf(bytes: Uint8Array, from: number, to: number): number {
    if (to <= from) return 0
    const end = to - from > MOST_BYTES ? from + MOST_BYTES : to
    let hash = 0x811c_9dc5
    for (let p = from; p < end; p++) hash = Math.imul(hash ^ bytes[p]!, 0x0100_0193)
    hash ^= hash >>> 15
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const id = this.#slots[slot]!
      if (id === 0) return this.#add(slot, bytes, from, end)
      if (this.#isSame(id, bytes, from, end)) return id
    }
  }

  #isSame(id: number, bytes: Uint8Array, from: number, end: number): boolean {
    const known = this.#bytes[id]!
    if (known.length !== end - from) return false
    for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
    return true
  }

  #add(slot: number, bytes: Uint8Array, from: number, end: number): number {
    if (this.#texts.length >= MOST + 2) {
      this.overflow++
      return OTHER
    }
    const id = this.#texts.length
    // Not bytes.slice(): of a Buffer that is a view, and the bytes change with the next chunk.
    const copy = Uint8Array.prototype.slice.call(bytes, from, end)
    this.#bytes.push(copy)
    this.#texts.push(decoder.decode(copy))
    this.#slots[slot] = id
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
    return this.#texts.slice(2 + from)
  }

  restore(texts: readonly string[]): void {
    for (const text of texts) this.idOfText(text)
  }
}
