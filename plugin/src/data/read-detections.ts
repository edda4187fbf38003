import { fromJson, readEvent, type DetectionEvent, type EventReader } from './events'
import {
  columnNamed,
  isObject,
  labelsColumn,
  labelsOf,
  lineColumn,
  timeColumn,
  type Column,
  type Table,
} from './frames'
import type { Problems } from './problems'
import type { Queries } from './queries'
import { isStep, type Steps } from './steps'
import { asTime, plainName } from './cells'

/** What a pipeline adds to the streams rather than to the event. */
const FROM_LABELS: ReadonlySet<string> = new Set(['country', 'asn', 'hostname', 'os'])
/** An event with its ports at their longest has a tenth of it. */
const LONGEST_EVENT = 1_000_000

/** Events of one panel; the same one from two queries counts once. */
export class DetectionReader {
  readonly events: DetectionEvent[] = []
  readonly #ids = new Set<string>()
  readonly #queries: Queries
  readonly #problems: Problems
  #timesOf: Table | undefined
  #times: Column | undefined

  constructor(queries: Queries, problems: Problems) {
    this.#queries = queries
    this.#problems = problems
  }

  /** Takes the rows whose line is an event; returns how many there were. */
  *readLines(table: Table): Steps<number> {
    const lines = lineColumn(table)
    if (lines === undefined) return 0
    const { values } = lines
    let labels: Column | undefined
    let found = 0
    for (let row = 0; row < values.length; row++) {
      if (isStep(row)) yield
      const line = values[row]
      if (typeof line !== 'string' || !isEventLine(line)) continue
      if (found++ === 0) labels = labelsColumn(table)
      const event = this.#parse(line, table)
      if (event === undefined) continue
      const label = labels?.values[row]
      this.#add(table, row, (name) => {
        // No name of the contract is one that every object has.
        const value = event[name]
        if (value !== undefined) return value
        return FROM_LABELS.has(name) ? labelsOf(label)?.[name] : undefined
      })
    }
    return found
  }

  /** Takes the rows of a table with one column a field of the event; false if it is no such table. */
  *readColumns(table: Table): Steps<boolean> {
    const source = columnOf(table, 'source')
    const level = columnOf(table, 'dangerLevel')
    if (source === undefined || level === undefined) return false
    const cache = new Map<string, Column | undefined>()
    const portColumns = table.columns.filter(
      ({ key }) => /^ports[a-z]+$/.test(key) && key !== 'portstruncated',
    )
    for (let row = 0; row < table.length; row++) {
      if (isStep(row)) yield
      this.#add(table, row, (name) => {
        if (!cache.has(name)) cache.set(name, columnOf(table, name))
        const value = cache.get(name)?.values[row]
        if (name !== 'ports' || value !== undefined || portColumns.length === 0) return value
        return Object.fromEntries(
          portColumns
            .filter(({ values }) => values[row] !== undefined && values[row] !== null)
            .map(({ key, values }) => [key.slice('ports'.length), listOf(values[row])]),
        )
      })
    }
    return true
  }

  /** Takes the rows whose labels are those of an event while the line has been reformatted; false if there are none. */
  *readLabels(table: Table): Steps<boolean> {
    const labels = labelsColumn(table)
    if (labels === undefined) return false
    let found = 0
    for (let row = 0; row < table.length; row++) {
      if (isStep(row)) yield
      const read = readerOfLabels(labels.values[row])
      if (read('source') === undefined || read('dangerLevel') === undefined) continue
      found++
      // Without the event nobody can tell one scan from another: its id says at least that counts are cumulative.
      this.#add(table, row, read)
    }
    return found > 0
  }

  #parse(line: string, { where }: Table): Readonly<Record<string, unknown>> | undefined {
    if (line.length > LONGEST_EVENT) {
      this.#problems.add('bad-event', where, 'too long')
      return undefined
    }
    try {
      const event: unknown = JSON.parse(line)
      if (isObject(event)) return event
    } catch {
      // Named below.
    }
    this.#problems.add('bad-event', where, 'no JSON')
    return undefined
  }

  #add(table: Table, row: number, read: EventReader): void {
    const { where, frame, refId } = table
    if (this.#timesOf !== table) {
      this.#timesOf = table
      this.#times = timeColumn(table)
    }
    const time = asTime(this.#times?.values[row]) ?? Number.NaN
    const place = { where, row: { frame, row }, time, datasource: this.#queries(refId).loki }
    const event = readEvent(read, place, this.#problems)
    if (event.source === undefined && event.kind !== 'logging-health') {
      this.#problems.add('missing-field', where, 'source')
      return
    }
    if (event.id !== undefined) {
      if (this.#ids.has(event.id)) return
      this.#ids.add(event.id)
    }
    this.events.push(event)
  }
}

function isEventLine(line: string): boolean {
  return line.charCodeAt(0) === 123 && line.includes('"dangerLevel"')
}

/** What a field is called elsewhere, as plain names, best first. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  id: ['detectionid', 'id'],
  source: ['source', 'src', 'srcip', 'sourceip', 'sourceaddress', 'attacker'],
  destination: ['destination', 'dst', 'dstip', 'destinationip', 'target'],
  dangerLevel: ['dangerlevel', 'danger'],
  port: ['port', 'dpt', 'dstport', 'destinationport'],
  protocol: ['protocol', 'proto'],
  scan: ['scan', 'scantype', 'scankind'],
  packets: ['packets', 'count'],
  message: ['message', 'msg', 'signature'],
}

function namesOf(name: string): readonly string[] {
  return OTHER_NAMES[name] ?? [name.toLowerCase()]
}

function columnOf(table: Table, name: string): Column | undefined {
  return columnNamed(table, ...namesOf(name))
}

function readerOfLabels(value: unknown): EventReader {
  const labels = labelsOf(value)
  if (labels === undefined) return () => undefined
  let byName: Map<string, unknown> | undefined
  return (name) => {
    // In the labels `level` and `message` may be anybody's.
    byName ??= new Map(Object.entries(labels).map(([key, label]) => [plainName(key), label]))
    for (const key of namesOf(name)) if (byName.has(key)) return byName.get(key)
    return undefined
  }
}

/** Ranges of one protocol: a list, its JSON, or `22, 80-90`. */
function listOf(value: unknown): unknown {
  const list = fromJson(value)
  return typeof list === 'string' ? list.split(',') : list
}
