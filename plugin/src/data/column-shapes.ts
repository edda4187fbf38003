import type { MatrixColumns } from './matrix'
import type { Axis } from './matrix-axis'
import type { Places } from './matrix-hits'
import type { Model } from './model'
import { BURST_WINDOW, shapeOfAttacker, shapeOfColumn, type Shape } from './shapes'

/**
 * Looks at all sources, not only at those shown: a distributed scan comes from many that do little. A source whose bar lies
 * across the columns hits each of them, and says nothing about one.
 */
export function columnShapes(
  { activity, attackers }: Model,
  kind: MatrixColumns,
  from: number,
  to: number,
  axis: Axis,
  places: Places,
): Array<Shape | undefined> {
  const length = Math.max(1, Math.ceil((to - from) / BURST_WINDOW))
  // Weeks have thousands of windows; the peak is looked for in so many, each longer.
  const windows = Math.min(length, 500)
  const counts = Array.from({ length: axis.columns.length }, () => new Uint32Array(windows))
  const own = kind === 'port' ? 'vertical' : 'sweep'
  const across = Uint8Array.from(attackers, (attacker) => {
    const shape = shapeOfAttacker(attacker)
    return shape === own || shape === 'block' ? 1 : 0
  })
  const seen = new Set<number>()
  let current = -1
  for (let i = 0; i < activity.length; i++) {
    const time = activity.time[i] ?? NaN
    if (!(time >= from && time <= to)) continue
    const source = activity.source[i] ?? -1
    const low = activity.low[i] ?? -1
    if (source < 0 || across[source] === 1) continue
    if (kind === 'port' && (activity.high[i] ?? low) > low) continue
    const value = kind === 'port' ? low : (places.ofIndex[activity.destination[i] ?? -1] ?? -1)
    const column = value < 0 ? -1 : axis.find(value)
    if (column < 0) continue
    const window = Math.min(windows - 1, Math.floor(((time - from) / (to - from || 1)) * windows))
    if (window !== current) {
      seen.clear()
      current = window
    }
    const key = column * attackers.length + source
    if (seen.has(key)) continue
    seen.add(key)
    const row = counts[column]
    if (row !== undefined) row[window] = (row[window] ?? 0) + 1
  }
  return counts.map((row) => shapeOfColumn([...row]))
}
