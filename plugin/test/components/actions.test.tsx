import { FieldType, LoadingState, createDataFrame, dateTime, type PanelData } from '@grafana/data'
import { locationService, setDataSourceSrv } from '@grafana/runtime'
import { PanelContextProvider } from '@grafana/ui'
import { renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { useActions } from '../../src/components/useActions'
import { DEFAULT_OPTIONS } from '../../src/options'
import type { Options } from '../../src/types'

const evidence = { query: '{job="fw"} |= "SRC=203.0.113.9 "', from: 1000.5, to: 2000.2 }

function dataOf(series: PanelData['series'] = []): PanelData {
  const range = { from: dateTime(0), to: dateTime(1) }
  return { state: LoadingState.Done, series, timeRange: { ...range, raw: range } }
}

function actionsWith({
  options = {},
  context = {},
  data = dataOf(),
  onChangeTimeRange = vi.fn(),
}: {
  options?: Partial<Options>
  context?: object
  data?: PanelData
  onChangeTimeRange?: () => void
} = {}) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <PanelContextProvider value={context as never}>{children}</PanelContextProvider>
  )
  const props = {
    data,
    options: { ...DEFAULT_OPTIONS, ...options },
    onOptionsChange: vi.fn(),
    onChangeTimeRange,
    replaceVariables: (text: string) => text.replace('$ds', 'from-variable'),
  }
  return renderHook(() => useActions(props, () => []), { wrapper }).result.current
}

const sources = (...uids: string[]) =>
  setDataSourceSrv({ getList: () => uids.map((uid) => ({ uid, name: uid })) } as never)

/** What an address of Explore asks for. */
function paneOf(url: string | undefined) {
  const panes = new URL(url ?? '', 'http://grafana').searchParams.get('panes')
  return (JSON.parse(panes ?? '{}') as { picket: Record<string, unknown> }).picket
}

afterEach(() => setDataSourceSrv(undefined as never))

describe('evidence', () => {
  test('opens Explore with the query and a range that holds every line', () => {
    const pane = paneOf(actionsWith().explore({ ...evidence, datasource: 'loki-1' }))
    expect(pane).toMatchObject({
      datasource: 'loki-1',
      range: { from: '1000', to: '2001' },
      queries: [{ expr: evidence.query, datasource: { type: 'loki', uid: 'loki-1' } }],
    })
  })

  test('is looked for in the data source of the options, variables put in', () => {
    const { explore } = actionsWith({
      options: { evidence: { datasource: '$ds', selector: '' } },
    })
    expect(paneOf(explore({ ...evidence, datasource: 'loki-1' }))['datasource']).toBe(
      'from-variable',
    )
  })

  test('is looked for in the only Loki there is', () => {
    sources('the-one')
    expect(paneOf(actionsWith().explore(evidence))['datasource']).toBe('the-one')
  })

  test('has no address where there is no Loki, several, or no evidence', () => {
    expect(actionsWith().explore(evidence)).toBeUndefined()
    sources('a', 'b')
    expect(actionsWith().explore(evidence)).toBeUndefined()
    expect(actionsWith().explore(undefined)).toBeUndefined()
  })
})

describe('a click', () => {
  test.each(['source', '$source', '${source}'])('sets the variable written as %s', (name) => {
    const set = vi.spyOn(locationService, 'partial').mockImplementation(() => {})
    const actions = actionsWith({ options: { filter: { sourceVariable: name, portVariable: '' } } })
    expect(actions.canFilter('source')).toBe(true)
    expect(actions.canFilter('port')).toBe(false)
    actions.filter('source', '203.0.113.9')
    expect(set).toHaveBeenCalledWith({ 'var-source': '203.0.113.9' }, true)
    set.mockRestore()
  })

  test('adds an ad-hoc filter where no variable is named and the dashboard takes one', () => {
    const onAddAdHocFilter = vi.fn()
    const actions = actionsWith({ context: { onAddAdHocFilter } })
    expect(actions.canFilter('port')).toBe(true)
    actions.filter('port', '22')
    expect(onAddAdHocFilter).toHaveBeenCalledWith({ key: 'port', value: '22', operator: '=' })
  })

  test('does nothing where there is neither', () => {
    expect(actionsWith().canFilter('source')).toBe(false)
  })

  test('on a range of time sets whole milliseconds around it', () => {
    const onChangeTimeRange = vi.fn()
    actionsWith({ onChangeTimeRange }).zoom(10.7, 20.1)
    expect(onChangeTimeRange).toHaveBeenCalledWith({ from: 10, to: 21 })
  })
})

describe('data links', () => {
  test('come from every field of the row, each once', () => {
    const frame = createDataFrame({
      fields: [
        {
          name: 'source',
          type: FieldType.string,
          values: ['a', 'b'],
          config: { links: [{ title: 'Whois', url: 'x' }] },
        },
        {
          name: 'port',
          type: FieldType.number,
          values: [1, 2],
          config: { links: [{ title: 'Whois', url: 'x' }] },
        },
        { name: 'other', type: FieldType.number, values: [1, 2] },
      ],
    })
    for (const field of frame.fields)
      field.getLinks = ({ valueRowIndex }) =>
        [{ title: 'Whois', href: `/row/${valueRowIndex ?? ''}` }] as never
    const { links } = actionsWith({ data: dataOf([frame]) })
    expect(links({ frame: 0, row: 1 }).map(({ href }) => href)).toEqual(['/row/1'])
    expect(links(undefined)).toEqual([])
    expect(links({ frame: 7, row: 0 })).toEqual([])
  })
})
