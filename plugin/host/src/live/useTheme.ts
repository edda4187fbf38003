import { useCallback, useEffect, useState } from 'react'
import type { ThemeName } from '../HostRoot'

const KEY = 'picket-theme'
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)')

/** The system's theme until another one is chosen, which is kept. */
export function useTheme(): [ThemeName, () => void] {
  const [chosen, setChosen] = useState(read)
  const [isDark, setDark] = useState(prefersDark.matches)
  useEffect(() => {
    const follow = () => setDark(prefersDark.matches)
    prefersDark.addEventListener('change', follow)
    return () => prefersDark.removeEventListener('change', follow)
  }, [])
  const theme = chosen ?? (isDark ? 'dark' : 'light')
  const toggle = useCallback(() => {
    const next = theme === 'dark' ? 'light' : 'dark'
    setChosen(next)
    try {
      localStorage.setItem(KEY, next)
    } catch {
      // A browser that keeps nothing: it holds until the page is left.
    }
  }, [theme])
  return [theme, toggle]
}

function read(): ThemeName | undefined {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'dark' || kept === 'light' ? kept : undefined
  } catch {
    return undefined
  }
}
