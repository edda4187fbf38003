import { createTheme, ThemeContext } from '@grafana/data'
import { config } from '@grafana/runtime'
import { GlobalStyles, PortalContainer } from '@grafana/ui'
import { useMemo, type ReactNode } from 'react'

export type ThemeName = 'dark' | 'light'

interface HostRootProps {
  readonly theme: ThemeName
  readonly children: ReactNode
}

/** Theme, global styles and the place for tooltips, as around Grafana's own pages. */
export function HostRoot({ theme: mode, children }: HostRootProps) {
  const theme = useMemo(() => createTheme({ colors: { mode } }), [mode])
  config.theme2 = theme
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      {children}
      <PortalContainer />
    </ThemeContext.Provider>
  )
}
