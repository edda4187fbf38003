import { createTheme, dateTime, EventBusSrv } from '@grafana/data'
import { vi } from 'vitest'
import { levelLooks } from '../../src/components/parts/useLooks'
import type { ViewActions, ViewProps } from '../../src/components/view'
import { DEFAULT_OPTIONS } from '../../src/options'
import type { Options } from '../../src/types'
import { END, fakeModel, START } from './models'

const NO_CONFIG = { defaults: {}, overrides: [] }

/** Actions that remember their calls: a click filters, and all evidence has an address. */
export function fakeActions(more: Partial<ViewActions> = {}): ViewActions {
  return {
    canFilter: vi.fn(() => true),
    calls: vi.fn(() => []),
    filter: vi.fn(),
    explore: vi.fn((evidence) =>
      evidence ? `/explore?q=${encodeURIComponent(evidence.query)}` : undefined,
    ),
    links: vi.fn(() => []),
    zoom: vi.fn(),
    setOptions: vi.fn(),
    ...more,
  }
}

/** What a view gets, over the six hours of `fakeModel`. */
export function viewProps(
  more: Partial<Omit<ViewProps, 'options'>> & { options?: Partial<Options> } = {},
): ViewProps {
  const theme = createTheme({ colors: { mode: 'dark' } })
  const from = dateTime(START)
  const to = dateTime(END)
  return {
    model: fakeModel(24),
    fieldConfig: NO_CONFIG,
    looks: levelLooks(NO_CONFIG, theme),
    actions: fakeActions(),
    width: 900,
    height: 500,
    timeRange: { from, to, raw: { from, to } },
    timeZone: 'utc',
    eventBus: new EventBusSrv(),
    annotations: [],
    ...more,
    options: { ...DEFAULT_OPTIONS, ...more.options },
  }
}
