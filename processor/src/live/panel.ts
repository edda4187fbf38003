import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built Grafana panel with a page around it, as `plugin/host/live.mjs` puts it together. */
export interface Panel {
  /** Hash of all its files; they are served below `/panel/<version>/`. */
  readonly version: string
  /** A file by its path below that; undefined if the build has none such. */
  file(path: string): PanelFile | undefined
}

export interface PanelFile {
  readonly type: string
  readonly body: Buffer
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Where a build may be, first the one to prefer: inside a release, or beside the processor in a checkout. */
export function panelPlaces(from = dirname(fileURLToPath(import.meta.url))): readonly string[] {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'bin', 'picket.js')))
      return [join(folder, 'panel'), join(folder, '..', 'plugin', 'dist-live')]
  }
  return []
}

/** The build in the first place that has a complete one. */
export function findPanel(places: readonly string[]): Panel | undefined {
  for (const place of places) {
    const version = versionIn(place)
    if (version !== undefined) return openPanel(join(place, version), version)
  }
  return undefined
}

/** Version of the build in the first place that has one. Cheap: for asking again and again. */
export function panelVersion(places: readonly string[]): string | undefined {
  return places.map(versionIn).find((version) => version !== undefined)
}

/** `current.json` is written last, so where it is the rest is too. */
function versionIn(place: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(place, 'current.json'), 'utf8')) as {
      version?: unknown
    }
    return typeof version === 'string' && /^[0-9a-f]{16}$/.test(version) ? version : undefined
  } catch {
    return undefined
  }
}

function openPanel(folder: string, version: string): Panel {
  // Only what is listed is served: no path of a request is ever put together into a file's name.
  const files = new Map<string, string>()
  for (const name of namesIn(folder))
    if (extname(name) in TYPES) files.set(name.split(sep).join('/'), join(folder, name))
  return {
    version,
    file(path) {
      const name = files.get(path)
      if (name === undefined) return undefined
      try {
        // Not kept: browsers keep the files for good, and the page's script alone has megabytes.
        return { type: TYPES[extname(name)] ?? '', body: readFileSync(name) }
      } catch {
        return undefined
      }
    },
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}
