import { createTheme, MappingType, ThresholdsMode, type FieldConfigSource } from '@grafana/data'
import { describe, expect, test } from 'vitest'
import { levelLooks } from '../../../src/components/parts/useLooks'

const dark = createTheme({ colors: { mode: 'dark' } })
const light = createTheme({ colors: { mode: 'light' } })
const config = (defaults: FieldConfigSource['defaults']): FieldConfigSource => ({
  defaults,
  overrides: [],
})

/** WCAG's ratio of two colours as the theme writes them. */
function ratio(a: string, b: string): number {
  const luminance = (color: string) => {
    const hex = /^#(..)(..)(..)$/.exec(color)?.slice(1)
    if (hex === undefined) throw new Error(`not a hex colour: ${color}`)
    const [red, green, blue] = hex.map((part) => {
      const value = parseInt(part, 16) / 255
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

describe('looks of levels', () => {
  test('a level has its word and a colour of its own without any configuration', () => {
    const looks = levelLooks(config({}), dark)
    expect(looks.map(({ text }) => text)).toEqual([
      'none',
      'seen',
      'low',
      'medium',
      'high',
      'critical',
    ])
    expect(new Set(looks.map(({ color }) => color)).size).toBe(6)
  })

  test.each([
    ['dark', dark],
    ['light', light],
  ])('digits are readable on the default colours, %s', (_name, theme) => {
    for (const { level, color, contrast } of levelLooks(config({}), theme)) {
      // Grafana writes the neutral colour by name.
      const back = level === 0 ? '#808080' : color
      const text = contrast.length === 4 ? contrast.replace(/[\da-f]/gi, '$&$&') : contrast
      expect(ratio(back, text), `level ${level}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  test('thresholds colour the levels at and above them', () => {
    const looks = levelLooks(
      config({
        thresholds: {
          mode: ThresholdsMode.Absolute,
          steps: [
            { value: -Infinity, color: 'green' },
            { value: 3, color: '#ff0000' },
          ],
        },
      }),
      dark,
    )
    expect(looks.slice(0, 3).map(({ color }) => color)).toEqual(
      Array(3).fill(dark.visualization.getColorByName('green')),
    )
    expect(looks.slice(3).map(({ color }) => color)).toEqual(Array(3).fill('#ff0000'))
  })

  test('thresholds in percent are of the highest level', () => {
    const steps = [
      { value: -Infinity, color: 'green' },
      { value: 80, color: 'red' },
    ]
    const looks = levelLooks(
      config({ thresholds: { mode: ThresholdsMode.Percentage, steps } }),
      dark,
    )
    expect(looks[3]?.color).toBe(dark.visualization.getColorByName('green'))
    expect(looks[4]?.color).toBe(dark.visualization.getColorByName('red'))
  })

  test('a value mapping gives text and colour, others keep theirs', () => {
    const mappings = [
      { type: MappingType.ValueToText as const, options: { 5: { text: 'Run', color: 'green' } } },
    ]
    const looks = levelLooks(config({ mappings }), dark)
    expect(looks[5]).toMatchObject({
      text: 'Run',
      color: dark.visualization.getColorByName('green'),
    })
    expect(looks[4]?.text).toBe('high')
  })

  test('a colour that no one can read is no crash', () => {
    const steps = [{ value: -Infinity, color: 'chartreuse-ish' }]
    const thresholds = { mode: ThresholdsMode.Absolute, steps }
    expect(() => levelLooks(config({ thresholds }), dark)).not.toThrow()
  })
})
