import { labelsColumn, labelsOf, lineColumn, timeColumn, type Column, type Table } from './frames'
import { compareText } from './code-points'
import type { Problems } from './problems'

/** `seconds` of a row without a time: the core's own mark. */
export const NO_ROW_TIME = -0x8000_0000

/** Lines at once; beyond it the newest count. */
const MOST_LINES = 1_000_000
/** Stream numbers have 16 bits. */
const MOST_HOSTS = 60_000

/** Raw firewall lines of all queries, in the order in which they happened. */
export interface LineRows {
  readonly count: number
  /** The line at a place in that order. */
  readonly text: (place: number) => string
  /** Entry time, NO_ROW_TIME where the frame has none. */
  readonly seconds: Int32Array
  readonly nanos: Int32Array
  /** Index into `hosts`. */
  readonly host: Uint16Array
  /** Label `host` of the streams; '' where there is none. */
  readonly hosts: readonly string[]
}

interface LineTable {
  readonly table: Table
  readonly lines: ArrayLike<unknown>
  readonly labels: Column | undefined
  /** Of the line field, where each stream is a frame. */
  readonly fieldLabels: Readonly<Record<string, unknown>> | undefined
  /** Place of its first row among all rows. */
  readonly first: number
}

/** Two or more of netfilter's keys, RouterOS' words or fields of ulogd: what the core's parser may know. */
const PACKET =
  /\b(?:SRC|DST|PROTO|DPT|IN)=\S*.*\b(?:DST|PROTO|SPT|LEN|TTL|OUT)=|\bin:\S+ out:\S+.*->|"(?:src_ip|ip\.protocol|source\.ip)"/

/** True if the table's line column holds firewall lines that are no events; rows are looked at up to the first such one. */
export function hasFirewallLines(table: Table): boolean {
  const values = lineColumn(table)?.values
  if (values === undefined) return false
  for (let row = 0; row < values.length; row++) {
    const line = values[row]
    if (typeof line === 'string' && !isEvent(line) && PACKET.test(line.slice(0, 4000))) return true
  }
  return false
}

function isEvent(line: string): boolean {
  return line.charCodeAt(0) === 123 && line.includes('"dangerLevel"')
}

/**
 * The rows of these tables sorted by nanosecond; ties by stream labels, then by text, as the processor takes a Loki's
 * lines. A line that two queries brought counts once.
 */
export function readLines(tables: readonly Table[], problems: Problems): LineRows {
  const parts: LineTable[] = []
  let total = 0
  for (const table of tables) {
    const column = lineColumn(table)
    if (column === undefined) continue
    parts.push({
      table,
      lines: column.values,
      labels: labelsColumn(table),
      fieldLabels: column.labels,
      first: total,
    })
    total += column.values.length
  }
  const all = new AllRows(parts, total)
  for (const part of parts) {
    const odd = all.readTimes(part)
    if (odd > 0) problems.add('wrong-type', part.table.where, 'time', odd)
  }
  const order = all.order()
  if (order.length > MOST_LINES) {
    problems.add('truncated', '', 'lines', order.length - MOST_LINES)
    order.splice(0, order.length - MOST_LINES)
  }
  return all.inOrder(order)
}

class AllRows {
  readonly #parts: readonly LineTable[]
  readonly #seconds: Int32Array
  readonly #nanos: Int32Array
  readonly #part: Uint32Array

