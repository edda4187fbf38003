import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { SortOrder, TooltipDisplayMode } from '@grafana/schema'
import axe from 'axe-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { LevelLegend } from '../../../src/components/timeline/LevelLegend'
import { LevelTooltip } from '../../../src/components/timeline/LevelTooltip'
import {
  bucketRows,
  levelAt,
  stackData,
  windowOf,
} from '../../../src/components/timeline/levelStack'
import { TimelineView } from '../../../src/components/timeline/TimelineView'
import { bucketLevels, timeGrid } from '../../../src/data/buckets'
import { EMPTY_MODEL, type Level } from '../../../src/data/model'
import { DEFAULT_OPTIONS } from '../../../src/options'
import { modelOf } from '../../helpers/activity'
import { stubCanvas } from '../../helpers/canvas'
import { START } from '../../helpers/models'
import { viewProps } from '../../helpers/view'

const NONE: ReadonlySet<Level> = new Set()
/** Two sources at level 1, one at 3, in one second. */
const buckets = bucketLevels(
  modelOf(
    [1, 1, 3],
    [0, 1, 2].map((source) => ({ time: START, source })),
  ),
  timeGrid(START, START + 2_000, 2),
  'sources',
)

describe('the stack', () => {
  test('each level stands on those below it', () => {
    const [, five, , three, two, one] = stackData(buckets, NONE, START, START + 2_000)
    expect([one, two, three, five].map((column) => column?.[0])).toEqual([2, 2, 3, 3])
  })

  test('a hidden level leaves no hole', () => {
    const [, , , three, , one] = stackData(buckets, new Set<Level>([1]), START, START + 2_000)
    expect([one?.[0], three?.[0]]).toEqual([0, 1])
  })

  test('the window is the range of the panel, not of the data', () => {
    expect(windowOf(stackData(buckets, NONE, START - 500, START + 900))).toEqual([
      START - 500,
      START + 900,
    ])
  })

  test.each([
    [0.5, 1],
    [2, 1],
    [2.5, 3],
    [9, 3],
  ])('%d on the axis is level %i', (value, level) => {
    expect(levelAt(buckets, NONE, 0, value)).toBe(level)
  })

  test('rows are by level, or by count as the option says', () => {
    expect(bucketRows(buckets, NONE, START, 'none').map(({ level }) => level)).toEqual([
      5, 4, 3, 2, 1,
    ])
    expect(bucketRows(buckets, NONE, START, 'desc').slice(0, 2)).toEqual([
      { level: 1, count: 2 },
      { level: 3, count: 1 },
    ])
    expect(bucketRows(buckets, NONE, START - 1, 'none')).toEqual([])
  })
})

describe('the tooltip', () => {
  const props = {
    buckets,
    hidden: NONE,
    looks: viewProps().looks,
    timeZone: 'utc',
    time: START,
    value: 2.5,
  }

  test('has every level with its digit and text', () => {
    const options = { mode: TooltipDisplayMode.Multi, sort: SortOrder.None }
    render(<LevelTooltip {...props} options={options} />)
    expect(screen.getByText('2026-01-10 06:00:00 – 06:00:01')).toBeDefined()
    expect(screen.getByText('5 critical')).toBeDefined()
    expect(screen.getByText('1 seen')).toBeDefined()
  })

  test('in single mode only the one under the pointer', () => {
    const options = { mode: TooltipDisplayMode.Single, sort: SortOrder.None }
    render(<LevelTooltip {...props} options={options} />)
    expect(screen.getByText('3 medium')).toBeDefined()
    expect(screen.queryByText('1 seen')).toBeNull()
  })
})

test('the legend toggles levels and shows the chosen calculations', async () => {
  const toggled: Level[] = []
  const legend = { ...DEFAULT_OPTIONS.legend, calcs: ['max', 'nonsense'] }
  render(
    <LevelLegend
      buckets={buckets}
      looks={viewProps().looks}
      hidden={NONE}
      options={legend}
      onToggle={(level) => toggled.push(level)}
    />,
  )
  expect(screen.getAllByText(/Max/)).toHaveLength(5)
  await userEvent.click(screen.getByRole('button', { name: '3 medium', pressed: true }))
  expect(toggled).toEqual([3])
})

describe('the view', () => {
  beforeEach(() => {
    stubCanvas()
  })

  test.each(['sources', 'detections'] as const)('says calmly that there are no %s', (count) => {
    render(
      <TimelineView {...viewProps({ model: EMPTY_MODEL, options: { timeline: { count } } })} />,
    )
    expect(screen.getByText(/^No (activity|detections) in this time range$/)).toBeDefined()
  })

  test('has its numbers in a table too, and no accessibility findings', async () => {
    const { container } = render(<TimelineView {...viewProps()} />)
    const table = screen.getByRole('table', {
      name: 'Most active sources at once, by danger level',
    })
    expect(within(table).getByText('5 critical')).toBeDefined()
    const rules = { 'color-contrast': { enabled: false } }
    const { violations } = await axe.run(container, { rules })
    expect(violations.map(({ id }) => id)).toEqual([])
  })
})
