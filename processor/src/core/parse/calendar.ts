/** Days since 1970-01-01 of a date in the Gregorian calendar; month 1 to 12 (Howard Hinnant's arithmetic). */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export function yearOf(seconds: number): number {
  const days = Math.floor(seconds / 86_400)
  let year = 1970 + Math.floor(days / 365.2425)
  while (daysOf(year + 1, 1, 1) <= days) year++
  while (daysOf(year, 1, 1) > days) year--
  return year
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Month by its three letters' bytes, 0 if they are none. */
export function monthOf(a: number, b: number, c: number): number {
  return MONTH_OF.get(((a | 32) << 16) | ((b | 32) << 8) | (c | 32)) ?? 0
}

const MONTH_OF: ReadonlyMap<number, number> = new Map(
  MONTHS.map((name, i) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    i + 1,
  ]),
)

/** How far a zone's clocks are ahead of UTC: a fixed offset, or a name known to Intl. */
export class Zone {
  readonly #fixed: number | undefined
  readonly #format: Intl.DateTimeFormat | undefined
  #hour = Number.NaN
  #offset = 0

  /** Throws RangeError for a name that is none. */
  constructor(name: string) {
    const match = /^([+-])(\d{2}):?(\d{2})$/.exec(name)
    if (match !== null) {
      this.#fixed = (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60)
    } else if (name === 'UTC' || name === 'Z') {
      this.#fixed = 0
    } else {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })
    }
  }

  /** Seconds to take off a local time to get UTC. Of a time that occurs twice the first is meant. */
  offsetAt(local: number): number {
    if (this.#fixed !== undefined) return this.#fixed
    const hour = Math.floor(local / 3600)
    if (hour === this.#hour) return this.#offset
    const guess = this.#offsetOfUtc(local)
    const offset = this.#offsetOfUtc(local - guess)
    this.#hour = hour
    this.#offset = offset
    return offset
  }

  #offsetOfUtc(utc: number): number {
    const parts: Record<string, number> = {}
    for (const { type, value } of this.#format?.formatToParts(new Date(utc * 1000)) ?? [])
      parts[type] = Number(value)
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - Math.floor(utc)
  }
}
