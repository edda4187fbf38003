import { describe, expect, test, vi } from 'vitest'
import { findQueryRunner, setQuery } from '../../src/query/query-runner'

const runner = () => ({ state: { queries: [] }, setState: vi.fn(), runQueries: vi.fn() })

/** As Grafana wraps a scene object, so that nobody serializes it by accident. */
const wrapped = (value: object) => ({
  valueOf: () => value,
  toString: () => '',
  toJSON: () => null,
})

const requestWith = (value: unknown) => ({ scopedVars: { __sceneObject: { value } } }) as never

describe('the object that runs a panel’s queries', () => {
  test('is the one that made the request', () => {
    const own = runner()
    expect(findQueryRunner(requestWith(wrapped(own)), 1, {})).toBe(own)
  })

  test('is found through the dashboard, below a transformer too', () => {
    const own = runner()
    const other = runner()
    const dashboard = {
      state: {
        body: {
          getVizPanels: () => [
            { state: { key: 'panel-1', $data: other } },
            { state: { key: 'panel-2', $data: { state: { $data: own } } } },
          ],
        },
      },
    }
    expect(findQueryRunner(undefined, 2, { __grafanaSceneContext: dashboard })).toBe(own)
    expect(findQueryRunner(undefined, 1, { __grafanaSceneContext: dashboard })).toBe(other)
    expect(findQueryRunner(undefined, 3, { __grafanaSceneContext: dashboard })).toBeUndefined()
  })

  test.each([
    ['nothing', undefined],
    ['a text', 'runner'],
    ['an object of another kind', wrapped({ state: { queries: 'none' } })],
    ['one that cannot run', wrapped({ state: { queries: [] }, setState() {} })],
  ])('is not taken for %s', (_what, value) => {
    expect(findQueryRunner(requestWith(value), 1, {})).toBeUndefined()
    expect(findQueryRunner(undefined, 1, { __grafanaSceneContext: value })).toBeUndefined()
  })

  test('gets one query in place of all, and runs it', () => {
    const own = runner()
    setQuery(own, { type: 'loki', uid: 'l1' }, { expr: '{job="picket"}' })
    const datasource = { type: 'loki', uid: 'l1' }
    expect(own.setState).toHaveBeenCalledWith({
      datasource,
      queries: [{ refId: 'A', datasource, expr: '{job="picket"}' }],
    })
    expect(own.runQueries).toHaveBeenCalledOnce()
  })
})
