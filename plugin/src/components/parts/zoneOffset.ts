import { dateTimeForTimeZone } from '@grafana/data'

/** How far the clocks of a time zone are ahead of UTC at a time, both ms. */
export function zoneOffset(timeZone: string): (time: number) => number {
  return (time) => dateTimeForTimeZone(timeZone, time).utcOffset() * 60_000
}
