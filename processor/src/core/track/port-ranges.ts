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
    const keys: number[] = []
    for (const key of this.#pages.keys()) if (key >> 11 === portClass) keys.push(key)
    if (keys.length === 0) return []
    keys.sort((a, b) => a - b)
    const ranges: [number, number][] = []
    let last: [number, number] | undefined
    for (const key of keys) {
      const bits = this.#pages.get(key) ?? 0
      const base = (key & 0x7ff) << 5
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        const i = 31 - Math.clz32(rest & -rest)
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

/** Whether a list of pages knows protocols that have no ports. */
export function hasProtocols(state: State, head: number): boolean {
  const ints = state.pages.rows.ints
  for (let page = head; page !== 0; page = ints[page * PAGE + G_NEXT]!)
    if (ints[page * PAGE + 1]! >> 11 === CLASS_PROTOCOL) return true
  return false
}

export function rangeText([low, high]: readonly [number, number]): string {
  return low === high ? String(low) : `${low}-${high}`
}
