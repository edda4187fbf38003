import type { DataFrame, Field } from '@grafana/data'
import type { Problems } from './problems'
import { plainName } from './cells'

/** One field of a frame, whatever Grafana or a transformation made of it. */
export interface Column {
  readonly name: string
  /** `plainName` of the name. */
  readonly key: string
  readonly type: string
  readonly values: ArrayLike<unknown>
  /** Fractions of a ms, in ns, of a time field. */
  readonly nanos: ArrayLike<number> | undefined
  readonly labels: Readonly<Record<string, unknown>> | undefined
  readonly displayName: string
}

/** A frame as it is read: the columns that have the frame's length at least. */
export interface Table {
  /** Index into `data.series`. */
  readonly frame: number
  readonly refId: string
  /** For problems: query, and frame if it has a name. */
  readonly where: string
  readonly name: string
  readonly length: number
  readonly columns: readonly Column[]
  /** Rows at most, as the data source said; undefined if it did not. */
  readonly limit: number | undefined
}

/** The frames in their order; what is no frame is named and left out, what is too short counts as empty at its end. */
export function readTables(frames: readonly unknown[], problems: Problems): readonly Table[] {
  const tables: Table[] = []
  frames.forEach((frame, index) => {
    const table = tableOf(frame, index, problems)
    if (table !== undefined) tables.push(table)
  })
  return tables
}

function tableOf(frame: unknown, index: number, problems: Problems): Table | undefined {
  if (!isObject(frame) || !Array.isArray(frame['fields'])) {
    problems.add('wrong-type', `frame ${index + 1}`, 'no frame')
    return undefined
  }
  const { refId, name, meta } = frame as Partial<DataFrame>
  const isNamed = typeof name === 'string' && name !== ''
  const ref = typeof refId === 'string' ? refId : ''
  const where = `${ref === '' ? `frame ${index + 1}` : ref}${isNamed ? ` ${name}` : ''}`
  const columns: Column[] = []
  for (const field of frame['fields'] as unknown[]) {
    const column = columnOf(field)
    if (column === undefined) problems.add('wrong-type', where, 'a field without values')
    else columns.push(column)
  }
  const longest = columns.reduce((most, { values }) => Math.max(most, values.length), 0)
  for (const { name: short, values } of columns)
    if (values.length < longest)
      problems.add('unequal-lengths', where, short, longest - values.length)
  const limit = isObject(meta) ? meta['limit'] : undefined
  return {
    frame: index,
    refId: ref,
    where,
    name: isNamed ? name : '',
    length: longest,
    columns,
    limit: typeof limit === 'number' && limit > 0 ? limit : undefined,
  }
}

function columnOf(field: unknown): Column | undefined {
  if (!isObject(field)) return undefined
  const { name, type, values, nanos, labels, config } = field as Partial<Field>
  // Before Grafana 10 values were vectors; whatever is like an array is read.
  const list: unknown = isObject(values) && !Array.isArray(values) ? vectorOf(values) : values
  if (!Array.isArray(list) && !ArrayBuffer.isView(list)) return undefined
  const text = typeof name === 'string' ? name : ''
  const display: unknown = isObject(config)
    ? (config['displayName'] ?? config['displayNameFromDS'])
    : ''
  return {
    name: text,
    key: plainName(text),
    type: typeof type === 'string' ? type : '',
    values: list as unknown as ArrayLike<unknown>,
    nanos: Array.isArray(nanos) ? nanos : undefined,
    labels: isObject(labels) ? labels : undefined,
    displayName: typeof display === 'string' ? display : '',
  }
}

function vectorOf(values: object): unknown {
  if (ArrayBuffer.isView(values)) return values
  const toArray: unknown = (values as { toArray?: unknown }).toArray
  return typeof toArray === 'function' ? (toArray.call(values) as unknown) : undefined
}

/** The first column whose name is one of the given plain names, in their order. */
export function columnNamed(table: Table, ...keys: readonly string[]): Column | undefined {
  for (const key of keys) {
    const found = table.columns.find((column) => column.key === key)
    if (found !== undefined) return found
  }
  return undefined
}

/** The column of the rows' times. */
export function timeColumn(table: Table): Column | undefined {
  const isTime = ({ type, values }: Column): boolean =>
    type === 'time' || (type === '' && typeof values[0] === 'number')
  const named = table.columns.find(
    (column) =>
      (column.key === 'time' || column.key === 'timestamp' || column.key === 'ts') &&
      column.type !== 'string',
  )
  return named ?? table.columns.find(isTime)
}

/** The column that holds log lines: by its usual names, else the only text beside a time. */
export function lineColumn(table: Table): Column | undefined {
  const isText = ({ type, values }: Column): boolean =>
    type === 'string' || typeof values[0] === 'string'
  const named = ['line', 'body', 'message', 'msg', 'log', 'content', 'event']
  for (const key of named) {
    const found = table.columns.find((column) => column.key === key && isText(column))
    if (found !== undefined) return found
  }
  const texts = table.columns.filter(
    (column) => isText(column) && !['tsns', 'id', 'severity', 'level'].includes(column.key),
  )
  return texts.length === 1 && timeColumn(table) !== undefined ? texts[0] : undefined
}

/** The column with each row's labels. */
export function labelsColumn(table: Table): Column | undefined {
  return columnNamed(table, 'labels', 'attributes')
}

/** A cell's labels: an object, or its JSON text; undefined for anything else. */
export function labelsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (isObject(value) && !Array.isArray(value)) return value
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
