import { exactNumber } from '../../data/text'

/** Steps between ticks: whole numbers, since there is no half source. */
export const COUNT_STEPS = Array.from({ length: 10 }, (_, i) => 10 ** i).flatMap((power) => [
  power,
  2 * power,
  5 * power,
])

const UNITS = [
  { size: 1e9, name: 'G' },
  { size: 1e6, name: 'M' },
  { size: 1e3, name: 'k' },
] as const

/**
 * A count on an axis with a tick every `step`: short where the step is of thousands, in full where it is not, so that no
 * two ticks say the same.
 */
export function countTick(value: number, step: number): string {
  const unit = UNITS.find(({ size }) => step >= size)
  if (unit === undefined || value === 0) return exactNumber(value)
  return `${exactNumber(value / unit.size)}${unit.name}`
}
