import { z } from 'zod'

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `500ms`, `5s`, `10m`, `1h`, `30d` as milliseconds; undefined if it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim())
  if (match === null) return undefined
  return Math.round(Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN))
}

/** A duration in the configuration: the value that components get is milliseconds. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = typeof value === 'string' ? parseDuration(value) : value === 0 ? 0 : undefined
  if (ms === undefined) {
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(value)} is no duration: expected a number with a unit, as in 500ms, 5s, 10m, 1h or 30d`,
    })
    return z.NEVER
  }
  return ms
})

/** `http://` or `https://` address without a trailing slash. */
export const httpUrl = z.string().transform((value, context) => {
  let url: URL | undefined
  try {
    url = new URL(value)
  } catch {
    url = undefined
  }
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(value)} is no address: expected one that begins with http:// or https://`,
    })
    return z.NEVER
  }
  return value.replace(/\/+$/, '')
})
