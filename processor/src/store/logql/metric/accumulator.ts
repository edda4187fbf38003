import type { RangeOperation } from '../ast.ts'
import type { Ticker } from '../ticker.ts'
import type { StepRange } from './window.ts'

/** Collects the samples of one series and gives a value for each step. */
export interface Accumulator {
  add(steps: StepRange, value: number, order: number): void
  finish(values: Float64Array, present: Uint8Array, ticker: Ticker): Promise<void>
}

export interface AccumulatorOptions {
  readonly operation: RangeOperation
  readonly parameter: number | undefined
  readonly isUnwrapped: boolean
  readonly rangeSeconds: number
  readonly steps: number
}

export function createAccumulator(options: AccumulatorOptions): Accumulator {
  const { operation, isUnwrapped, steps, rangeSeconds } = options
  const isRate = operation === 'rate' || operation === 'bytes_rate'
  const divisor = isRate ? rangeSeconds : 1
  if (isUnwrapped && operation !== 'absent_over_time') {
    return new SampleAccumulator(operation, options.parameter, divisor)
  }
  return new SumAccumulator(steps, divisor)
}

/**
 * Sums of whole numbers (lines, bytes): a sample changes the sum at the step where it comes into sight
 * and at the one where it goes out of it, so its cost does not depend on the number of steps.
 */
class SumAccumulator implements Accumulator {
  readonly #sums: Float64Array
  readonly #counts: Float64Array
  readonly #divisor: number

  constructor(steps: number, divisor: number) {
    this.#sums = new Float64Array(steps + 1)
    this.#counts = new Float64Array(steps + 1)
    this.#divisor = divisor
  }

  add({ first, last }: StepRange, value: number): void {
    this.#sums[first]! += value
    this.#sums[last + 1]! -= value
    this.#counts[first]!++
    this.#counts[last + 1]!--
  }

  async finish(values: Float64Array, present: Uint8Array): Promise<void> {
    let [sum, count] = [0, 0]
    for (let step = 0; step < values.length; step++) {
      sum += this.#sums[step]!
      count += this.#counts[step]!
      if (count === 0) continue
      values[step] = sum / this.#divisor
      present[step] = 1
    }
  }
}

/** Numbers taken from lines: all of them are kept until the end. */
class SampleAccumulator implements Accumulator {
  readonly #operation: RangeOperation
  readonly #parameter: number | undefined
  readonly #divisor: number
  #firsts: number[] = []
  #lasts: number[] = []
  #values: number[] = []
  readonly #orders: number[] = []
  #isSorted = true

  constructor(operation: RangeOperation, parameter: number | undefined, divisor: number) {
    this.#operation = operation
    this.#parameter = parameter
    this.#divisor = divisor
  }

  add({ first, last }: StepRange, value: number, order: number): void {
    if (this.#orders.length > 0 && order < this.#orders.at(-1)!) this.#isSorted = false
    this.#firsts.push(first)
    this.#lasts.push(last)
    this.#values.push(value)
    this.#orders.push(order)
  }

  async finish(values: Float64Array, present: Uint8Array, ticker: Ticker): Promise<void> {
    if (!this.#isSorted) this.#sort()
    let [low, high] = [0, 0]
    for (let step = 0; step < values.length; step++) {
      while (high < this.#values.length && this.#firsts[high]! <= step) high++
      while (low < high && this.#lasts[low]! < step) low++
      if (low === high) continue
      if (ticker.isDue) await ticker.pause()
      const window = this.#values.slice(low, high)
      values[step] = reduce(this.#operation, window, this.#parameter) / this.#divisor
      present[step] = 1
    }
  }

  #sort(): void {
    const places = this.#orders.map((_order, place) => place)
    places.sort((a, b) => this.#orders[a]! - this.#orders[b]! || a - b)
    this.#firsts = places.map((place) => this.#firsts[place]!)
    this.#lasts = places.map((place) => this.#lasts[place]!)
    this.#values = places.map((place) => this.#values[place]!)
  }
}

/** `values` has one at least and is in the order of time. */
function reduce(
  operation: RangeOperation,
  values: number[],
  parameter: number | undefined,
): number {
  switch (operation) {
    case 'min_over_time':
      return values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least))
    case 'max_over_time':
      return values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most))
    case 'first_over_time':
      return values[0]!
    case 'last_over_time':
      return values.at(-1)!
    case 'avg_over_time':
      return sum(values) / values.length
    case 'stdvar_over_time':
      return variance(values)
    case 'stddev_over_time':
      return Math.sqrt(variance(values))
    case 'quantile_over_time':
      return quantile(values, parameter ?? Number.NaN)
    default:
      return sum(values)
  }
}

export function sum(values: readonly number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}

/** Of a whole population, as Loki has it. */
export function variance(values: readonly number[]): number {
  const mean = sum(values) / values.length
  let total = 0
  for (const value of values) total += (value - mean) ** 2
  return total / values.length
}

/** Between two neighbours it lies on the line. Below 0 it is -Inf, above 1 +Inf. */
function quantile(values: readonly number[], part: number): number {
  if (Number.isNaN(part)) return Number.NaN
  if (part < 0) return Number.NEGATIVE_INFINITY
  if (part > 1) return Number.POSITIVE_INFINITY
  const sorted = [...values].sort((a, b) => a - b)
  const rank = part * (sorted.length - 1)
  const low = Math.floor(rank)
  const high = Math.min(sorted.length - 1, low + 1)
  return sorted[low]! * (1 - (rank - low)) + sorted[high]! * (rank - low)
}
