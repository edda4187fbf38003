import { cx } from '@emotion/css'
import { memo } from 'react'
import type { ShownColumn } from '../../data/columns'
import type { Attacker } from '../../data/model'
import type { Sparks } from '../../data/spark'
import { AddressText, type AddressFilter } from '../parts/AddressText'
import { LevelBadge } from '../parts/LevelBadge'
import type { TimeTexts } from '../parts/times'
import type { LevelLook } from '../view'
import { AttackerCell } from './AttackerCell'
import type { GridStyles } from './grid-styles'

/** Texts of all rows, translated once. */
export interface RowLabels {
  readonly open: string
  readonly close: string
  /** Of each level. */
  readonly levels: readonly string[]
}

interface Props {
  readonly attacker: Attacker
  readonly look: LevelLook
  readonly columns: readonly ShownColumn[]
  readonly template: string
  /** Number among the rows that are shown. */
  readonly place: number
  readonly rowIndex: number
  /** px from the first row. */
  readonly top: number
  readonly isOpen: boolean
  /** The row that the keyboard is at. */
  readonly isActive: boolean
  readonly sparks: Sparks
  readonly times: TimeTexts
  readonly atLeast: boolean
  readonly styles: GridStyles
  readonly labels: RowLabels
  readonly filter: AddressFilter | undefined
}

/** One attacker; the grid listens for its clicks and keys. */
export const AttackerRow = memo(function AttackerRow(props: Props) {
  const { attacker, look, columns, template, place, rowIndex, top, isOpen, isActive } = props
  const { sparks, times, atLeast, styles, labels, filter } = props
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      aria-expanded={isOpen}
      aria-level={1}
      tabIndex={isActive ? 0 : -1}
      data-place={place}
      className={cx(styles.row, isOpen && styles.open)}
      style={{ top, gridTemplateColumns: template }}
    >
      {columns.map(({ column }) => {
        switch (column) {
          case 'level':
            return (
              <div key={column} role="gridcell" className={styles.cell}>
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.toggle}
                  data-toggle
                  aria-label={isOpen ? labels.close : labels.open}
                >
                  <Chevron className={isOpen ? styles.turned : undefined} />
                </button>
                <LevelBadge look={look} name={labels.levels[attacker.level]} />
              </div>
            )
          case 'source':
            return (
              <div key={column} role="gridcell" className={styles.cell}>
                <AddressText
                  address={attacker.source}
                  filter={filter}
                  tabIndex={isActive ? 0 : -1}
                />
              </div>
            )
          default:
            return (
              <AttackerCell
                key={column}
                attacker={attacker}
                column={column}
                sparks={sparks}
                times={times}
                atLeast={atLeast}
                styles={styles}
              />
            )
        }
      })}
    </div>
  )
})

// `Icon` fetches its picture and parses it: too slow for rows that come and go as someone scrolls.
function Chevron({ className }: { readonly className: string | undefined }) {
  return (
    <svg width={12} height={12} viewBox="0 0 12 12" aria-hidden className={className}>
      <path d="M4 2l4 4-4 4" fill="none" stroke="currentColor" strokeWidth={1.5} />
    </svg>
  )
}
