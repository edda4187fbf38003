import type { Matrix } from '../../data/matrix'

/** `445`, `1000–1010`, `192.0.2.7`; where many destinations share a column, the first and how many more. */
export function columnText({ kind, columns, destinations }: Matrix, at: number): string {
  const column = columns[at]
  if (column === undefined) return ''
  const { low, high } = column
  if (kind === 'port') return low === high ? String(low) : `${low}–${high}`
  const first = (destinations[low] ?? '').slice(0, 45)
  return low === high ? first : `${first} +${high - low}`
}
