import { colorManipulator, type GrafanaTheme2 } from '@grafana/data'
import type { LevelLook } from '../view'

export interface Plot {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export const FONT_SIZE = 12

export function fontOf(theme: GrafanaTheme2, size = FONT_SIZE, weight = 400): string {
  return `${weight} ${size}px ${theme.typography.fontFamily}`
}

/** The text, cut with an ellipsis to what fits; empty if not even a letter does. */
export function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  // Texts of attackers may be long: no more is measured than could ever fit.
  const short = text.slice(0, 200)
  if (context.measureText(short).width <= room) return short
  let low = 0
  let high = short.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (context.measureText(`${short.slice(0, middle)}…`).width <= room) low = middle
    else high = middle - 1
  }
  return low === 0 ? '' : `${short.slice(0, low)}…`
}

export const BADGE = 14

/** Danger level as a small square with its digit. */
export function drawBadge(
  context: CanvasRenderingContext2D,
  theme: GrafanaTheme2,
  look: LevelLook,
  x: number,
  middle: number,
): void {
  context.fillStyle = look.color
  context.beginPath()
  context.roundRect(x, middle - BADGE / 2, BADGE, BADGE, 2)
  context.fill()
  context.fillStyle = look.contrast
  context.font = fontOf(theme, 10, 500)
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(String(look.level), x + BADGE / 2, middle + 0.5)
}

/** Shades of one hue from faint to strong: told apart by lightness alone, whoever looks. */
export function shades(theme: GrafanaTheme2): readonly string[] {
  const color = (name: string) => theme.visualization.getColorByName(name)
  const { alpha, darken } = colorManipulator
  return theme.isDark
    ? [
        alpha(color('dark-blue'), 0.4),
        alpha(color('dark-blue'), 0.75),
        color('dark-blue'),
        color('semi-dark-blue'),
        color('blue'),
        color('light-blue'),
        color('super-light-blue'),
      ]
    : [
        alpha(color('super-light-blue'), 0.55),
        color('super-light-blue'),
        color('light-blue'),
        color('blue'),
        color('semi-dark-blue'),
        color('dark-blue'),
        darken(color('dark-blue'), 0.35),
      ]
}

/** Index of the shade for a value above 0; logarithmic, since one scanner sends thousands of times what another does. */
export function shadeOf(value: number, max: number, count: number): number {
  if (max <= 0) return 0
  const place = Math.log1p(value) / Math.log1p(max)
  return Math.max(0, Math.min(count - 1, Math.floor(place * count)))
}
