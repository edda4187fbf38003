import { UPlotChart, type UPlotConfigBuilder } from '@grafana/ui'
import { useEffect, useRef, type ReactNode } from 'react'
import type uPlot from 'uplot'
import type { StackData } from './levelStack'

interface StackPlotProps {
  /** Name for screen readers. */
  readonly label: string
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
export function StackPlot({ label, config, data, width, height, children }: StackPlotProps) {
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
        // It takes the focus, and arrow keys move its cursor.
        mounted.root.setAttribute('role', 'application')
        mounted.root.setAttribute('aria-label', label)
      }}
    >
      {children}
    </UPlotChart>
  )
}
