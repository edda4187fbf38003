import {
  ActionType,
  HttpRequestMethod,
  type Action,
  type DataFrame,
  type ScopedVars,
} from '@grafana/data'
import { setAppEvents, setBackendSrv } from '@grafana/runtime'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { of, throwError } from 'rxjs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { fieldActions } from '../../src/components/fieldActions'
import { useFieldActions } from '../../src/components/useFieldActions'
import { field, frame } from '../helpers/frames'

const BLOCK: Action = {
  type: ActionType.Fetch,
  title: 'Block ${__data.fields.source}',
  confirmation: 'Block it for a day?',
  fetch: {
    method: HttpRequestMethod.POST,
    url: 'https://fw.example/block',
    queryParams: [['why', '${reason}']],
    headers: [['X-Who', 'picket']],
    body: '{"source":"${__data.fields.source}"}',
  },
  variables: [{ key: 'reason', name: 'Reason', type: 'string' as never }],
}

const seriesWith = (...actions: Action[]): DataFrame[] => [
  frame('A', [
    field('source', 'string', ['203.0.113.1', '203.0.113.2'], { config: { actions } }),
    field('level', 'number', [1, 2], { config: { actions } }),
  ]),
]

/** As Grafana's, as far as these texts go. */
const replace = (text: string | undefined, scoped: ScopedVars = {}) =>
  (text ?? '').replaceAll(/\$\{([\w.]+)\}/g, (whole, name: string) => {
    const context = scoped['__dataContext']?.value as
      { frame: DataFrame; rowIndex: number } | undefined
    const column = /^__data\.fields\.(\w+)$/.exec(name)?.[1]
    if (column === undefined) return String(scoped[name]?.value ?? whole)
    const values = context?.frame.fields.find((one) => one.name === column)?.values
    return String(values?.[context?.rowIndex ?? 0])
  })

describe('actions of fields', () => {
  test('have the values of their row, and stand there once though every field has them', () => {
    const [action, ...others] = fieldActions(seriesWith(BLOCK), { frame: 0, row: 1 }, replace)
    expect(others).toEqual([])
    expect(action?.title).toBe('Block 203.0.113.2')
    expect(action?.request({ reason: 'a & b' })).toEqual({
      url: 'https://fw.example/block?why=a+%26+b',
      method: 'POST',
      headers: { 'X-Grafana-Action': '1', 'X-Who': 'picket' },
      data: '{"source":"203.0.113.2"}',
      showErrorAlert: false,
    })
  })

  test.each([
    'javascript:alert(1)',
    '//evil.example/x',
    'data:text/html,x',
    'file:///etc/passwd',
    '',
  ])('send nothing to %j', (url) => {
    const action = { ...BLOCK, fetch: { method: HttpRequestMethod.GET, url } }
    const [found] = fieldActions(seriesWith(action), { frame: 0, row: 0 }, replace)
    expect(found?.request({})).toBeUndefined()
  })

  test('may go to a path of this Grafana', () => {
    const fetch = { method: HttpRequestMethod.GET, url: '/api/x?a=1', body: 'not sent' }
    const [found] = fieldActions(seriesWith({ ...BLOCK, fetch }), { frame: 0, row: 0 }, replace)
    expect(found?.request({})).toMatchObject({ url: '/api/x?a=1' })
    expect(found?.request({})).not.toHaveProperty('data')
  })

  test('there are none of a row that is not there, and none of kinds that only Grafana can ask', () => {
    const infinity = { ...BLOCK, type: ActionType.Infinity }
    expect(fieldActions(seriesWith(infinity), { frame: 0, row: 0 }, replace)).toEqual([])
    expect(fieldActions(seriesWith(BLOCK), undefined, replace)).toEqual([])
    expect(fieldActions(seriesWith(BLOCK), { frame: 7, row: 0 }, replace)).toEqual([])
  })
})

describe('an action that is run', () => {
  const fetch = vi.fn()
  const publish = vi.fn()
  beforeEach(() => {
    fetch.mockReset()
    publish.mockReset()
    setBackendSrv({ fetch } as never)
    setAppEvents({ publish } as never)
  })

  function Shown() {
    const { of: actionsOf, dialog } = useFieldActions(SERIES, replace)
    const [action] = actionsOf({ frame: 0, row: 0 })
    return (
      <>
        <button onClick={() => action?.run()}>{action?.title}</button>
        {dialog}
      </>
    )
  }
  const SERIES = seriesWith(BLOCK)

  const confirm = async (): Promise<void> => {
    fireEvent.click(screen.getByRole('button', { name: 'Block 203.0.113.1' }))
    expect(screen.getByText(/Block it for a day\?/)).toBeTruthy()
    expect(fetch).not.toHaveBeenCalled()
    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'scan' } })
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Confirm' }))
    })
  }

  test('asks first, sends what was answered, and says that it is done', async () => {
    fetch.mockReturnValue(of({ data: {} }))
    render(<Shown />)
    await confirm()
    expect(fetch).toHaveBeenCalledOnce()
    expect(fetch.mock.calls[0]?.[0]).toMatchObject({ url: 'https://fw.example/block?why=scan' })
    expect(publish).toHaveBeenCalledWith({
      type: 'alert-success',
      payload: ['Block 203.0.113.1: done', ''],
    })
  })

  test('says when it failed, and why', async () => {
    fetch.mockReturnValue(throwError(() => ({ status: 502, statusText: 'Bad Gateway' })))
    render(<Shown />)
    await confirm()
    expect(publish).toHaveBeenCalledWith({
      type: 'alert-error',
      payload: ['Block 203.0.113.1: it failed', '502 Bad Gateway'],
    })
  })
})
