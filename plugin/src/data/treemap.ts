export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Squarified treemap (Bruls, Huizing, van Wijk 2000): one box a value, in the order of the values, areas in their
 * proportion and as square as rows and columns allow. Values should fall; what is not above 0 gets an empty box.
 */
export function treemap(values: readonly number[], width: number, height: number): Box[] {
  const sizes = values.map((value) => (Number.isFinite(value) && value > 0 ? value : 0))
  const total = sizes.reduce((sum, value) => sum + value, 0)
  if (total === 0 || width <= 0 || height <= 0) return sizes.map(() => EMPTY)
  const areas = sizes.map((value) => (value / total) * width * height)
  const boxes: Box[] = []
  let rest: Box = { x: 0, y: 0, width, height }
  let start = 0
  while (start < areas.length) {
    const side = Math.min(rest.width, rest.height)
    let end = start + 1
    let sum = areas[start] ?? 0
    const first = sum
    for (; end < areas.length; end++) {
      const area = areas[end] ?? 0
      if (worst(first, area, sum + area, side) > worst(first, areas[end - 1] ?? 0, sum, side)) break
      sum += area
    }
    rest = layRow(areas.slice(start, end), sum, rest, boxes)
    start = end
  }
  return boxes
}

const EMPTY: Box = { x: 0, y: 0, width: 0, height: 0 }

/** Longest side over shortest, of the worst of a row whose areas fall from `first` to `last`. */
function worst(first: number, last: number, sum: number, side: number): number {
  const thickness = sum / side
  if (last <= 0 || thickness <= 0) return Infinity
  const square = thickness * thickness
  return Math.max(first / square, square / last)
}

/** Lays a row along the shorter side and answers what is left. */
function layRow(areas: readonly number[], sum: number, rest: Box, boxes: Box[]): Box {
  const across = rest.width < rest.height
  const side = across ? rest.width : rest.height
  const thickness = side === 0 ? 0 : sum / side
  let at = 0
  for (const area of areas) {
    const length = thickness === 0 ? 0 : area / thickness
    boxes.push(
      across
        ? { x: rest.x + at, y: rest.y, width: length, height: thickness }
        : { x: rest.x, y: rest.y + at, width: thickness, height: length },
    )
    at += length
  }
  return across
    ? { ...rest, y: rest.y + thickness, height: Math.max(0, rest.height - thickness) }
    : { ...rest, x: rest.x + thickness, width: Math.max(0, rest.width - thickness) }
}
