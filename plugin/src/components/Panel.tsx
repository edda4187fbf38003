import type { PanelProps } from '@grafana/data'
import type { Options } from '../types'

export function Panel({ options, data }: PanelProps<Options>) {
  return (
    <p data-testid="picket-panel">
      {options.view} {data.series.length}
    </p>
  )
}
