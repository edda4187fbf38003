import { useLayoutEffect, useRef, type ReactNode } from 'react'

interface Props {
  readonly source: string
  readonly place: number
  readonly rowIndex: number
  /** How many columns it spans. */
  readonly columns: number
  readonly top: number
  readonly className: string
  readonly onHeight: (source: string, height: number) => void
  readonly children: ReactNode
}

/** What opens below a row. It is as tall as it needs, and tells the grid. */
export function DetailsRow(props: Props) {
  const { source, place, rowIndex, columns, top, className, onHeight, children } = props
  const element = useRef<HTMLDivElement>(null)
  // After each render: its width, or what is known of the attacker, may have changed.
  useLayoutEffect(() => {
    if (element.current !== null) onHeight(source, element.current.offsetHeight)
  })
  return (
    <div
      ref={element}
      role="row"
      aria-level={2}
      aria-rowindex={rowIndex}
      data-place={place}
      data-details
      className={className}
      style={{ top }}
    >
      <div role="gridcell" aria-colspan={columns}>
        {children}
      </div>
    </div>
  )
}
