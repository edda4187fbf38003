/** Seconds and nanoseconds since 1970 as ISO 8601 UTC, with 3, 6 or 9 decimals: as few as lose nothing. */
export function isoTime(seconds: number, nanos: number): string {
  const text = new Date(seconds * 1000).toISOString().slice(0, 19)
  if (nanos % 1_000_000 === 0) return `${text}.${digits(nanos / 1_000_000, 3)}Z`
  if (nanos % 1000 === 0) return `${text}.${digits(nanos / 1000, 6)}Z`
  return `${text}.${digits(nanos, 9)}Z`
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
