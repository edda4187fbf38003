/** Longer texts of the data are cut: they are an attacker's, and a megabyte in a cell helps nobody. */
const MOST = 1000

/** At most 1,000 characters, then an ellipsis; whole code points. */
export function capped(text: string): string {
  if (text.length <= MOST) return text
  const last = text.charCodeAt(MOST - 2)
  const isHalf = last >= 0xd800 && last < 0xdc00
  return `${text.slice(0, isHalf ? MOST - 2 : MOST - 1)}…`
}

/** A name as it is looked up: `danger_level`, `dangerLevel` and `Danger level` are one. */
export function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
}

/** Text of a cell: a string that is not blank, or a number; undefined for anything else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') {
    const text = value.length > 2 * MOST ? value.slice(0, 2 * MOST).trim() : value.trim()
    return text === '' ? undefined : capped(text)
  }
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}

/** A finite number, also from its text; undefined for anything else. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.length > 40 || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** A count: a number from 0 on, whole. */
export function asCount(value: unknown): number | undefined {
  const number = asNumber(value)
  return number === undefined || number < 0 ? undefined : Math.round(number)
}

/** Last instant that a `Date` can hold, ms. */
const LAST_TIME = 8.64e15

/** ms since 1970, from a number or an ISO 8601 text. */
export function asTime(value: unknown): number | undefined {
  const time =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && value.length < 60
        ? timeOfText(value)
        : value instanceof Date
          ? value.getTime()
          : Number.NaN
  return Math.abs(time) <= LAST_TIME ? time : undefined
}

function timeOfText(text: string): number {
  if (text.charCodeAt(10) === 84) return timeOfIso(text)
  if (/^\d{16,19}$/.test(text)) return Number(text) / 10 ** (text.length - 13)
  return /^\d{11,14}$/.test(text) ? Number(text) : Date.parse(text)
}

/** `2026-01-09T23:00:00Z` with or without ms, as events have it, by its places; `Date.parse` takes ten times as long. */
function timeOfIso(text: string): number {
  const { length } = text
  const hasMs = length === 24 && text.charCodeAt(19) === 46
  if (
    !(hasMs || length === 20) ||
    text.charCodeAt(length - 1) !== 90 ||
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  )
    return Date.parse(text)
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  const second = digits(text, 17, 2)
  const ms = hasMs ? digits(text, 20, 3) : 0
  const isPlain =
    year >= 1000 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    hour >= 0 &&
    hour <= 23 &&
    minute >= 0 &&
    minute <= 59 &&
    second >= 0 &&
    second <= 59 &&
    ms >= 0
  // Ends of months and whatever else there is to judge is left to the engine.
  return isPlain ? Date.UTC(year, month - 1, day, hour, minute, second, ms) : Date.parse(text)
}

/** NaN for anything but digits. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}
