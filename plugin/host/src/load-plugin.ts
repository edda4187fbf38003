import type { PanelPlugin, PanelPluginMeta } from '@grafana/data'
import { initializeI18n } from 'host:i18n'
import { fillRegistries } from './registries'

/** Loads the file at an address as the AMD module that a plugin's build is. */
export type ImportModule = (url: string) => Promise<PluginModule>

export interface PluginModule {
  readonly plugin: PanelPlugin | Promise<PanelPlugin>
}

/** The plugin built at `base`, which is a path without a slash at its end. */
export async function loadPlugin(
  base: string,
  importModule: ImportModule,
  language = 'en-US',
): Promise<PanelPlugin> {
  await initializeI18n({ language, ns: ['grafana'] }, language)
  fillRegistries()
  const answer = await fetch(`${base}/plugin.json`)
  if (!answer.ok) throw new Error(`${base}/plugin.json answered ${answer.status}`)
  const meta = (await answer.json()) as PanelPluginMeta
  const url = `${base}/module.js`
  const plugin = await (await importModule(url)).plugin
  plugin.meta = { ...meta, module: url, baseUrl: base }
  return plugin
}
