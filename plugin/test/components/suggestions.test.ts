import { createDataFrame, FieldType, getPanelDataSummary } from '@grafana/data'
import { describe, expect, test } from 'vitest'
import { suggest } from '../../src/suggestions'
import { detectionEvents, detectionFrames } from '../helpers/traffic-frames'

const viewsFor = (frames: readonly object[]) =>
  suggest(getPanelDataSummary(frames.map((frame) => createDataFrame(frame as never))))?.map(
    ({ options }) => options?.view,
  )

describe('suggestions', () => {
  test('offer views for detections, the overview first', () => {
    expect(viewsFor(detectionFrames(detectionEvents(3)))).toEqual([
      'overview',
      'attackers',
      'ports',
    ])
  })

  test('offer nothing for other data, and nothing for none', () => {
    expect(viewsFor([])).toBeUndefined()
    const other = { fields: [{ name: 'value', type: FieldType.number, values: [1, 2] }] }
    expect(viewsFor([other])).toBeUndefined()
  })
})