  constructor(parts: readonly LineTable[], total: number) {
    this.#parts = parts
    this.#seconds = new Int32Array(total)
    this.#nanos = new Int32Array(total)
    this.#part = new Uint32Array(total)
    parts.forEach(({ first, lines }, i) => this.#part.fill(i, first, first + lines.length))
  }

  /** Returns how many rows have a time that is none. */
  readTimes({ table, first, lines }: LineTable): number {
    const time = timeColumn(table)
    const exact = table.columns.find(({ key }) => key === 'tsns')?.values
    let odd = 0
    for (let row = 0; row < lines.length; row++) {
      const at = first + row
      const text = exact?.[row]
      if (typeof text === 'string' && this.#setNanoText(at, text)) continue
      const ms = time?.values[row]
      const value = typeof ms === 'string' ? Date.parse(ms) : ms
      if (typeof value === 'number' && value > -2e12 && value < 2e12) {
        const seconds = Math.floor(value / 1000)
        this.#seconds[at] = seconds
        const fraction = time?.nanos?.[row]
        this.#nanos[at] =
          Math.floor((value - seconds * 1000) * 1e6) +
          (typeof fraction === 'number' && fraction >= 0 && fraction < 1e6 ? fraction : 0)
      } else {
        if (time !== undefined) odd++
        this.#seconds[at] = NO_ROW_TIME
      }
    }
    return odd
  }

  /** Nanoseconds since 1970 as digits, without the cost of a BigInt. */
  #setNanoText(at: number, text: string): boolean {
    const split = text.length - 9
    if (split < 1 || split > 10) return false
    let seconds = 0
    let nanos = 0
    for (let i = 0; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48
      if (!(digit >= 0 && digit <= 9)) return false
      if (i < split) seconds = seconds * 10 + digit
      else nanos = nanos * 10 + digit
    }
    if (seconds > 0x7fff_ffff) return false
    this.#seconds[at] = seconds
    this.#nanos[at] = nanos
    return true
  }

  /** Rows that hold a line, in order, each once. Loki brings the newest first: such runs are only turned round. */
  order(): number[] {
    const order: number[] = []
    for (const { first, lines } of this.#parts) {
      const last = lines.length - 1
      const isNewestFirst = last > 0 && this.#compareTimes(first, first + last) > 0
      for (let i = 0; i <= last; i++) {
        const row = isNewestFirst ? last - i : i
        const line = lines[row]
        if (typeof line === 'string' && line !== '' && !isEvent(line)) order.push(first + row)
      }
    }
    let isSorted = true
    for (let i = 1; i < order.length && isSorted; i++)
      isSorted = this.#compareTimes(order[i - 1] ?? 0, order[i] ?? 0) < 0
    if (isSorted) return order
    const labels = new Map<number, string>()
    order.sort((a, b) => this.#compareTimes(a, b) || this.#compareTies(a, b, labels) || a - b)
    return this.#withoutRepeats(order, labels)
  }

  /** A line from another query than the first of its kind. Within one query Loki has made sure that it stands twice. */
  #withoutRepeats(order: readonly number[], labels: Map<number, string>): number[] {
    let first = -1
    return order.filter((at) => {
      const isSame =
        first >= 0 &&
        this.#seconds[at] !== NO_ROW_TIME &&
        this.#compareTimes(first, at) === 0 &&
        this.#compareTies(first, at, labels) === 0
      if (!isSame) first = at
      return !isSame || this.#refId(first) === this.#refId(at)
    })
  }

  inOrder(order: readonly number[]): LineRows {
    const count = order.length
    const seconds = new Int32Array(count)
    const nanos = new Int32Array(count)
    const host = new Uint16Array(count)
    const hosts = new Map<string, number>()
    for (let i = 0; i < count; i++) {
      const at = order[i] ?? 0
      seconds[i] = this.#seconds[at] ?? 0
      nanos[i] = this.#nanos[at] ?? 0
      const name = this.#labelsOf(at)?.['host']
      const text = typeof name === 'string' && hosts.size < MOST_HOSTS ? name : ''
      let number = hosts.get(text)
      if (number === undefined) hosts.set(text, (number = hosts.size))
      host[i] = number
    }
    return {
      count,
      text: (place) => this.#textOf(order[place] ?? 0),
      seconds,
      nanos,
      host,
      hosts: [...hosts.keys()],
    }
  }

  #compareTimes(a: number, b: number): number {
    return (
      (this.#seconds[a] ?? 0) - (this.#seconds[b] ?? 0) ||
      (this.#nanos[a] ?? 0) - (this.#nanos[b] ?? 0)
    )
  }

  /** Rows of one nanosecond; those without a time keep the order in which they came. */
  #compareTies(a: number, b: number, labels: Map<number, string>): number {
    if (this.#seconds[a] === NO_ROW_TIME) return 0
    const first = this.#labelText(a, labels)
    const second = this.#labelText(b, labels)
    if (first !== second) return first < second ? -1 : 1
    return compareText(this.#textOf(a), this.#textOf(b))
  }

  #labelText(at: number, texts: Map<number, string>): string {
    let text = texts.get(at)
    if (text === undefined) texts.set(at, (text = labelText(this.#labelsOf(at))))
    return text
  }

  #refId(at: number): string | undefined {
    return this.#parts[this.#part[at] ?? 0]?.table.refId
  }

  #textOf(at: number): string {
    const part = this.#parts[this.#part[at] ?? 0]
    const text = part?.lines[at - part.first]
    return typeof text === 'string' ? text : ''
  }

  #labelsOf(at: number): Readonly<Record<string, unknown>> | undefined {
    const part = this.#parts[this.#part[at] ?? 0]
    if (part === undefined) return undefined
    const own = part.labels?.values[at - part.first]
    return own === undefined ? part.fieldLabels : (labelsOf(own) ?? part.fieldLabels)
  }
}

/** Labels in the order of the processor's: those that the server adds itself are no part of it. */
function labelText(labels: Readonly<Record<string, unknown>> | undefined): string {
  if (labels === undefined) return '{}'
  const pairs = Object.keys(labels)
    .filter((name) => !/^(__|service_name$|detected_level$)/.test(name))
    .sort()
    .map((name) => `${name}=${JSON.stringify(String(labels[name]))}`)
  return `{${pairs.join(', ')}}`
}
