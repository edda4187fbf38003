import type { Shape } from '../../data/shapes'

export const ICON = 12

/** Rectangles in a square of `ICON`: a bar of ports, hosts side by side, a block of both, sources above each other. */
const PARTS: Readonly<Record<Shape, ReadonlyArray<readonly [number, number, number, number]>>> = {
  vertical: [[0, 4, 12, 4]],
  sweep: [
    [0, 4, 3, 4],
    [4.5, 4, 3, 4],
    [9, 4, 3, 4],
  ],
  block: [
    [0.5, 0.5, 5, 5],
    [6.5, 0.5, 5, 5],
    [0.5, 6.5, 5, 5],
    [6.5, 6.5, 5, 5],
  ],
  distributed: [
    [4, 0, 4, 3],
    [4, 4.5, 4, 3],
    [4, 9, 4, 3],
  ],
}

export function shapeParts(shape: Shape) {
  return PARTS[shape]
}

/** Draws the icon in the colour that is set. */
export function drawShape(
  context: CanvasRenderingContext2D,
  shape: Shape,
  left: number,
  top: number,
): void {
  for (const [x, y, width, height] of PARTS[shape])
    context.fillRect(left + x, top + y, width, height)
}
