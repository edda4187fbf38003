import { useCallback, useSyncExternalStore } from 'react'

/** Views of the panel, by the names that its option has. */
export const VIEWS = [
  ['overview', 'Overview'],
  ['attackers', 'Attackers'],
  ['ports', 'Ports'],
  ['timeline', 'Timeline'],
  ['map', 'Map of scans'],
] as const

/** The view that the address names, as in `/#attackers`: it can be linked to, and Back goes back. */
export function useView(): [string, (view: string) => void] {
  const view = useSyncExternalStore(subscribe, viewInAddress)
  const setView = useCallback((next: string) => {
    if (next !== viewInAddress()) window.location.hash = next
  }, [])
  return [view, setView]
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

function viewInAddress(): string {
  const named = window.location.hash.slice(1)
  return VIEWS.some(([view]) => view === named) ? named : 'overview'
}
