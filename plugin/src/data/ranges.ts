import type { PortRange } from './model'

const HIGHEST = 65_535

/** Order of lists: by protocol, then by port. */
function compareRanges(a: PortRange, b: PortRange): number {
  if (a.protocol !== b.protocol) return a.protocol < b.protocol ? -1 : 1
  return a.low - b.low || a.high - b.high
}

/** Sorted by protocol and port, overlapping and neighbouring ones merged. */
export function mergeRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  if (ranges.length < 2) return ranges
  const merged: PortRange[] = []
  let last: PortRange | undefined
  for (const range of ranges.toSorted(compareRanges)) {
    if (last !== undefined && last.protocol === range.protocol && range.low <= last.high + 1) {
      if (range.high <= last.high) continue
      merged.pop()
      last = { protocol: last.protocol, low: last.low, high: range.high }
    } else last = range
    merged.push(last)
  }
  return merged
}

/** Ports of `ranges` that are not in `known`; both merged. */
export function subtractRanges(
  ranges: readonly PortRange[],
  known: readonly PortRange[],
): readonly PortRange[] {
  if (known.length === 0) return ranges
  const rest: PortRange[] = []
  let from = 0
  for (const { protocol, low, high } of ranges) {
    let next = low
    // Both are sorted: what lies wholly before this range lies before all that follow.
    while (from < known.length && isBefore(known[from], protocol, low)) from++
    for (let i = from; i < known.length; i++) {
      const other = known[i]
      if (other === undefined || other.protocol !== protocol || other.low > high) break
      if (other.low > next) rest.push({ protocol, low: next, high: other.low - 1 })
      next = Math.max(next, other.high + 1)
    }
    if (next <= high) rest.push({ protocol, low: next, high })
  }
  return rest
}

function isBefore(range: PortRange | undefined, protocol: string, low: number): boolean {
  if (range === undefined) return true
  return range.protocol < protocol || (range.protocol === protocol && range.high < low)
}

/** Number of ports. */
export function widthOf(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { low, high }) => sum + high - low + 1, 0)
}

/** `443` or `1000-2000`; undefined for anything else. */
export function parseRange(protocol: string, text: unknown): PortRange | undefined {
  if (typeof text === 'number') return rangeOf(protocol, text, text)
  if (typeof text !== 'string') return undefined
  const match = /^\s*(\d{1,5})\s*(?:[-:]\s*(\d{1,5})\s*)?$/.exec(text)
  if (match === null) return undefined
  return rangeOf(protocol, Number(match[1]), Number(match[2] ?? match[1]))
}

function rangeOf(protocol: string, low: number, high: number): PortRange | undefined {
  return Number.isInteger(low) &&
    Number.isInteger(high) &&
    low >= 0 &&
    low <= high &&
    high <= HIGHEST
    ? { protocol, low, high }
    : undefined
}
