/** Words of the danger levels, as the panel has them. */
const WORDS = ['none', 'seen', 'low', 'medium', 'high', 'critical']

/** Colours of the danger levels, as the panel has them. */
const COLORS = ['gray', 'blue', 'yellow', 'orange', 'red', 'purple']

export const levelColor = (level) => COLORS[level]

/** A level as people read it: the digit stays, so that colour never carries it alone. */
export const levelMappings = [
  {
    type: 'value',
    options: Object.fromEntries(
      WORDS.map((word, level) => [String(level), { index: level, text: `${level} ${word}` }]),
    ),
  },
]

export const levelThresholds = {
  mode: 'absolute',
  steps: COLORS.map((color, level) => ({ color, value: level === 0 ? null : level })),
}

/** Neutral at 0, the level's colour from 1 on: for a count of sources at one level. */
export const countThresholds = (level) => steps('text', [1, levelColor(level)])

/** Ascending thresholds: the base colour, then pairs of value and colour. */
export function steps(base, ...pairs) {
  return {
    mode: 'absolute',
    steps: [{ color: base, value: null }, ...pairs.map(([value, color]) => ({ color, value }))],
  }
}
