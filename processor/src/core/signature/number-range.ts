import type { RangeTest } from './signature.ts'
import { RuleSyntaxError } from './rule-text.ts'

export interface RangeLimits {
  /** End of `n:` and `>n`. */
  readonly max: number
  /** Start of `:n` and `<n`: psad begins at 1 (psad.md 5.2). */
  readonly openMin: number
  /** Largest number that may be written. */
  readonly limit: number
}

const NUMBER = /^(?:0[xX][0-9a-fA-F]{1,8}|\d{1,10})$/

/**
 * Reads `n`, `a:b`, `a:`, `:b`, `<n`, `<=n`, `>n`, `>=n`, Snort's `a-b`, `a<>b` (ends excluded) and `a<=>b`
 * (ends included), each with `!` in front for "outside". Throws a `RuleSyntaxError` at `offset`.
 */
export function parseRange(text: string, offset: number, limits: RangeLimits): RangeTest {
  let rest = text.trim()
  // psad allows the exclamation mark anywhere in the number.
  const not = rest.includes('!')
  if (not) rest = rest.replace('!', '').trim()
  const [min, max] = bounds(rest, text, offset, limits)
  if (min > max) throw new RuleSyntaxError(`no number is in "${text.trim()}"`, offset)
  return { min, max, not }
}

function bounds(rest: string, text: string, offset: number, limits: RangeLimits): [number, number] {
  const number = (digits: string): number => {
    const value = NUMBER.test(digits.trim()) ? Number(digits) : NaN
    if (Number.isNaN(value)) {
      throw new RuleSyntaxError(
        `"${text.trim()}" is not a number or a range (n, a:b, a:, :b, <n, >n)`,
        offset,
      )
    }
    if (value > limits.limit) {
      throw new RuleSyntaxError(`${digits.trim()} is above ${limits.limit}`, offset)
    }
    return value
  }

  const between = /^([^<>=]+)<(=?)>([^<>=]+)$/.exec(rest)
  if (between) {
    const inner = between[2] === '' ? 1 : 0
    return [number(between[1]!) + inner, number(between[3]!) - inner]
  }
  const compared = /^(<=|>=|<|>|=)(.*)$/.exec(rest)
  if (compared) {
    const value = number(compared[2]!)
    switch (compared[1]) {
      case '<':
        return [limits.openMin, value - 1]
      case '<=':
        return [limits.openMin, value]
      case '>':
        return [value + 1, limits.max]
      case '>=':
        return [value, limits.max]
      default:
        return [value, value]
    }
  }
  const range = /^([^:-]*)[:-]([^:-]*)$/.exec(rest)
  if (range && (range[1] !== '' || range[2] !== '')) {
    const low = range[1]!.trim()
    const high = range[2]!.trim()
    return [low === '' ? limits.openMin : number(low), high === '' ? limits.max : number(high)]
  }
  const value = number(rest)
  return [value, value]
}
