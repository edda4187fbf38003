import { dateTimeFormat, dateTimeFormatTimeAgo, type TimeRange } from '@grafana/data'

export interface TimeTexts {
  /** As short as the range allows. */
  short(ms: number): string
  /** Date and time. */
  full(ms: number): string
  /** Date, time, and how long ago. */
  title(ms: number): string
}

const UNKNOWN = '–'
const isKnown = (ms: number) => Math.abs(ms) <= 8.64e15

/** Times in the panel's time zone; `–` for those that nobody knows. */
export function timeTexts(timeRange: TimeRange, timeZone: string): TimeTexts {
  const day = (ms: number) => dateTimeFormat(ms, { timeZone, format: 'YYYY-MM-DD' })
  const last = day(timeRange.to.valueOf())
  const full = (ms: number) => (isKnown(ms) ? dateTimeFormat(ms, { timeZone }) : UNKNOWN)
  return {
    full,
    short(ms) {
      if (!isKnown(ms)) return UNKNOWN
      // The day goes without saying only when it is the one that the range ends in.
      const format = day(ms) === last ? 'HH:mm:ss' : 'MM-DD HH:mm'
      return dateTimeFormat(ms, { timeZone, format })
    },
    title: (ms) =>
      isKnown(ms) ? `${full(ms)} (${dateTimeFormatTimeAgo(ms, { timeZone })})` : UNKNOWN,
  }
}
