import type { PanelData, TimeRange } from '@grafana/data'
import { useMemo } from 'react'
import type { Model } from '../data/model'
import { modelOf, readFrames } from '../data/prepare'
import type { Options } from '../types'

export interface ModelState {
  readonly model: Model
  /** `working`: raw lines are being read, and the model is the last one or of the first lines. */
  readonly state: 'ready' | 'working'
  /** 0 to 1, while working. */
  readonly progress?: number
}

/** The model of the panel's data. */
export function useModel(data: PanelData, options: Options, _timeRange: TimeRange): ModelState {
  const { series, request } = data
  const { input, minLevel } = options
  const targets = request?.targets
  const reading = useMemo(
    () => readFrames({ frames: series, targets, options: { input, minLevel } }),
    // Targets are new objects at each refresh of the data.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [series, input],
  )
  const model = useMemo(() => modelOf(reading, undefined, minLevel), [reading, minLevel])
  return { model, state: 'ready' }
}
