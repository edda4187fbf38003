/** Parts of the overview, in the order of what they are worth. */
export type OverviewPart = 'highest' | 'tiles' | 'attackers' | 'ports' | 'timeline' | 'signatures'

/** px, from the left top corner. */
export interface Box {
  readonly part: OverviewPart
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const GAP = 8
/** Five tiles with digit and number; with the word below there is more to see. */
const TILES_WIDTH = 170
const TILES = { low: 44, high: 64 }
/** A title and four rows. */
const LIST = 132
/** Two lists side by side, and three. */
const TWO_LISTS_WIDTH = 560
const THREE_LISTS_WIDTH = 1000
const TIMELINE = { width: 400, low: 132, high: 240 }
/** Lists beside a timeline have at least eight rows: it is worth less than those. */
const LIST_BESIDE_TIMELINE = 236

/**
 * Where the parts go. What does not fit is left out, what is worth least first; a larger panel never shows fewer of them.
 * The boxes depend on the size alone, so that nothing moves when numbers do.
 */
export function overviewLayout(width: number, height: number): Box[] {
  if (width < TILES_WIDTH || height < TILES.low) {
    return [{ part: 'highest', x: 0, y: 0, width, height }]
  }
  const rest = height - TILES.high - GAP
  if (rest < LIST) {
    const low = height - TILES.low - GAP
    if (low < LIST) return [tiles(width, Math.min(height, TILES.high + 32))]
    return [
      tiles(width, TILES.low),
      { part: 'attackers', x: 0, y: TILES.low + GAP, width, height: low },
    ]
  }
  const boxes = [tiles(width, TILES.high)]
  const columns = width >= THREE_LISTS_WIDTH ? 3 : width >= TWO_LISTS_WIDTH ? 2 : 1
  const timelineNeeds =
    columns === 1 ? 2 * LIST + 2 * GAP + TIMELINE.low : LIST_BESIDE_TIMELINE + GAP + TIMELINE.low
  const hasTimeline = width >= TIMELINE.width && rest >= timelineNeeds
  // Also where the timeline is too wide to be there, for else a wider panel would lose what a narrower one has.
  const spare = rest - GAP - TIMELINE.low
  const stacked = columns === 1 ? 3 * LIST + 2 * GAP : 2 * LIST + GAP
  const hasSignatures = columns === 3 || spare >= stacked
  const hasPorts = columns > 1 || rest >= 2 * LIST + GAP

  let top = TILES.high + GAP
  if (hasTimeline) {
    const lists = columns === 1 ? (hasSignatures ? stacked : 2 * LIST + GAP) : hasSignatures && columns === 2 ? stacked : LIST_BESIDE_TIMELINE // prettier-ignore
    const most = rest - GAP - lists
    const tall = Math.round(Math.max(TIMELINE.low, Math.min(TIMELINE.high, rest * 0.3, most)))
    boxes.push({ part: 'timeline', x: 0, y: top, width, height: tall })
    top += tall + GAP
  }
  const area = { top, height: height - top }
  const lists: OverviewPart[] = [
    'attackers',
    ...(hasPorts ? (['ports'] as const) : []),
    ...(hasSignatures ? (['signatures'] as const) : []),
  ]
  if (columns === 1) return [...boxes, ...stack(lists, 0, width, area)]
  const first = Math.round(width * (columns === 3 ? 0.44 : 0.56))
  const left = stack(['attackers'], 0, first - GAP / 2, area)
  if (columns === 2) {
    const x = first + GAP / 2
    return [...boxes, ...left, ...stack(lists.slice(1), x, width - x, area)]
  }
  const second = first + Math.round((width - first) / 2)
  return [
    ...boxes,
    ...left,
    ...stack(['ports'], first + GAP / 2, second - first - GAP, area),
    ...stack(['signatures'], second + GAP / 2, width - second - GAP / 2, area),
  ]
}

const tiles = (width: number, height: number): Box => ({ part: 'tiles', x: 0, y: 0, width, height })

/** Parts one below the other, equally tall. */
function stack(
  parts: readonly OverviewPart[],
  x: number,
  width: number,
  area: { readonly top: number; readonly height: number },
): Box[] {
  const each = Math.floor((area.height - GAP * (parts.length - 1)) / parts.length)
  return parts.map((part, i) => ({ part, x, y: area.top + i * (each + GAP), width, height: each }))
}
