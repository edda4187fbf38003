import type { DataFrame } from '@grafana/data'
import { DEFAULT_OPTIONS } from '../options'
import type { InputKind } from './model'
import { readFrames } from './prepare'

/** Rows of each frame that are looked at. */
const SAMPLE = 100

/** Which inputs the frames hold, told by their first rows. Never throws. */
export function recognise(frames: readonly DataFrame[]): readonly InputKind[] {
  const samples = frames.map((frame) => ({
    ...frame,
    length: Math.min(frame.length, SAMPLE),
    fields: frame.fields.map((field) => ({ ...field, values: field.values.slice(0, SAMPLE) })),
  }))
  const { parts, lines } = readFrames({
    frames: samples,
    options: DEFAULT_OPTIONS,
    timeRange: { from: 0, to: 0 },
  })
  const kinds = parts.map(({ kind }) => kind)
  return lines === undefined ? kinds : ['lines', ...kinds]
}
