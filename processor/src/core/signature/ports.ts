import type { RangeTest } from './signature.ts'
import { RuleSyntaxError } from './rule-text.ts'
import { parseRange } from './number-range.ts'
import { parseList } from './variables.ts'
import type { ListItem, RuleVariables } from './variables.ts'

// `any` and what a `!` leaves do not hold port 0 (psad.md Q47); a rule that means it says 0.
const LIMITS = { openMin: 1, max: 65_535, limit: 65_535 }

interface Range {
  readonly min: number
  readonly max: number
}

/**
 * Reads the ports of one side of a rule into disjoint ranges in ascending order, `!` worked in;
 * undefined = any, which is 1 to 65535. Throws a `RuleSyntaxError`.
 */
export function parsePorts(
  text: string,
  offset: number,
  variables: RuleVariables,
): RangeTest[] | undefined {
  const ranges = unite(parseList(text, offset, variables))
  if (ranges.length === 0) throw new RuleSyntaxError(`no port is in "${text}"`, offset)
  const [first] = ranges
  if (ranges.length === 1 && first!.min === 1 && first!.max === LIMITS.max) return undefined
  return ranges.map(({ min, max }) => ({ min, max, not: false }))
}

function unite(items: readonly ListItem[]): Range[] {
  const wanted = items.filter((item) => !item.not)
  const unwanted = items.filter((item) => item.not)
  const all: Range[] = [{ min: 1, max: LIMITS.max }]
  return subtract(
    merge(wanted.length === 0 ? all : wanted.flatMap(rangesOf)),
    merge(unwanted.flatMap(rangesOf)),
  )
}

function rangesOf(item: ListItem): Range[] {
  if (item.kind === 'list') return unite(item.items)
  if (/^any$/i.test(item.text)) return [{ min: 1, max: LIMITS.max }]
  if (!/^(?:\d+|\d+:\d*|:\d+)$/.test(item.text)) {
    throw new RuleSyntaxError(
      `"${item.text}" is not a port (any, n, a:b, a:, :b, [list], !)`,
      item.offset,
    )
  }
  const { min, max } = parseRange(item.text, item.offset, LIMITS)
  return [{ min, max }]
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = []
  for (const range of ranges.toSorted((a, b) => a.min - b.min || a.max - b.max)) {
    const last = merged.at(-1)
    if (last && range.min <= last.max + 1) {
      merged[merged.length - 1] = { min: last.min, max: Math.max(last.max, range.max) }
    } else merged.push(range)
  }
  return merged
}

function subtract(from: readonly Range[], what: readonly Range[]): Range[] {
  let left = [...from]
  for (const hole of what) {
    left = left.flatMap((range) => {
      if (hole.max < range.min || hole.min > range.max) return [range]
      const parts: Range[] = []
      if (range.min < hole.min) parts.push({ min: range.min, max: hole.min - 1 })
      if (range.max > hole.max) parts.push({ min: hole.max + 1, max: range.max })
      return parts
    })
  }
  return left
}
