import { cx } from '@emotion/css'
import { useRef, useState, type KeyboardEvent } from 'react'
import type { ShownColumn } from '../../data/columns'
import { firstDescending, type Sort } from '../../data/rows'
import type { AttackerColumn } from '../../types'
import { columnTitle, isNumeric } from './column-titles'
import type { GridStyles } from './grid-styles'

interface Props {
  readonly columns: readonly ShownColumn[]
  readonly template: string
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly styles: GridStyles
}

/** Titles that sort. One of them takes part in tabbing; left and right go to the others. */
export function GridHeader({ columns, template, sort, onSort, styles }: Props) {
  const [active, setActive] = useState<AttackerColumn>('level')
  const row = useRef<HTMLDivElement>(null)
  const tabbable = columns.some(({ column }) => column === active) ? active : columns[0]?.column

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const from = columns.findIndex(({ column }) => column === tabbable)
    const next = step === undefined ? undefined : columns[from + step]
    if (next === undefined) return
    event.preventDefault()
    setActive(next.column)
    row.current?.querySelectorAll('button')[columns.indexOf(next)]?.focus()
  }

  return (
    <div role="rowgroup" className={styles.head}>
      <div
        role="row"
        aria-rowindex={1}
        ref={row}
        className={styles.headRow}
        style={{ gridTemplateColumns: template }}
      >
        {columns.map(({ column }) => {
          const isSorted = sort.column === column
          const direction = sort.descending ? 'descending' : 'ascending'
          const title = columnTitle(column)
          return (
            <div
              key={column}
              role="columnheader"
              aria-sort={isSorted ? direction : 'none'}
              className={styles.headCell}
            >
              <button
                type="button"
                tabIndex={column === tabbable ? 0 : -1}
                title={title}
                className={cx(
                  styles.sort,
                  isSorted && styles.sorted,
                  isNumeric(column) && styles.right,
                )}
                onFocus={() => setActive(column)}
                onKeyDown={onKeyDown}
                onClick={() =>
                  onSort({
                    column,
                    descending: isSorted ? !sort.descending : firstDescending(column),
                  })
                }
              >
                <span>{title}</span>
                {isSorted && <Arrow up={!sort.descending} />}
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Arrow({ up }: { readonly up: boolean }) {
  return (
    <svg width={10} height={10} viewBox="0 0 10 10" aria-hidden>
      <path d={up ? 'M5 2l3.5 5h-7z' : 'M5 8l3.5-5h-7z'} fill="currentColor" />
    </svg>
  )
}
