import { durationNs } from '../logql/units.ts'

const MS = 1_000_000n
const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|z|[+-]\d\d:\d\d)$/

/**
 * A time in a parameter as nanoseconds: up to ten digits are seconds, more are nanoseconds, a decimal
 * point means seconds, RFC 3339 works too. Undefined if it is none of these.
 */
export function parseTime(text: string): bigint | undefined {
  if (/^-?\d+$/.test(text)) {
    if (text.length > 20) return undefined
    return text.length <= 10 ? BigInt(text) * 1_000_000_000n : BigInt(text)
  }
  if (/^-?\d+\.\d*$/.test(text)) {
    // A double rounds to milliseconds; so does Loki.
    return BigInt(Math.round(Number(text) * 1000)) * MS
  }
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const [, date, time, fraction = '', zone] = match
  const ms = Date.parse(`${date!}T${time!}${zone!.toUpperCase()}`)
  return Number.isNaN(ms) ? undefined : BigInt(ms) * MS + BigInt(fraction.padEnd(9, '0'))
}

/** A step or interval: seconds, with a fraction or without, or a duration with a unit. */
export function parseStep(text: string): bigint | undefined {
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const ns = Number(text) * 1e9
    return Number.isSafeInteger(Math.round(ns)) ? BigInt(Math.round(ns)) : undefined
  }
  const ns = durationNs(text)
  return ns === undefined || !Number.isSafeInteger(ns) ? undefined : BigInt(ns)
}

/** `30d1h`, `2h1m0s`: for people. */
export function durationText(ns: bigint): string {
  const seconds = ns / 1_000_000_000n
  const [days, hours] = [seconds / 86_400n, (seconds / 3600n) % 24n]
  const [minutes, rest] = [(seconds / 60n) % 60n, seconds % 60n]
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [minutes, 'm'],
    [rest, 's'],
  ] as const
  const text = parts.map(([count, unit]) => (count === 0n ? '' : `${count}${unit}`)).join('')
  return text === '' ? '0s' : text
}

/** Seconds with milliseconds, as samples of metrics carry them. */
export function secondsOf(ns: bigint): number {
  return Number(ns / MS) / 1000
}
