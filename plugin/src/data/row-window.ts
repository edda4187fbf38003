/** Heights of rows in px: all the same, but for open ones, which are taller. */
export interface RowHeights {
  readonly count: number
  readonly height: number
  /** What open rows add, by place, in ascending order of places. */
  readonly extra: ReadonlyArray<{ readonly place: number; readonly height: number }>
}

/** Top edge of the row; that of `count` is the height of all. */
export function topOf({ height, extra }: RowHeights, place: number): number {
  let top = place * height
  for (const open of extra) {
    if (open.place >= place) break
    top += open.height
  }
  return top
}

/** The row that covers this distance from the top, 0 to `count` - 1; 0 if there are no rows. */
export function placeAt(rows: RowHeights, distance: number): number {
  const { count, height, extra } = rows
  let place = Math.floor(distance / height)
  let passed = 0
  for (const open of extra) {
    const bottom = (open.place + 1) * height + passed + open.height
    if (distance < bottom) {
      place = Math.min(open.place, Math.floor((distance - passed) / height))
      break
    }
    passed += open.height
    place = Math.floor((distance - passed) / height)
  }
  return Math.max(0, Math.min(count - 1, place))
}

/** Rows to draw, end exclusive, with `overscan` more on each side. */
export function rowWindow(
  rows: RowHeights,
  scrollTop: number,
  viewport: number,
  overscan: number,
): { readonly start: number; readonly end: number } {
  if (rows.count === 0) return { start: 0, end: 0 }
  return {
    start: Math.max(0, placeAt(rows, scrollTop) - overscan),
    end: Math.min(rows.count, placeAt(rows, scrollTop + viewport) + 1 + overscan),
  }
}

/** Where to scroll so that the row is wholly seen; `scrollTop` itself if it is. */
export function scrollFor(
  rows: RowHeights,
  place: number,
  scrollTop: number,
  viewport: number,
): number {
  const top = topOf(rows, place)
  if (top < scrollTop) return top
  const bottom = top + rows.height
  return bottom > scrollTop + viewport ? Math.max(0, bottom - viewport) : scrollTop
}
