import { build } from 'esbuild'
import { join } from 'node:path'
import { root } from './fixtures.ts'

/** Folder of the panel's sources. */
export const pluginSources = join(root, 'plugin/src')

/**
 * A module of the panel, by its path below plugin/src, bundled here: the panel is a project of its own, and what it builds on need
 * not be installed for these tests. Only for modules that take nothing but types from Grafana's packages.
 */
export async function importPlugin(path: string): Promise<unknown> {
  const { outputFiles } = await build({
    entryPoints: [join(pluginSources, path)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    tsconfigRaw: {},
    alias: { '@picket/processor/core': join(root, 'processor/src/core/index.ts') },
  })
  const text = outputFiles[0]?.text ?? ''
  return import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
}
