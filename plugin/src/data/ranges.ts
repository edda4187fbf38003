import type { PortRange } from './model'

const HIGHEST = 65_535

/** Order of lists: by protocol, then by port. */
function compareRanges(a: PortRange, b: PortRange): number {
  if (a.protocol !== b.protocol) return a.protocol < b.protocol ? -1 : 1
  return a.low - b.low || a.high - b.high
}

/** Sorted by protocol and port, overlapping and neighbouring ones merged. */
export function mergeRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  if (isMerged(ranges)) return ranges
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

/** What Picket writes is in order already. */
function isMerged(ranges: readonly PortRange[]): boolean {
  let last: PortRange | undefined
  for (const range of ranges) {
    if (last !== undefined) {
      if (
        last.protocol === range.protocol
          ? range.low <= last.high + 1
          : last.protocol > range.protocol
      )
        return false
    }
    last = range
  }
  return true
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
  const dash = text.indexOf('-')
  const low = portOf(text, 0, dash < 0 ? text.length : dash)
  const high = dash < 0 ? low : portOf(text, dash + 1, text.length)
  if (low >= 0 && high >= 0) return rangeOf(protocol, low, high)
  const match = /^\s*(\d{1,5})\s*(?:[-:]\s*(\d{1,5})\s*)?$/.exec(text)
  if (match === null) return undefined
  return rangeOf(protocol, Number(match[1]), Number(match[2] ?? match[1]))
}

/** One to five digits and nothing else, as Picket writes a port; -1 for what has to be looked at more closely. */
function portOf(text: string, from: number, end: number): number {
  if (end <= from || end > from + 5) return -1
  let port = 0
  for (let i = from; i < end; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return -1
    port = port * 10 + digit
  }
  return port
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
