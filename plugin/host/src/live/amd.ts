import type { PluginModule } from '../load-plugin'
import { SHARED_MODULES } from '../shared-modules'

type Factory = (...dependencies: unknown[]) => PluginModule | Promise<PluginModule>

/** Loads a plugin's AMD module as a script of the page, so that nothing is ever evaluated from text. One at a time. */
export function importScript(url: string): Promise<PluginModule> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    const define = (dependencies: string[], factory: Factory) => {
      try {
        resolve(factory(...dependencies.map((name) => dependencyOf(name, script.src))))
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    Object.assign(window, { define: Object.assign(define, { amd: {} }) })
    script.addEventListener('error', () => reject(new Error(`${url} could not be loaded`)))
    script.src = url
    document.head.append(script)
  })
}

function dependencyOf(name: string, uri: string): unknown {
  // The module asks for itself, to know where its other files are.
  if (name === 'module') return { uri }
  const module = SHARED_MODULES.get(name)
  if (module === undefined) throw new Error(`The panel asks for ${name}, which is not shared.`)
  return module
}
