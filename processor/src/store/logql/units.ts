const NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 7 * 86_400e9,
  y: 365 * 86_400e9,
}
const PARTS = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)/y

/** `1h30m`, `1.5s`, `2d` as nanoseconds; undefined if it is no duration. */
export function durationNs(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  const body = text.replace(/^[+-]/, '')
  if (body === '0') return 0
  if (body === '') return undefined
  const part = new RegExp(PARTS)
  let sum = 0
  while (part.lastIndex < body.length) {
    const match = part.exec(body)
    if (match === null) return undefined
    sum += Number(match[1]) * NS[match[2]!]!
  }
  return sign * Math.round(sum)
}

/** A duration in the value of a label, as Go has them: no days, weeks or years. */
export function valueDurationNs(text: string): number | undefined {
  return /[dwy]/.test(text) ? undefined : durationNs(text)
}

const POWERS = ['', 'k', 'm', 'g', 't', 'p', 'e']
const SIZE = /^(\d+(?:\.\d*)?|\.\d+)\s*(?:([kmgtpe]?)(i?)b?)$/i

/** `42`, `1KB` (1000), `1KiB` (1024), `1.5 MB` as bytes; undefined if it is no size. */
export function sizeBytes(text: string): number | undefined {
  const match = SIZE.exec(text.trim())
  if (match === null) return undefined
  const [, number, power, binary] = match
  if (power === '' && binary !== '') return undefined
  const base = binary === '' ? 1000 : 1024
  return Math.floor(Number(number) * base ** POWERS.indexOf(power!.toLowerCase()))
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i

/** A number as Go reads it: no blanks, no empty text. */
export function floatValue(text: string): number | undefined {
  if (FLOAT.test(text)) return Number(text)
  const match = SPECIAL.exec(text)
  if (match === null) return undefined
  if (match[2]!.toLowerCase() === 'nan') return Number.NaN
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** A sample's value as Loki writes it: shortest digits, never an exponent. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const text = String(value)
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const [, sign, whole, fraction = '', exponent] = match
  const digits = whole! + fraction
  const point = whole!.length + Number(exponent)
  if (point <= 0) return `${sign!}0.${'0'.repeat(-point)}${digits}`
  return sign! + digits.padEnd(point, '0')
}
