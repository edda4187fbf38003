import { createTheme, dateTime, EventBusSrv } from '@grafana/data'
import { vi } from 'vitest'
import { levelLooks } from '../../src/components/parts/useLooks'
import type { ViewProps } from '../../src/components/view'
import type { Model } from '../../src/data/model'
import { DEFAULT_OPTIONS } from '../../src/options'
import { END, START } from './models'

/** What a view gets, with actions that remember their calls: a click filters, and all evidence has an address. */
export function viewProps(model: Model, part: Partial<ViewProps> = {}): ViewProps {
  const fieldConfig = { defaults: {}, overrides: [] }
  return {
    model,
    options: DEFAULT_OPTIONS,
    fieldConfig,
    looks: levelLooks(fieldConfig, createTheme()),
    actions: {
      canFilter: () => true,
      filter: vi.fn(),
      explore: (evidence) => evidence && `/explore?left=${encodeURIComponent(evidence.query)}`,
      links: () => [],
      zoom: vi.fn(),
      setOptions: vi.fn(),
    },
    width: 900,
    height: 500,
    timeRange: {
      from: dateTime(START),
      to: dateTime(END),
      raw: { from: dateTime(START), to: dateTime(END) },
    },
    timeZone: 'utc',
    annotations: [],
    eventBus: new EventBusSrv(),
    ...part,
  }
}
