import 'systemjs/dist/system.js'
import 'systemjs/dist/extras/amd.js'
import 'systemjs/dist/extras/named-register.js'

import { Component, type ReactNode, useMemo, useState, useSyncExternalStore } from 'react'
import * as React from 'react'
import * as jsxRuntime from 'react/jsx-runtime'
import * as ReactDOM from 'react-dom'
import { createRoot, type Root } from 'react-dom/client'
import * as emotionCss from '@emotion/css'
import * as emotionReact from '@emotion/react'
import * as grafanaData from '@grafana/data'
import * as grafanaRuntime from '@grafana/runtime'
import * as grafanaUI from '@grafana/ui'
import * as i18next from 'i18next'
import * as lodash from 'lodash'
import * as rxjs from 'rxjs'
import * as rxjsOperators from 'rxjs/operators'
import * as moment from 'moment'
// @ts-expect-error resolved by build-host.mjs
import { initializeI18n } from 'host:i18n'
// @ts-expect-error resolved by build-host.mjs
import { setPanelDataErrorView } from 'host:error-view'
import { fillRegistries, OptionsEditor } from './registries'
// The app's own build adds this one; the packages leave it out and a uPlot chart falls apart without it.
import uplotCss from 'uplot/dist/uPlot.min.css'

document.head.append(Object.assign(document.createElement('style'), { textContent: uplotCss }))

const {
  applyFieldOverrides,
  createDataFrame,
  createTheme,
  dateTime,
  EventBusSrv,
  getPanelOptionsWithDefaults,
  LoadingState,
  locationUtil,
  PluginContextProvider,
  ThemeContext,
} = grafanaData
const { GlobalStyles, PanelChrome, PanelContextProvider, PortalContainer } = grafanaUI

// ---- what the plugin may import ------------------------------------------------------------------------------------
const System = (window as any).System
const shared: Record<string, any> = {
  react: React,
  'react/jsx-runtime': jsxRuntime,
  'react-dom': ReactDOM,
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUI,
  i18next: { ...i18next, default: i18next.default ?? i18next },
  lodash,
  moment,
  rxjs,
  'rxjs/operators': rxjsOperators,
}
const imports: Record<string, string> = {}
for (const [name, ns] of Object.entries(shared)) {
  const id = `package:${name}`
  imports[name] = id
  System.set(id, live(ns))
}
/** A module object with live bindings: some exports (PanelDataErrorView) are replaced after start-up. */
function live(ns: any) {
  const out = Object.create(null, {
    __esModule: { value: true },
    [Symbol.toStringTag]: { value: 'Module' },
    default: { enumerable: true, get: () => ns.default ?? ns },
  })
  for (const key of Object.keys(ns)) {
    if (key !== 'default') {
      Object.defineProperty(out, key, { enumerable: true, get: () => ns[key] })
    }
  }
  return out
}
System.addImportMap({ imports })
// fetch + eval, as Grafana's default ("fetch") loading strategy does; a <script> would do as well
System.constructor.prototype.shouldFetch = () => true

// ---- services that the app would have set up ------------------------------------------------------------------------
const calls: Array<{ what: string; args: unknown }> = []
const record = (what: string) => (args: unknown) =>
  void calls.push({ what, args: JSON.parse(JSON.stringify(args ?? null)) })

const interpolate =
  (vars: Record<string, string>) => (text?: string, scoped?: Record<string, any>) =>
    String(text ?? '').replace(/\$\{([\w.:]+)\}|\$(\w+)/g, (all, a, b) => {
      const key = (a ?? b).split(':')[0]
      const [head, ...rest] = key.split('.')
      let v: any = scoped?.[head]?.value ?? vars[head]
      for (const k of rest) {
        v = v?.[k]
      }
      return v === undefined ? all : String(v)
    })

function wire(vars: Record<string, string>, timeZone: string) {
  fillRegistries()
  const replace = interpolate(vars)
  const anyRuntime = grafanaRuntime as any
  anyRuntime.setTemplateSrv({
    replace,
    getVariables: () => [],
    containsTemplate: () => false,
    updateTimeRange() {},
  })
  anyRuntime.setBackendSrv?.({
    fetch: () => rxjs.NEVER,
    get: async () => ({}),
    post: async () => ({}),
  })
  anyRuntime.setEchoSrv?.({ addEvent() {}, addBackend() {}, flush() {} })
  anyRuntime.setAppEvents?.(new EventBusSrv())
  grafanaData.setTimeZoneResolver(() => timeZone)
  locationUtil.initialize({
    config: grafanaRuntime.config as any,
    getTimeRangeForUrl: () => ({ from: 'now-6h', to: 'now' }) as any,
    getVariablesUrlParams: () => ({}),
  })
  setPanelDataErrorView(ErrorView)
  return replace
}

