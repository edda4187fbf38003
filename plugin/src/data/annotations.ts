import type { DataFrame } from '@grafana/data'

/** What somebody noted about a time, or about the time from one moment to another. ms since 1970. */
export interface Annotation {
  readonly time: number
  /** `time` where it is a moment. */
  readonly end: number
  /** Empty where there is none, as are all texts. */
  readonly title: string
  readonly text: string
  readonly tags: readonly string[]
  /** Name or CSS colour, as the data say it: nobody has looked whether it is one. */
  readonly color: string | undefined
}

export const MOST_ANNOTATIONS = 500
const MOST_TAGS = 20
const MOST_TEXT = 1_000
const MOST_SHORT = 100

/** Annotations that lie in a time range or reach into it, by time; the newest where there are too many. */
export function readAnnotations(
  frames: readonly DataFrame[],
  from: number,
  to: number,
): Annotation[] {
  return frames
    .flatMap((frame) => timesIn(frame, from, to))
    .sort((a, b) => a.time - b.time)
    .slice(-MOST_ANNOTATIONS)
    .map(({ time, end, row, value }) => ({
      time,
      end,
      title: textOf(value('title', row), MOST_TEXT),
      text: textOf(value('text', row), MOST_TEXT),
      tags: tagsOf(value('tags', row)),
      color: textOf(value('color', row), MOST_SHORT) || undefined,
    }))
}

type Value = (name: string, row: number) => unknown

interface Found {
  readonly time: number
  readonly end: number
  readonly row: number
  readonly value: Value
}

/** Times alone: the rest is read of those that are shown. */
function timesIn(frame: DataFrame, from: number, to: number): Found[] {
  const columns = new Map(frame.fields.map(({ name, values }) => [name, values as unknown]))
  const value: Value = (name, row) => {
    const values = columns.get(name)
    return Array.isArray(values) ? (values[row] as unknown) : undefined
  }
  const times = columns.get('time')
  const found: Found[] = []
  for (let row = 0; Array.isArray(times) && row < times.length; row++) {
    const time: unknown = times[row]
    if (typeof time !== 'number' || !(time <= to)) continue
    const last = value('timeEnd', row)
    // Data sources that know regions say `isRegion`; others give an end, or the same time twice.
    const isRegion = value('isRegion', row) !== false && typeof last === 'number' && last > time
    const end = isRegion ? last : time
    if (end >= from) found.push({ time, end, row, value })
  }
  return found
}

function textOf(value: unknown, most: number): string {
  if (typeof value === 'string') return value.slice(0, most).trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A list, or, as some data sources have it, a text with commas. */
function tagsOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : textOf(value, MOST_TEXT).split(',')
  return list
    .slice(0, MOST_TAGS)
    .map((tag) => textOf(tag, MOST_SHORT))
    .filter((tag) => tag !== '')
}
