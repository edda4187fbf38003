import { LoadingState, createDataFrame, dateTime, type PanelData } from '@grafana/data'
import { setDataSourceSrv } from '@grafana/runtime'
import { fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { NoData } from '../../src/components/NoData'
import { StatusLine } from '../../src/components/StatusLine'
import { EMPTY_MODEL, type Model, type Problem } from '../../src/data/model'

// Grafana puts its own view in its place at start.
vi.mock('@grafana/runtime', async (original) => ({
  ...(await original<object>()),
  PanelDataErrorView: ({ message }: { message?: string }) => <p>{message}</p>,
}))

const range = { from: dateTime(0), to: dateTime(3_600_000) }
const dataOf = (part: Partial<PanelData> = {}): PanelData => ({
  state: LoadingState.Done,
  series: [],
  timeRange: { ...range, raw: range },
  ...part,
})

const show = (data: PanelData, problems: Problem[] = [], width = 600, height = 400) =>
  render(
    <NoData
      panelId={1}
      data={data}
      fieldConfig={{ defaults: {}, overrides: [] }}
      problems={problems}
      width={width}
      height={height}
    />,
  )

beforeEach(() => {
  setDataSourceSrv({
    getList: ({ type }: { type: string }) =>
      type === 'loki' ? [{ uid: 'l0' }, { uid: 'l1', isDefault: true }] : [],
  } as never)
})
afterEach(() => setDataSourceSrv(undefined as never))

describe('without data', () => {
  test('says so, and offers queries that a click makes the panel’s', () => {
    const runner = { state: { queries: [] }, setState: vi.fn(), runQueries: vi.fn() }
    const request = {
      targets: [],
      scopedVars: { __sceneObject: { value: { valueOf: () => runner } } },
    }
    show(dataOf({ request: request as never }))
    expect(screen.getByText('No lines in this time range')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Query detections' }))
    expect(runner.setState).toHaveBeenCalledWith(
      expect.objectContaining({ datasource: { type: 'loki', uid: 'l1' } }),
    )
    expect(runner.runQueries).toHaveBeenCalledOnce()
  })

  test('offers the query in Explore where a panel’s query cannot be set', () => {
    show(dataOf())
    const link = screen.getByRole('link', { name: /Query firewall lines/ })
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toContain('PROTO=')
  })

  test('offers a query to copy where no data source is known', () => {
    setDataSourceSrv({ getList: () => [] } as never)
    show(dataOf())
    expect(screen.getByRole('button', { name: /Copy a query/ })).toBeTruthy()
  })

  test.each([
    ['the query failed', dataOf({ errors: [{ message: 'timeout' }] }), [], 'The query failed'],
    [
      'the rows are of something else',
      dataOf({ series: [createDataFrame({ fields: [{ name: 'x', values: [1] }] })] }),
      [],
      'No firewall lines, detections or metrics of Picket in this data',
    ],
    [
      'the rows cannot be read',
      dataOf({ series: [createDataFrame({ fields: [{ name: 'x', values: [1] }] })] }),
      [{ code: 'unequal-lengths', where: 'A', detail: '<b>x</b>', count: 1 }] as Problem[],
      'This data cannot be read',
    ],
  ])('tells that %s', (_what, data, problems, text) => {
    show(data, problems)
    expect(screen.getByText(text)).toBeTruthy()
  })

  test('shows an attacker’s text as text', () => {
    const { container } = show(
      dataOf({ series: [createDataFrame({ fields: [{ name: 'x', values: [1] }] })] }),
      [{ code: 'not-understood', where: 'A', detail: '<img src=x onerror=alert(1)>', count: 3 }],
    )
    expect(container.querySelector('img')).toBeNull()
    expect(container.textContent).toContain('<img src=x')
  })

  test('says only the words where there is no room', () => {
    show(dataOf(), [], 200, 100)
    expect(screen.getByText('No lines in this time range')).toBeTruthy()
    expect(screen.queryByRole('button')).toBeNull()
  })

  test('is calm while loading', () => {
    show(dataOf({ state: LoadingState.Loading }))
    expect(screen.getByRole('status', { name: 'Loading' }).textContent).toBe('')
  })
})

describe('the status line', () => {
  const line = (model: Partial<Model>, progress?: number) =>
    render(<StatusLine model={{ ...EMPTY_MODEL, ...model }} progress={progress} />).container
      .textContent

  test('names what is read', () => {
    expect(line({ inputs: ['detections', 'metrics'] })).toBe(
      'Detections of Picket + Metrics of Picket',
    )
  })

  test('counts lines that are judged in the panel, and says that it works', () => {
    expect(
      line({ inputs: ['lines'], lines: { read: 1200, packets: 1100, malformed: 0 } }, 0.4),
    ).toBe('Raw lines, detected here: 1,100 packets in 1,200 lines, judging lines, 40 %')
  })

  test('warns of a limit and of problems', () => {
    const text = line({
      inputs: ['lines'],
      limit: 5000,
      problems: [{ code: 'bad-event', where: 'A', detail: 'x', count: 2 }],
    })
    expect(text).toContain('newest 5,000 lines only')
    expect(text).toContain('1 problem')
  })
})
