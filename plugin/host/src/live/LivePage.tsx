import { css } from '@emotion/css'
import { EventBusSrv, LoadingState, type GrafanaTheme2, type PanelPlugin } from '@grafana/data'
import { useStyles2 } from '@grafana/ui'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { HostRoot } from '../HostRoot'
import { PanelFrame, type PanelEvents } from '../PanelFrame'
import { Header } from './Header'
import type { Chosen } from './ranges'
import { useLive, type LiveSources } from './useLive'
import { useSize } from './useSize'
import { useTheme } from './useTheme'
import { useView } from './useView'

const bus = new EventBusSrv()
const ignore = () => undefined

interface LivePageProps {
  readonly plugin: PanelPlugin
  readonly sources: LiveSources
}

/** The panel as a page of its own, with what Picket finds as it finds it. */
export function LivePage(props: LivePageProps) {
  const [theme, toggleTheme] = useTheme()
  return (
    <HostRoot theme={theme}>
      <Content {...props} theme={theme} onToggleTheme={toggleTheme} />
    </HostRoot>
  )
}

interface ContentProps extends LivePageProps {
  readonly theme: 'dark' | 'light'
  readonly onToggleTheme: () => void
}

function Content({ plugin, sources, theme, onToggleTheme }: ContentProps) {
  const styles = useStyles2(getStyles)
  const [view, setView] = useView()
  const [chosen, setChosen] = useState<Chosen>('all')
  const [saved, setSaved] = useState<Record<string, unknown>>({})
  const live = useLive(sources, chosen)
  const [place, { width, height }] = useSize()
  useCost(sources, live.series)
  const options = useMemo(() => ({ ...saved, view }), [saved, view])
  const events = useMemo(
    (): PanelEvents => ({
      onOptionsChange(changed) {
        setSaved(changed)
        if (typeof changed['view'] === 'string') setView(changed['view'])
      },
      onChangeTimeRange: setChosen,
      onFieldConfigChange: ignore,
      onToggleSeriesVisibility: ignore,
      onError: ignore,
    }),
    [setView],
  )
  const timeZone = useMemo(() => Intl.DateTimeFormat().resolvedOptions().timeZone, [])
  const config = {
    title: 'Picket',
    options,
    series: live.series,
    from: live.from,
    to: live.to,
    timeZone,
    state: live.isComplete ? LoadingState.Streaming : LoadingState.Loading,
  }
  return (
    <div className={styles.page}>
      <Header
        view={view}
        chosen={chosen}
        live={live}
        theme={theme}
        onChoose={setChosen}
        onToggleTheme={onToggleTheme}
      />
      <main className={styles.main} id="main" tabIndex={-1}>
        <div className={styles.place} ref={place}>
          {width > 0 && (
            <PanelFrame
              plugin={plugin}
              config={config}
              events={events}
              eventBus={bus}
              width={width}
              height={height}
              revision={0}
              isBare
            />
          )}
        </div>
      </main>
    </div>
  )
}

/** Tells the feed how long the page took to show what came, so that it may come less often. */
function useCost({ feed }: LiveSources, series: unknown) {
  const began = useRef(0)
  const last = useRef<unknown>(undefined)
  // eslint-disable-next-line react-hooks/refs -- the time at which a rendering began is measured, nothing is shown of it
  if (last.current !== series) began.current = performance.now()
  const done = useCallback(() => {
    if (last.current === series) return
    last.current = series
    feed.tookMs(performance.now() - began.current)
  }, [feed, series])
  useEffect(done, [done])
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    height: '100vh',
    minHeight: 360,
    padding: theme.spacing(1, 2, 2),
    background: theme.colors.background.canvas,
    color: theme.colors.text.primary,
  }),
  main: css({
    flex: 1,
    minHeight: 0,
    padding: theme.spacing(1),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.components.panel.borderColor}`,
    borderRadius: theme.shape.radius.default,
  }),
  place: css({ width: '100%', height: '100%', overflow: 'hidden' }),
})
