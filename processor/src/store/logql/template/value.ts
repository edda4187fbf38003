/** A value in a template: Go's int is a bigint here, its float64 a number. */
export type Value = string | bigint | number | boolean | Time

/** The time of the entry, in nanoseconds. */
export class Time {
  readonly ns: bigint

  constructor(ns: bigint) {
    this.ns = ns
  }
}

/** A template failed on one entry; the entry is kept, with this error. */
export class TemplateError extends Error {}

export function isTrue(value: Value): boolean {
  return !(value === '' || value === 0n || value === 0 || value === false)
}

export function toText(value: Value): string {
  if (value instanceof Time) throw new TemplateError('a time cannot be shown without a format')
  return typeof value === 'number' ? goFloat(value) : String(value)
}

/** Go prints a float64 with an exponent from 1e+06 on and below 1e-04. */
function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return '0'
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(value)
  const digits = String(Math.abs(power)).padStart(2, '0')
  return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`
}

const INTEGER = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]*|0[bB][01]+|[1-9]\d*)$/

/** As the template library casts: text that is no integer is 0. */
export function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
  if (value instanceof Time) throw new TemplateError('a time is no number')
  const text = value.replace(/\.0*$/, '')
  if (!INTEGER.test(text)) return 0n
  const digits = text.replace(/^[+-]/, '')
  const isOctal = /^0[0-7]+$/.test(digits)
  const number = BigInt(isOctal ? `0o${digits.slice(1)}` : digits)
  return text.startsWith('-') ? -number : number
}

export function toFloat(value: Value): number {
  if (typeof value === 'number') return value
  if (value instanceof Time) throw new TemplateError('a time is no number')
  if (typeof value === 'string') {
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : 0
  }
  return Number(value)
}

export function needText(value: Value | undefined): string {
  if (typeof value !== 'string') {
    throw new TemplateError(`wrong type of argument; expected string, got ${typeName(value)}`)
  }
  return value
}

export function typeName(value: Value | undefined): string {
  switch (typeof value) {
    case 'bigint':
      return 'int'
    case 'number':
      return 'float64'
    case 'boolean':
      return 'bool'
    case 'string':
      return 'string'
    default:
      return value === undefined ? 'nothing' : 'time'
  }
}
