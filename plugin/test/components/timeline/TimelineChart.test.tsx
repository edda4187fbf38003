import { createTheme, FieldType, ThemeContext, toDataFrame } from '@grafana/data'
import { act, cleanup, render } from '@testing-library/react'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { levelLooks } from '../../../src/components/parts/useLooks'
import { COUNT_STEPS, countTick } from '../../../src/components/timeline/countTick'
import { TimelineView } from '../../../src/components/timeline/TimelineView'
import { DEFAULT_OPTIONS } from '../../../src/options'
import { stubCanvas, type Drawn } from '../../helpers/canvas'
import { END, fakeModel, START } from '../../helpers/models'
import { viewProps } from '../../helpers/view'

let drawn: Drawn
beforeEach(() => {
  drawn = stubCanvas()
})

const LEVELS_DRAWN = 5
const MODELS = [fakeModel(24), fakeModel(60, 8)] as const
const THEMES = [
  createTheme({ colors: { mode: 'dark' } }),
  createTheme({ colors: { mode: 'light' } }),
] as const

const { timeRange } = viewProps()
const LOOKS = THEMES.map((theme) => levelLooks({ defaults: {}, overrides: [] }, theme))

// A legend is measured, and nothing has a size here.
const options = { legend: { ...DEFAULT_OPTIONS.legend, showLegend: false } }

const view = ({ size = 0, data = 0, theme = 0 }) => {
  const shown = THEMES[theme] ?? THEMES[0]
  // A little wider, so that the buckets stay the same; or just higher.
  const [width, height] = [
    [900, 500],
    [903, 500],
    [900, 440],
    [500, 300],
  ][size] ?? [900, 500]
  const looks = LOOKS[theme]!
  return (
    <ThemeContext.Provider value={shown}>
      <TimelineView
        {...viewProps({
          options,
          model: MODELS[data]!,
          looks,
          timeRange,
          width: width!,
          height: height!,
        })}
      />
    </ThemeContext.Provider>
  )
}

/** Bars of the last time that the chart was drawn, and the labels of its axes. */
const picture = async () => {
  await act(async () => {})
  return drawn.fills.slice(-LEVELS_DRAWN)
}

describe('after a change', () => {
  test.each(
    [0, 1, 2, 3].flatMap((size) =>
      [0, 1].flatMap((data) => [0, 1].map((theme) => ({ size, data, theme }))),
    ),
  )('the chart is the one that is asked for: %o', async (after) => {
    render(view(after))
    const wanted = await picture()
    expect(wanted.some(({ rects }) => rects.length > 0)).toBe(true)
    cleanup()
    const { rerender } = render(view({}))
    await picture()
    rerender(view(after))
    expect(await picture()).toEqual(wanted)
  })

  test('annotations are those that are there now, in the chart that is there', async () => {
    const at = (time: number, timeEnd: number) =>
      toDataFrame({
        fields: [
          { name: 'time', type: FieldType.time, values: [time] },
          { name: 'timeEnd', type: FieldType.time, values: [timeEnd] },
        ],
      })
    const props = viewProps({ options })
    const { rerender } = render(
      <TimelineView {...props} annotations={[at(START, START + 3_600_000)]} />,
    )
    await picture()
    const [before] = drawn.boxes.slice(-1)
    rerender(<TimelineView {...props} annotations={[at(START, END)]} />)
    await picture()
    const [after] = drawn.boxes.slice(-1)
    expect(after?.[2]).toBeCloseTo(6 * (before?.[2] ?? 0))
  })
})

describe('ticks of counts', () => {
  test.each([
    [1_500, 500, '1,500'],
    [2_000, 1_000, '2k'],
    [500_000, 500_000, '500k'],
    [3_000_000, 1_000_000, '3M'],
    [0, 1_000, '0'],
  ])('%i with a step of %i is %s', (value, step, text) => {
    expect(countTick(value, step)).toBe(text)
  })

  test('differ from each other and have no decimals', () => {
    const axis = fc.record({ step: fc.constantFrom(...COUNT_STEPS), ticks: fc.nat(40) })
    fc.assert(
      fc.property(axis, ({ step, ticks }) => {
        const texts = Array.from({ length: ticks + 1 }, (_, i) => countTick(i * step, step))
        expect(new Set(texts).size).toBe(texts.length)
        expect(texts.every((text) => /^[\d,]+[kMG]?$/.test(text))).toBe(true)
      }),
    )
  })

  test('steps rise', () => {
    expect(COUNT_STEPS).toEqual(COUNT_STEPS.toSorted((a, b) => a - b))
  })
})