/** Same texts as the app's view for the cases a panel meets; the app's own is not in the packages. */
function ErrorView({ data, message, needsStringField, needsNumberField, needsTimeField }: any) {
  const has = (t: string) => data.series.some((f: any) => f.fields.some((x: any) => x.type === t))
  const rows = data.series.some((f: any) => f.length > 0)
  const text =
    message ??
    (!rows
      ? 'No data'
      : needsStringField && !has('string')
        ? 'Data is missing a string field'
        : needsNumberField && !has('number')
          ? 'Data is missing a number field'
          : needsTimeField && !has('time')
            ? 'Data is missing a time field'
            : 'Unable to render data')
  return (
    <div
      data-testid="data-testid Panel data error message"
      style={{ display: 'grid', placeItems: 'center', height: '100%' }}
    >
      {text}
    </div>
  )
}

// ---- one mounted panel ----------------------------------------------------------------------------------------------
export interface MountConfig {
  theme?: 'dark' | 'light'
  width?: number
  height?: number
  title?: string
  description?: string
  transparent?: boolean
  options?: Record<string, unknown>
  fieldConfig?: grafanaData.FieldConfigSource
  series?: grafanaData.PartialDataFrame[]
  annotations?: grafanaData.PartialDataFrame[]
  state?: grafanaData.LoadingState
  error?: string
  timeZone?: string
  from?: number
  to?: number
  variables?: Record<string, string>
  showOptions?: boolean
}

let plugin: any
let cfg: MountConfig = {}
let version = 0
const listeners = new Set<() => void>()
const emit = () => (version++, listeners.forEach((f) => f()))
const bus = new EventBusSrv()
bus.subscribe(grafanaData.DataHoverEvent, (e: any) =>
  calls.push({ what: 'DataHoverEvent', args: e.payload?.point ?? null }),
)

class Boundary extends Component<{ children: ReactNode; reset: number }, { error?: Error }> {
  override state: { error?: Error } = {}
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override componentDidUpdate(prev: { reset: number }) {
    if (prev.reset !== this.props.reset && this.state.error) {
      this.setState({ error: undefined })
    }
  }
  override componentDidCatch(error: Error) {
    record('error')(error.message)
  }
  override render() {
    return this.state.error ? (
      <pre data-testid="panel-crash">{this.state.error.stack}</pre>
    ) : (
      this.props.children
    )
  }
}

function App() {
  const v = useSyncExternalStore(
    (f) => (listeners.add(f), () => void listeners.delete(f)),
    () => version,
  )
  const theme = useMemo(() => createTheme({ colors: { mode: cfg.theme ?? 'dark' } }), [cfg.theme])
  ;(grafanaRuntime.config as any).theme2 = theme
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles isExtensionSidebarOpen={false} {...({} as any)} />
      <div
        style={{
          background: theme.colors.background.canvas,
          padding: 16,
          display: 'flex',
          gap: 16,
          minHeight: '100vh',
        }}
      >
        {plugin && <Panel key="panel" v={v} theme={theme} />}
      </div>
      <PortalContainer />
    </ThemeContext.Provider>
  )
}

