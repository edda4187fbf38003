import type { Detection, EncodedDetection } from '../core/detection.ts'

/** The detection as the bytes that every sink writes. `readableAt`: wall clock in ms when its line became readable. */
export function encodeDetection(
  detection: Detection,
  readableAt: number | undefined,
): EncodedDetection {
  return {
    id: detection.id,
    kind: detection.kind,
    dangerLevel: detection.dangerLevel,
    ns: nanosecondsOf(detection.time),
    json: JSON.stringify(detection),
    ...(readableAt === undefined ? {} : { readableAt }),
  }
}

/** Nanoseconds since 1970 of an ISO 8601 time in UTC with up to 9 decimals. `Date` alone would cut them to 3. */
export function nanosecondsOf(time: string): string {
  const match = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(time)
  const ms = match === null ? Number.NaN : Date.parse(`${match[1] ?? ''}Z`)
  if (match === null || Number.isNaN(ms))
    throw new RangeError(`${JSON.stringify(time)} is no ISO 8601 time in UTC`)
  const ns = BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'))
  return String(ns < 0n ? 0n : ns)
}
