import { createDataFrame, dateTime, LoadingState, type PanelData } from '@grafana/data'
import { act, render, renderHook } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { describe, expect, test, vi } from 'vitest'
import { useModel } from '../../src/components/useModel'
import { useSteps } from '../../src/components/useSteps'
import { prepareModel, readingSteps } from '../../src/data/prepare'
import type { Steps } from '../../src/data/steps'
import { DEFAULT_OPTIONS } from '../../src/options'
import { eventsFrame } from '../helpers/frames'
import { END, START } from '../helpers/models'
import { detectionEvents } from '../helpers/traffic-frames'

const range = { from: dateTime(START), to: dateTime(END) }
const timeRange = { ...range, raw: range }

/** Events of so many sources, as a panel gets them. */
function dataOf(count: number, seed = 7): PanelData {
  const frame = createDataFrame(eventsFrame(detectionEvents(count, seed)) as never)
  return { state: LoadingState.Done, series: [frame], timeRange }
}

const sourcesOf = (data: PanelData): string[] =>
  prepareModel({
    frames: data.series,
    options: DEFAULT_OPTIONS,
    timeRange: { from: START, to: END },
  }).attackers.map(({ source }) => source)

const show = (initialProps: PanelData) =>
  renderHook((data) => useModel(data, DEFAULT_OPTIONS, timeRange), { initialProps })

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !isSo(); turn++)
    await act(() => new Promise((resolve) => setTimeout(resolve, 0)))
  expect(isSo()).toBe(true)
}

test.each([false, true])(
  'a fault of the work reaches the panel’s error view, long: %s',
  async (isLong) => {
    class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
      override state: { error?: Error } = {}
      static getDerivedStateFromError = (error: Error) => ({ error })
      override render() {
        return this.state.error === undefined ? this.props.children : this.state.error.message
      }
    }
    const job = {
      isLong,
      *make(): Steps<string> {
        yield
        throw new Error('a fault of ours')
      },
    }
    const Shown = () => useSteps(job).value ?? 'working'
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { container } = render(
      <Boundary>
        <Shown />
      </Boundary>,
    )
    await until(() => container.textContent === 'a fault of ours')
    log.mockRestore()
  },
)

describe('the model of a panel', () => {
  test('is there at once where there is little to read', () => {
    const data = dataOf(100)
    const { result } = show(data)
    expect(result.current.state).toBe('ready')
    expect(result.current.model.attackers.map(({ source }) => source)).toEqual(sourcesOf(data))
  })

  test('comes in turns with the page where there is much, and is the same', async () => {
    const data = dataOf(3000)
    const { result } = show(data)
    expect(result.current).toMatchObject({ state: 'working', model: { attackers: [] } })
    await until(() => result.current.state === 'ready')
    expect(result.current.model.attackers.map(({ source }) => source)).toEqual(sourcesOf(data))
  })

  test('stays the last one until the next is ready; one that is overtaken is never shown', async () => {
    const first = dataOf(50)
    const overtaken = dataOf(2500, 8)
    const last = dataOf(2000, 9)
    const { result, rerender } = show(first)
    const shown = result.current.model
    rerender(overtaken)
    expect(result.current).toMatchObject({ state: 'working' })
    expect(result.current.model).toBe(shown)
    rerender(last)
    const seen = new Set<number>()
    await until(() => {
      seen.add(result.current.model.attackers.length)
      return result.current.state === 'ready'
    })
    expect([...seen]).toEqual([50, 2000])
    expect(result.current.model.attackers.map(({ source }) => source)).toEqual(sourcesOf(last))
  })

  test('what is little after much is there at once, and stays', async () => {
    const { result, rerender } = show(dataOf(3000))
    rerender(dataOf(10))
    expect(result.current).toMatchObject({ state: 'ready' })
    expect(result.current.model.attackers).toHaveLength(10)
    await act(() => new Promise((resolve) => setTimeout(resolve, 200)))
    expect(result.current.model.attackers).toHaveLength(10)
  })

  test('reading stops for the page at least every 64 rows', () => {
    const steps = readingSteps({
      frames: dataOf(6400).series,
      options: DEFAULT_OPTIONS,
      timeRange: { from: START, to: END },
    })
    let turns = 0
    while (steps.next().done !== true) turns++
    // Each event is looked at twice: when it is read, and when its source is.
    expect(turns).toBeGreaterThanOrEqual((2 * 6400) / 64)
  })
})
