import { useEffect, useRef, useState, type RefObject } from 'react'

/** Width and height of an element's inside, px; zeros before it is laid out. */
export function useSize(): [RefObject<HTMLDivElement>, { width: number; height: number }] {
  const place = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      setSize({ width: Math.floor(width), height: Math.floor(height) })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [place, size]
}
