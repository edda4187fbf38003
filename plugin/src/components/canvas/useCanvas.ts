import { useEffect, useRef, useState, type RefObject } from 'react'

export type Draw = (context: CanvasRenderingContext2D) => void

/**
 * Draws again when `draw` (keep it with `useCallback`), the size or the screen's pixel ratio changes, and when a font has
 * come; in CSS pixels.
 */
export function useCanvas(width: number, height: number, draw: Draw): RefObject<HTMLCanvasElement> {
  const canvas = useRef<HTMLCanvasElement>(null)
  const ratio = usePixelRatio()
  const fonts = useFontsLoaded()
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (element === null || !context) return
    element.width = Math.round(width * ratio)
    element.height = Math.round(height * ratio)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    draw(context)
  }, [width, height, draw, ratio, fonts])
  return canvas
}

function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => window.devicePixelRatio || 1)
  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`)
    const change = () => setRatio(window.devicePixelRatio || 1)
    query.addEventListener('change', change)
    return () => query.removeEventListener('change', change)
  }, [ratio])
  return ratio
}

/** Counts how often fonts have come. Text on a canvas does not change by itself then. */
function useFontsLoaded(): number {
  const [times, setTimes] = useState(0)
  useEffect(() => {
    const fonts: FontFaceSet | undefined = document.fonts
    const count = () => setTimes((before) => before + 1)
    fonts?.addEventListener('loadingdone', count)
    return () => fonts?.removeEventListener('loadingdone', count)
  }, [])
  return times
}
