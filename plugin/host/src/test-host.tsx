/// <reference types="systemjs" />
import 'systemjs/dist/system.js'
import 'systemjs/dist/extras/amd.js'
import 'systemjs/dist/extras/named-register.js'

import {
  createDataFrame,
  DataHoverEvent,
  EventBusSrv,
  getPanelDataSummary,
  type PanelPlugin,
  type PartialDataFrame,
} from '@grafana/data'
import { useMemo, version as reactVersion } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { HostRoot, type ThemeName } from './HostRoot'
import { loadPlugin, type PluginModule } from './load-plugin'
import { OptionsPane } from './OptionsPane'
import { PanelFrame, type PanelConfig, type PanelEvents } from './PanelFrame'
import { SHARED_MODULES } from './shared-modules'
import './uplot-style'

/** What a test mounts. */
export interface MountConfig extends PanelConfig {
  readonly theme?: ThemeName
  readonly width?: number
  readonly height?: number
  /** Options beside the panel, as in Grafana's editor. */
  readonly showOptions?: boolean
  /** Dashboards without ad-hoc filters give none to their panels. */
  readonly noAdHocFilters?: boolean
}

/** What a panel asked of its dashboard. */
export interface Call {
  readonly what: string
  readonly args: unknown
}

/** What tests drive, as `window.panelHost`. */
export interface PanelHost {
  readonly react: string
  /** Everything that the panel asked for, in order. */
  readonly calls: Call[]
  /** Loads the build that is served at `base`. */
  load(
    base: string,
    language?: string,
  ): Promise<{ id: string; options: unknown; fieldConfig: unknown }>
  /** Shows a panel anew: options that the one before changed are forgotten. */
  mount(config: MountConfig): void
  /** Changes a part; the panel stays mounted. */
  update(part: MountConfig): void
  suggestions(series: PartialDataFrame[]): unknown
  /** A pointer over another panel of the dashboard. */
  hover(time: number): void
}

const calls: Call[] = []
const record = (what: string) => (args: unknown) => {
  calls.push({ what, args: JSON.parse(JSON.stringify(args ?? null)) as unknown })
}

const bus = new EventBusSrv()
bus.subscribe(DataHoverEvent, (event) => record('DataHoverEvent')(event.payload.point))

// The AMD module is fetched and evaluated, as Grafana's default loading strategy does.
System.addImportMap({
  imports: Object.fromEntries([...SHARED_MODULES.keys()].map((name) => [name, `package:${name}`])),
})
for (const [name, module] of SHARED_MODULES) System.set(`package:${name}`, module)
const loader = System.constructor as { prototype: { shouldFetch(): boolean } }
loader.prototype.shouldFetch = () => true

async function importModule(url: string): Promise<PluginModule> {
  const module = (await System.import(url)) as PluginModule & {
    __useDefault?: boolean
    default?: PluginModule | Promise<PluginModule>
  }
  // A module that awaits at its top level hands back a promise as its default.
  return module.__useDefault === true && module.default !== undefined
    ? await module.default
    : module
}

interface Shown {
  readonly config: MountConfig
  readonly revision: number
  /** Grows with every mount. */
  readonly mount: number
}

let plugin: PanelPlugin | undefined
let shown: Shown = { config: {}, revision: 0, mount: 0 }
let root: Root | undefined

function render(next: Shown): void {
  shown = next
  root ??= createRoot(document.getElementById('root') as HTMLElement)
  root.render(<Page {...shown} />)
}

function Page({ config, revision, mount }: Shown) {
  const { theme = 'dark' } = config
  return (
    <HostRoot theme={theme}>
      <main style={{ display: 'flex', gap: 16, padding: 16, minHeight: '100vh' }}>
        {plugin !== undefined && (
          <Mounted key={mount} plugin={plugin} config={config} revision={revision} />
        )}
      </main>
    </HostRoot>
  )
}

interface MountedProps {
  readonly plugin: PanelPlugin
  readonly config: MountConfig
  readonly revision: number
}

function Mounted({ plugin, config, revision }: MountedProps) {
  const { width = 800, height = 400, showOptions = false, noAdHocFilters = false } = config
  const events = useMemo(
    (): PanelEvents => ({
      onOptionsChange(changed) {
        record('onOptionsChange')(changed)
        host.update({ options: changed })
      },
      onFieldConfigChange: record('onFieldConfigChange'),
      onChangeTimeRange: record('onChangeTimeRange'),
      onAddAdHocFilter: noAdHocFilters ? undefined : record('onAddAdHocFilter'),
      onToggleSeriesVisibility: record('onToggleSeriesVisibility'),
      onError: (error) => record('error')(error.message),
    }),
    [noAdHocFilters],
  )
  return (
    <>
      <div id="panel" style={{ width, height, flex: 'none' }}>
        <PanelFrame
          plugin={plugin}
          config={config}
          events={events}
          eventBus={bus}
          width={width}
          height={height}
          revision={revision}
        />
      </div>
      {showOptions && (
        <OptionsPane
          plugin={plugin}
          options={{ ...plugin.defaults, ...config.options }}
          data={(config.series ?? []).map((frame) => createDataFrame(frame))}
          onChange={(options) => host.update({ options })}
        />
      )}
    </>
  )
}

const host: PanelHost = {
  react: reactVersion,
  calls,
  async load(base, language) {
    plugin = await loadPlugin(base, importModule, language)
    const { meta, defaults, fieldConfigDefaults } = plugin
    return { id: meta.id, options: defaults, fieldConfig: fieldConfigDefaults }
  },
  mount(config) {
    calls.length = 0
    render({ config, revision: shown.revision + 1, mount: shown.mount + 1 })
  },
  update(part) {
    render({ ...shown, config: { ...shown.config, ...part }, revision: shown.revision + 1 })
  },
  suggestions(series) {
    const summary = getPanelDataSummary(series.map((frame) => createDataFrame(frame)))
    const ask = (plugin as { getSuggestions?: (summary: unknown) => unknown } | undefined)
      ?.getSuggestions
    return ask?.call(plugin, summary) ?? undefined
  },
  hover(time) {
    bus.publish(new DataHoverEvent({ point: { time } }))
  },
}
Object.assign(window, { panelHost: host })
document.documentElement.dataset['ready'] = 'true'
