import { ATTACKER_COLUMNS, type AttackerColumn } from '../types'

/** What a column needs: the least width in px, and its share of what is left over; 0: it does not grow. */
interface Need {
  readonly min: number
  readonly grow: number
}

const NEEDS: Record<AttackerColumn, Need> = {
  level: { min: 66, grow: 0 },
  source: { min: 128, grow: 0 },
  activity: { min: 88, grow: 0 },
  packets: { min: 76, grow: 0 },
  destinations: { min: 96, grow: 0 },
  ports: { min: 148, grow: 3 },
  kinds: { min: 84, grow: 1 },
  signatures: { min: 120, grow: 2 },
  os: { min: 96, grow: 1 },
  country: { min: 76, grow: 0 },
  firstSeen: { min: 92, grow: 0 },
  lastSeen: { min: 92, grow: 0 },
  reasons: { min: 160, grow: 3 },
}

// What stays longest comes first.
const WORTH: readonly AttackerColumn[] = [
  'level',
  'source',
  'packets',
  'ports',
  'lastSeen',
  'activity',
  'destinations',
  'signatures',
  'kinds',
  'country',
  'os',
  'firstSeen',
  'reasons',
]

export interface ShownColumn {
  readonly column: AttackerColumn
  /** px; columns that grow get more. */
  readonly min: number
  readonly grow: number
}

export interface ColumnInput {
  /** As chosen in the options; unknown names are ignored. */
  readonly wanted: readonly AttackerColumn[]
  /** px that all columns may take together. */
  readonly width: number
  /** px that the longest source needs. */
  readonly sourceWidth: number
  /** Columns of which no row knows anything. */
  readonly empty: ReadonlySet<AttackerColumn>
}

/**
 * Columns that fit, in the order of the options. The wider the table, the more of them: none goes away when it grows.
 * Level and source are there in any width.
 */
export function shownColumns({ wanted, width, sourceWidth, empty }: ColumnInput): ShownColumn[] {
  const chosen = ATTACKER_COLUMNS.filter((c) => wanted.includes(c) && !empty.has(c))
  const columns: readonly AttackerColumn[] = chosen.length > 0 ? chosen : ['level', 'source']
  const source = Math.max(NEEDS.source.min, sourceWidth)
  const shown = new Set<AttackerColumn>()
  let left = width
  for (const column of WORTH) {
    if (!columns.includes(column)) continue
    const min = column === 'source' ? Math.min(source, Math.max(0, left)) : NEEDS[column].min
    const always = column === 'level' || column === 'source'
    if (!always && min > left && shown.size > 0) break
    left -= min
    shown.add(column)
  }
  const inOrder = wanted.filter((column, i) => shown.has(column) && wanted.indexOf(column) === i)
  const order = inOrder.length > 0 ? inOrder : [...shown]
  const someGrow = order.some((column) => NEEDS[column].grow > 0)
  return order.map((column) => {
    const { min, grow } = NEEDS[column]
    if (column !== 'source') return { column, min: Math.min(min, width), grow }
    const taken = order.reduce((sum, c) => sum + (c === 'source' ? 0 : NEEDS[c].min), 0)
    return { column, min: Math.max(0, Math.min(source, width - taken)), grow: someGrow ? 0 : 1 }
  })
}

/** As CSS writes the widths of a grid. */
export function gridTemplate(columns: readonly ShownColumn[]): string {
  return columns
    .map(({ min, grow }) => (grow > 0 ? `minmax(${min}px, ${grow}fr)` : `${min}px`))
    .join(' ')
}
