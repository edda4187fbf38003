import type { Evidence, Level, PortRange, RowRef } from './model'
import { isObject } from './frames'
import type { Problems } from './problems'
import { mergeRanges, parseRange } from './ranges'
import { asCount, asNumber, asText, asTime, capped } from './cells'

/** A detection event (version 1) as far as the panel reads it. Times are ms, NaN where unknown. */
export interface DetectionEvent {
  readonly id: string | undefined
  readonly time: number
  readonly kind: string
  readonly scan: string | undefined
  readonly source: string | undefined
  readonly destination: string | undefined
  readonly destinations: number
  readonly level: Level
  readonly previousLevel: Level
  readonly packets: number
  /** Merged. */
  readonly ports: readonly PortRange[]
  readonly portsTruncated: boolean
  readonly protocols: readonly string[]
  readonly sid: number | undefined
  readonly message: string | undefined
  readonly reasons: readonly string[]
  readonly evidence: Evidence | undefined
  readonly firstSeen: number
  readonly lastSeen: number
  readonly chain: string | undefined
  readonly interface: string | undefined
  readonly os: string | undefined
  readonly country: string | undefined
  readonly asn: string | undefined
  readonly hostname: string | undefined
  readonly row: RowRef
}

/** What an event is read from: a field's value by its name in the contract, undefined where there is none. */
export type EventReader = (name: string) => unknown

/** Where the event stands and what belongs to the row rather than to the event. */
export interface EventPlace {
  readonly where: string
  readonly row: RowRef
  /** Time of the row, ms, for events that bring none. */
  readonly time: number
  /** Loki data source of the query. */
  readonly datasource: string | undefined
}

const MOST_RANGES = 1000
const MOST_TEXTS = 50

/** Takes what it understands; what has a wrong type counts as absent and is named. */
export function readEvent(
  read: EventReader,
  place: EventPlace,
  problems: Problems,
): DetectionEvent {
  const { where } = place
  const checked = <T>(name: string, as: (value: unknown) => T | undefined): T | undefined => {
    const value = read(name)
    if (value === undefined || value === null || value === '') return undefined
    const result = as(value)
    if (result === undefined) problems.add('wrong-type', where, name)
    return result
  }
  const time = checked('time', asTime) ?? place.time
  const level = checked('dangerLevel', asLevel) ?? 0
  const ports = portsOf(read, where, problems)
  return {
    id: checked('id', asText),
    time,
    kind: checked('kind', asText) ?? 'scan',
    scan: checked('scan', asText),
    source: checked('source', asText),
    destination: checked('destination', asText),
    destinations: checked('destinations', asCount) ?? 0,
    level,
    previousLevel: checked('previousLevel', asLevel) ?? 0,
    packets: checked('packets', asCount) ?? 0,
    ports,
    portsTruncated: read('portsTruncated') === true || read('portsTruncated') === 'true',
    protocols: textsOf(read('protocols')),
    sid: checked('sid', asCount),
    message: checked('message', asText),
    reasons: textsOf(read('reasons')),
    evidence: evidenceOf(read, place, problems),
    firstSeen: checked('firstSeen', asTime) ?? Number.NaN,
    lastSeen: checked('lastSeen', asTime) ?? time,
    chain: checked('chain', asText),
    interface: checked('interface', asText),
    os: checked('os', asText),
    country: checked('country', asText),
    asn: checked('asn', asText),
    hostname: checked('hostname', asText),
    row: place.row,
  }
}

export function asLevel(value: unknown): Level | undefined {
  const number = asNumber(value)
  return number !== undefined && Number.isInteger(number) && number >= 0 && number <= 5
    ? (number as Level)
    : undefined
}

/** A list of texts, or one text; from a JSON list's text too. */
function textsOf(value: unknown): readonly string[] {
  const list = fromJson(value)
  if (Array.isArray(list)) {
    const texts: string[] = []
    for (let i = 0; i < list.length && i < MOST_TEXTS; i++) {
      const text = asText(list[i])
      if (text !== undefined) texts.push(text)
    }
    return texts
  }
  const text = asText(list)
  return text === undefined ? [] : [text]
}

/** A transformation may have made text of a list or an object. */
export function fromJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

/** `ports` by protocol, or the fields `port` and `protocol` of one. */
function portsOf(read: EventReader, where: string, problems: Problems): readonly PortRange[] {
  const ranges: PortRange[] = []
  const take = (protocol: string, text: unknown): void => {
    const range = parseRange(protocol, text)
    if (range === undefined) problems.add('wrong-type', where, 'ports')
    else if (ranges.length < MOST_RANGES) ranges.push(range)
    else problems.add('truncated', where, 'ports')
  }
  const all = fromJson(read('ports'))
  if (isObject(all) && !Array.isArray(all)) {
    for (const [protocol, list] of Object.entries(all).slice(0, MOST_TEXTS)) {
      const name = capped(protocol).toLowerCase()
      if (Array.isArray(list)) for (const text of list.slice(0, MOST_RANGES)) take(name, text)
      else take(name, list)
    }
  } else if (all !== undefined && all !== null && all !== '')
    problems.add('wrong-type', where, 'ports')
  const one = read('port')
  if (one !== undefined && one !== null && one !== '')
    take(
      (asText(read('protocol')) ?? 'tcp').toLowerCase(),
      typeof one === 'string' ? one : Number(one),
    )
  return mergeRanges(ranges)
}

function evidenceOf(
  read: EventReader,
  { where, datasource }: EventPlace,
  problems: Problems,
): Evidence | undefined {
  const value = fromJson(read('evidence'))
  if (value === undefined || value === null || value === '') return undefined
  if (isObject(value)) {
    const query = asText(value['query'])
    const from = asTime(value['from'])
    const to = asTime(value['to'])
    // A query that was cut would show other lines.
    if (query !== undefined && !query.endsWith('…') && from !== undefined && to !== undefined)
      return { query, from, to, ...(datasource === undefined ? {} : { datasource }) }
  }
  problems.add('wrong-type', where, 'evidence')
  return undefined
}
