import { CLASS_PROTOCOL, G_BITS, G_NEXT, PAGE } from './layout.ts'
import type { State } from './state.ts'

/** The port bits of one or more lists of pages, by class, as merged sorted ranges. */
export class PortSet {
  /** Bits by class << 11 | port >> 5. */
  readonly #pages = new Map<number, number>()

  /** Adds the pages of a list; `head` is its first page. */
  add(state: State, head: number): void {
    const ints = state.pages.rows.ints
    for (let page = head; page !== 0; page = ints[page * PAGE + G_NEXT]!) {
      const key = ints[page * PAGE + 1]!
      this.#pages.set(key, (this.#pages.get(key) ?? 0) | ints[page * PAGE + G_BITS]!)
    }
  }

  addPort(portClass: number, port: number): void {
    const key = (portClass << 11) | (port >> 5)
    this.#pages.set(key, (this.#pages.get(key) ?? 0) | (1 << (port & 31)))
  }

  /** Sorted `[low, high]` pairs of a class. */
  ranges(portClass: number): [number, number][] {
    const keys = [...this.#pages.keys()]
      .filter((key) => key >> 11 === portClass)
      .sort((a, b) => a - b)
    const ranges: [number, number][] = []
    let last: [number, number] | undefined
    for (const key of keys) {
      const bits = this.#pages.get(key) ?? 0
      const base = (key & 0x7ff) << 5
      for (let i = 0; i < 32; i++) {
        if ((bits & (1 << i)) === 0) continue
        if (last !== undefined && last[1] === base + i - 1) last[1] = base + i
        else {
          last = [base + i, base + i]
          ranges.push(last)
        }
      }
    }
    return ranges
  }

  protocolNumbers(): number[] {
    return this.ranges(CLASS_PROTOCOL).flatMap(([low, high]) =>
      Array.from({ length: high - low + 1 }, (_, i) => low + i),
    )
  }
}

export function rangeText([low, high]: readonly [number, number]): string {
  return low === high ? String(low) : `${low}-${high}`
}
