import { useTheme2, type UPlotConfigBuilder } from '@grafana/ui'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type uPlot from 'uplot'
import type { Annotation } from '../../data/annotations'
import { annotationColor } from './annotationColor'
import { AnnotationMarkers, type MarkerPlace } from './AnnotationMarkers'
import { drawLines, shadeRegions, type Mark } from './drawAnnotations'

interface AnnotationLayerProps {
  readonly config: UPlotConfigBuilder
  readonly annotations: readonly Annotation[]
  /** The chart's time range, ms. */
  readonly from: number
  readonly to: number
  readonly timeZone: string
}

/** A uPlot plugin: the dashboard's annotations as lines and regions, with a marker each below the plot. */
export function AnnotationLayer(props: AnnotationLayerProps) {
  const { config, annotations, from, to, timeZone } = props
  const theme = useTheme2()
  const marks = useMemo(
    () =>
      annotations.map((annotation) => ({
        ...annotation,
        color: annotationColor(theme, annotation.color),
      })),
    [annotations, theme],
  )
  const plot = useRef<uPlot | null>(null)
  // Hooks are added once for each configuration: they look here for what is to be drawn now.
  const current = useRef<readonly Mark[]>(marks)
  const [place, setPlace] = useState<MarkerPlace>()
  useLayoutEffect(() => {
    config.addHook('init', (mounted) => {
      plot.current = mounted
    })
    config.addHook('drawClear', (plot) => shadeRegions(plot, current.current))
    config.addHook('draw', (plot) => {
      drawLines(plot, current.current)
      setPlace((before) => placeBelow(plot, before))
    })
  }, [config])
  useEffect(() => {
    if (current.current === marks) return
    current.current = marks
    plot.current?.redraw(false)
  }, [marks])
  if (place === undefined || marks.length === 0) return null
  return <AnnotationMarkers marks={marks} from={from} to={to} timeZone={timeZone} place={place} />
}

/** Where the plot ends, in CSS pixels; the same object while nothing moves, so that nothing is rendered anew. */
function placeBelow({ bbox }: uPlot, before: MarkerPlace | undefined): MarkerPlace {
  const ratio = window.devicePixelRatio || 1
  const left = bbox.left / ratio
  const top = (bbox.top + bbox.height) / ratio
  const width = bbox.width / ratio
  const isSame = before?.left === left && before.top === top && before.width === width
  return isSame ? before : { left, top, width }
}
