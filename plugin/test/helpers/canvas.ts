import { vi } from 'vitest'

export interface Drawn {
  readonly texts: string[]
  /** x, y, width, height and the colour. */
  readonly boxes: Array<readonly [number, number, number, number, string]>
  /** Paths that were filled: their rectangles and the colour. */
  readonly fills: Array<{ readonly color: string; readonly rects: readonly number[][] }>
}

/** A canvas that notes what is drawn on it: jsdom has none. Letters are 6 px wide. */
export function stubCanvas(): Drawn {
  const drawn: Drawn = { texts: [], boxes: [], fills: [] }
  const state: Record<string, unknown> = {
    fillStyle: '',
    measureText: (text: string) => ({ width: text.length * 6 }),
    fillText: (text: string) => drawn.texts.push(text),
    fillRect: (x: number, y: number, width: number, height: number) =>
      drawn.boxes.push([x, y, width, height, String(state['fillStyle'])]),
    fill: (path?: { rects?: number[][] }) =>
      drawn.fills.push({ color: String(state['fillStyle']), rects: path?.rects ?? [] }),
  }
  const context = new Proxy(state, {
    get: (target, key) => (key in target ? target[key as string] : () => undefined),
  })
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never)
  vi.stubGlobal(
    'Path2D',
    class {
      readonly rects: number[][] = []
      rect(...rect: number[]) {
        this.rects.push(rect)
      }
      roundRect() {}
    },
  )
  return drawn
}
