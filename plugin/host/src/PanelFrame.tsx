import {
  applyFieldOverrides,
  CoreApp,
  createDataFrame,
  DashboardCursorSync,
  dateTime,
  getPanelOptionsWithDefaults,
  LoadingState,
  PluginContextProvider,
  type EventBus,
  type FieldConfigSource,
  type PanelData,
  type PanelPlugin,
  type PartialDataFrame,
} from '@grafana/data'
import { PanelChrome, PanelContextProvider, useTheme2, type AdHocFilterItem } from '@grafana/ui'
import { useMemo } from 'react'
import { Boundary } from './Boundary'
import { wireServices } from './services'

/** What a dashboard says of a panel, and the data that its queries brought. */
export interface PanelConfig {
  readonly title?: string
  readonly description?: string
  readonly transparent?: boolean
  readonly options?: Readonly<Record<string, unknown>>
  readonly fieldConfig?: FieldConfigSource
  readonly series?: readonly PartialDataFrame[]
  readonly annotations?: readonly PartialDataFrame[]
  readonly request?: PanelData['request']
  readonly state?: LoadingState
  readonly error?: string
  readonly timeZone?: string
  /** The dashboard's time range, ms since 1970. */
  readonly from?: number
  readonly to?: number
  readonly variables?: Readonly<Record<string, string>>
}

/** What a panel may ask of the dashboard. */
export interface PanelEvents {
  onOptionsChange(options: Record<string, unknown>): void
  onFieldConfigChange(config: FieldConfigSource): void
  onChangeTimeRange(range: { from: number; to: number }): void
  /** Undefined where a dashboard has no ad-hoc filters. */
  onAddAdHocFilter?: (filter: AdHocFilterItem) => void
  onToggleSeriesVisibility(label: string): void
  onError(error: Error): void
}

interface PanelFrameProps {
  readonly plugin: PanelPlugin
  readonly config: PanelConfig
  readonly events: PanelEvents
  readonly eventBus: EventBus
  readonly width: number
  readonly height: number
  /** Grows with every change of `config`. */
  readonly revision: number
  /** The panel alone, without title and border. */
  readonly isBare?: boolean
}

const NOTHING = {}
const NO_OVERRIDES: FieldConfigSource = { defaults: {}, overrides: [] }
const NO_SERIES: readonly PartialDataFrame[] = []

/** A panel with all that Grafana puts around it: options and their defaults, overrides, contexts, title and border. */
export function PanelFrame(props: PanelFrameProps) {
  const { plugin, config, events, eventBus, width, height, revision } = props
  const prepared = usePrepared(plugin, config, revision)
  const View = plugin.panel
  if (View === null) return null
  const { title = 'Panel', transparent = false, error } = config
  const view = (innerWidth: number, innerHeight: number) => (
    <Boundary attempt={revision} onError={events.onError}>
      <PluginContextProvider meta={plugin.meta}>
        <PanelContextProvider
          value={{
            eventsScope: 'host',
            eventBus,
            app: CoreApp.Dashboard,
            sync: () => DashboardCursorSync.Crosshair,
            canAddAnnotations: () => false,
            canEditAnnotations: () => false,
            canDeleteAnnotations: () => false,
            canExecuteActions: () => true,
            onAddAdHocFilter: events.onAddAdHocFilter,
            onToggleSeriesVisibility: events.onToggleSeriesVisibility,
          }}
        >
          <View
            id={1}
            title={title}
            transparent={transparent}
            width={innerWidth}
            height={innerHeight}
            renderCounter={revision}
            eventBus={eventBus}
            onOptionsChange={events.onOptionsChange}
            onFieldConfigChange={events.onFieldConfigChange}
            onChangeTimeRange={events.onChangeTimeRange}
            {...prepared}
          />
        </PanelContextProvider>
      </PluginContextProvider>
    </Boundary>
  )
  if (props.isBare === true) return view(width, height)
  return (
    <PanelChrome
      width={width}
      height={height}
      title={title}
      description={config.description}
      displayMode={transparent ? 'transparent' : 'default'}
      padding={plugin.noPadding ? 'none' : 'md'}
      loadingState={prepared.data.state}
      statusMessage={error}
    >
      {view}
    </PanelChrome>
  )
}

/** Options, field configuration and data as a panel gets them. */
function usePrepared(plugin: PanelPlugin, config: PanelConfig, revision: number) {
  const theme = useTheme2()
  const { timeZone = 'utc', from = 0, to = 0, state = LoadingState.Done } = config
  const replaceVariables = useMemo(
    () => wireServices(config.variables ?? {}, timeZone),
    [config.variables, timeZone],
  )
  const { options, fieldConfig } = useMemo(
    () =>
      getPanelOptionsWithDefaults({
        plugin,
        currentOptions: config.options ?? NOTHING,
        currentFieldConfig: config.fieldConfig ?? NO_OVERRIDES,
        isAfterPluginChange: false,
      }),
    [plugin, config.options, config.fieldConfig],
  )
  const timeRange = useMemo(() => {
    const raw = { from: dateTime(from), to: dateTime(to) }
    return { ...raw, raw }
  }, [from, to])
  const source = config.series ?? NO_SERIES
  const series = useMemo(
    () =>
      applyFieldOverrides({
        data: source.map((frame) => createDataFrame(frame)),
        fieldConfig,
        fieldConfigRegistry: plugin.fieldConfigRegistry,
        replaceVariables,
        theme,
        timeZone,
      }),
    [source, fieldConfig, plugin, replaceVariables, theme, timeZone],
  )
  const { annotations, error, request } = config
  const data = useMemo(
    (): PanelData => ({
      state,
      series,
      timeRange,
      structureRev: revision,
      ...(request !== undefined && { request }),
      ...(plugin.dataSupport.annotations && {
        annotations: (annotations ?? []).map((frame) => createDataFrame(frame)),
      }),
      ...(error !== undefined && { errors: [{ message: error }] }),
    }),
    [plugin, state, series, timeRange, revision, request, annotations, error],
  )
  return { options, fieldConfig, replaceVariables, timeRange, timeZone, data }
}
