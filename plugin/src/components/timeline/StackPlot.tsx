import { UPlotChart, type UPlotConfigBuilder } from '@grafana/ui'
import { useEffect, useRef, type ReactNode } from 'react'
import type uPlot from 'uplot'
import type { StackData } from './levelStack'

interface StackPlotProps {
  readonly config: UPlotConfigBuilder
  readonly data: StackData
  readonly width: number
  readonly height: number
  /** uPlot plugins. */
  readonly children: ReactNode
}

/**
 * A uPlot chart that shows what it is given, whatever changed. `UPlotChart` takes over a new size, or else a new
 * configuration, or else new data: what comes together with a new size is left out, and stays so until the next change.
 */
export function StackPlot({ config, data, width, height, children }: StackPlotProps) {
  const plot = useRef<uPlot | null>(null)
  useEffect(() => {
    if (plot.current !== null && plot.current.data !== data) plot.current.setData(data)
  }, [data])
  return (
    // Plugins add their hooks once for each configuration: a new one mounts a new chart.
    <UPlotChart
      key={config.uid}
      config={config}
      data={data}
      width={width}
      height={height}
      plotRef={(mounted) => {
        plot.current = mounted
      }}
    >
      {children}
    </UPlotChart>
  )
}
