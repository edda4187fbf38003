import { useStyles2 } from '@grafana/ui'
import { visuallyHidden } from '../parts/visually-hidden'

interface HiddenTableProps {
  readonly caption: string
  readonly columns: readonly string[]
  readonly rows: ReadonlyArray<readonly string[]>
}

/** What a canvas shows, in a table for those who cannot see it. */
export function HiddenTable({ caption, columns, rows }: HiddenTableProps) {
  const hidden = useStyles2(visuallyHidden)
  return (
    <div className={hidden}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((value, column) => (
                <td key={column}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
