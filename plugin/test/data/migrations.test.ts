import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changedPanel, migrateOptions, readOptions } from '../../src/migrations'
import { DEFAULT_OPTIONS } from '../../src/options'

const migrate = (options: unknown) => migrateOptions({ id: 1, type: 'x', options } as never)

describe('saved options', () => {
  test('of today stay as they are', () => {
    const options = { ...DEFAULT_OPTIONS, view: 'map', minLevel: 3, map: { columns: 'port' } }
    expect(migrate(options)).toEqual(options)
  })

  test('that are missing get their defaults, level by level', () => {
    expect(migrate({ view: 'ports', detection: { homeNet: '192.0.2.0/24' } })).toEqual({
      ...DEFAULT_OPTIONS,
      view: 'ports',
      detection: { ...DEFAULT_OPTIONS.detection, homeNet: '192.0.2.0/24' },
    })
    expect(migrate(undefined)).toEqual(DEFAULT_OPTIONS)
  })

  test.each([
    ['an unknown view', { view: 'pie' }],
    ['an unknown input', { input: 'pcap' }],
    ['a profile that does not exist', { detection: { profile: 'snort' } }],
    ['a group that is none', { detection: 7, map: null, attackers: [] }],
    ['a level as text', { minLevel: 'high' }],
    ['columns that do not exist', { attackers: { columns: ['colour'] } }],
    ['no column', { attackers: { columns: [] } }],
    ['keys that nobody knows', { secret: true, detection: { secret: true } }],
  ])('%s falls back to the default', (_what, options) => {
    expect(migrate(options)).toEqual(DEFAULT_OPTIONS)
  })

  test('beyond the levels are brought to the nearest one', () => {
    expect(readOptions({ minLevel: 9 }).minLevel).toBe(5)
    expect(readOptions({ minLevel: -1 }).minLevel).toBe(0)
  })

  test('keep what else Grafana stores with legend and tooltip', () => {
    const { legend, tooltip } = readOptions({
      legend: { showLegend: false, width: 200 },
      tooltip: { maxHeight: 300 },
    })
    expect(legend).toEqual({ ...DEFAULT_OPTIONS.legend, showLegend: false, width: 200 })
    expect(tooltip).toEqual({ ...DEFAULT_OPTIONS.tooltip, maxHeight: 300 })
  })

  test('of any shape are read without an error, and reading twice changes nothing', () => {
    fc.assert(
      fc.property(fc.anything(), (saved) => {
        const once = readOptions(saved)
        expect(readOptions(structuredClone(once))).toEqual(once)
      }),
    )
  })
})

describe('a panel that was of another kind', () => {
  const from = (before: string, options: object) =>
    changedPanel({} as never, before, options, { defaults: {}, overrides: [] })

  test.each([
    ['table', 'attackers'],
    ['timeseries', 'timeline'],
    ['heatmap', 'ports'],
  ])('%s becomes the view %s', (before, view) => {
    expect(from(before, {})).toMatchObject({ view })
  })

  test('keeps its legend', () => {
    expect(from('timeseries', { legend: { showLegend: false } })).toMatchObject({
      legend: { showLegend: false },
    })
  })

  test('that has no like gets the default view', () => {
    expect(from('gauge', {})).not.toHaveProperty('view')
  })
})