function Panel({ v, theme }: { v: number; theme: grafanaData.GrafanaTheme2 }) {
  const [edited, setEdited] = useState<Record<string, unknown>>({})
  const timeZone = cfg.timeZone ?? 'utc'
  const width = cfg.width ?? 800
  const height = cfg.height ?? 400
  const { replace, data, options, fieldConfig, timeRange } = useMemo(() => {
    const replace = wire(cfg.variables ?? {}, timeZone)
    const { options, fieldConfig } = getPanelOptionsWithDefaults({
      plugin,
      currentOptions: { ...cfg.options, ...edited },
      currentFieldConfig: cfg.fieldConfig ?? { defaults: {}, overrides: [] },
      isAfterPluginChange: false,
    })
    const timeRange = {
      from: dateTime(cfg.from ?? 0),
      to: dateTime(cfg.to ?? 0),
      raw: { from: dateTime(cfg.from ?? 0), to: dateTime(cfg.to ?? 0) },
    }
    const series = applyFieldOverrides({
      data: (cfg.series ?? []).map((f) => createDataFrame(f)),
      fieldConfig,
      fieldConfigRegistry: plugin.fieldConfigRegistry,
      replaceVariables: replace as any,
      theme,
      timeZone,
    })
    const data = {
      state: cfg.state ?? LoadingState.Done,
      series,
      annotations: plugin.dataSupport.annotations
        ? (cfg.annotations ?? []).map((f) => createDataFrame(f))
        : undefined,
      timeRange,
      structureRev: v,
      errors: cfg.error ? [{ message: cfg.error }] : undefined,
    }
    return { replace, data, options, fieldConfig, timeRange }
  }, [v, edited, theme, timeZone])
  const View = plugin.panel
  return (
    <>
      <div id="panel" style={{ width, height, flex: 'none' }}>
        <PanelChrome
          width={width}
          height={height}
          title={cfg.title ?? 'Panel'}
          description={cfg.description}
          displayMode={cfg.transparent ? 'transparent' : 'default'}
          padding={plugin.noPadding ? 'none' : 'md'}
          loadingState={data.state}
          statusMessage={cfg.error}
        >
          {(w, h) => (
            <Boundary reset={v}>
              <PluginContextProvider meta={plugin.meta}>
                <PanelContextProvider
                  value={{
                    eventsScope: 'harness',
                    eventBus: bus,
                    app: grafanaData.CoreApp.Dashboard,
                    sync: () => grafanaData.DashboardCursorSync.Crosshair,
                    canAddAnnotations: () => true,
                    canEditAnnotations: () => true,
                    canDeleteAnnotations: () => true,
                    canExecuteActions: () => true,
                    onAddAdHocFilter: record('onAddAdHocFilter'),
                    onToggleSeriesVisibility: record('onToggleSeriesVisibility'),
                  }}
                >
                  <View
                    id={1}
                    data={data}
                    title={cfg.title ?? 'Panel'}
                    timeRange={timeRange}
                    timeZone={timeZone}
                    options={options}
                    fieldConfig={fieldConfig}
                    transparent={Boolean(cfg.transparent)}
                    width={w}
                    height={h}
                    renderCounter={v}
                    replaceVariables={replace}
                    eventBus={bus}
                    onOptionsChange={(o: Record<string, unknown>) => (
                      record('onOptionsChange')(o),
                      setEdited(o)
                    )}
                    onFieldConfigChange={record('onFieldConfigChange')}
                    onChangeTimeRange={record('onChangeTimeRange')}
                  />
                </PanelContextProvider>
              </PluginContextProvider>
            </Boundary>
          )}
        </PanelChrome>
      </div>
      {cfg.showOptions && (
        <OptionsEditor
          plugin={plugin}
          options={options}
          data={data.series}
          onChange={(o) => setEdited(o)}
        />
      )}
    </>
  )
}

// ---- what the tests drive -------------------------------------------------------------------------------------------
let root: Root | undefined
;(window as any).panelHost = {
  react: React.version,
  grafana: (grafanaRuntime.config as any).buildInfo?.version,
  calls,
  bus,
  grafanaData,
  async load(base: string) {
    await initializeI18n({ language: 'en-US', ns: ['grafana'] }, 'en-US')
    fillRegistries()
    const meta = await (await fetch(`${base}/plugin.json`)).json()
    // A module that awaits at its top level hands back a promise as its default, as Grafana's own import hook expects.
    const raw = await System.import(`${base}/module.js`)
    const mod = raw.__useDefault ? await raw.default : raw
    plugin = await mod.plugin
    plugin.meta = { ...meta, module: `${base}/module.js`, baseUrl: base }
    return {
      id: meta.id,
      options: plugin.defaults,
      fieldConfig: plugin.fieldConfigDefaults,
      exports: Object.keys(mod),
    }
  },
  mount(next: MountConfig) {
    cfg = next
    if (!root) {
      root = createRoot(document.getElementById('root')!)
      root.render(<App />)
    }
    emit()
  },
  update(part: Partial<MountConfig>) {
    cfg = { ...cfg, ...part }
    emit()
  },
  suggestions(series: grafanaData.PartialDataFrame[]) {
    const sum = (grafanaData as any).getPanelDataSummary(series.map((f: any) => createDataFrame(f)))
    return plugin.getSuggestions?.(sum) ?? null
  },
}
document.documentElement.dataset.ready = '1'
