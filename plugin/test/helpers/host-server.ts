import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { FONTS, ICONS } from '../../host/assets.mjs'
import { testHosts, type LINES } from '../../host/builds.mjs'
import type { Frames } from './traffic-frames'

export type GrafanaLine = keyof typeof LINES

export const PLUGIN_ID = 'picket-attackers-panel'
const DIST = path.resolve(import.meta.dirname, '../../dist')

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><base href="/"><title>Panel host</title>
<link rel="icon" href="data:,"><style>body { margin: 0; background: #181b1f }</style>
<script>window.__grafana_public_path__ = '/public/'
window.grafanaBootData = { settings: { buildInfo: { version: '0.0.0', env: 'production' }, featureToggles: {}, bootData: {} }, user: { locale: 'en-US', orgRole: 'Admin' }, navTree: [] }</script>
</head><body><div id="root"></div><script src="/host.js"></script></body></html>`

export interface HostServer {
  readonly url: string
  /** Paths that were asked for and are not there. */
  readonly misses: string[]
  close(): Promise<void>
}

/** Serves the host page of a line, and the built plugin, icons and fonts by the addresses that Grafana has for them. */
export async function startHostServer(
  line: GrafanaLine,
  frames: Readonly<Record<string, Frames>>,
): Promise<HostServer> {
  const misses: string[] = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE)
      return
    }
    const named = frames[pathname.slice('/frames/'.length)]
    if (pathname.startsWith('/frames/') && named !== undefined) {
      // Fields of numbers may hold NaN, which JSON has no word for: such frames are given to \`mount\` itself.
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(named))
      return
    }
    const file = fileOf(pathname, line)
    if (file === undefined || !existsSync(file)) {
      misses.push(pathname)
      response.writeHead(404).end()
      return
    }
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=600' })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misses,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function fileOf(pathname: string, line: GrafanaLine): string | undefined {
  const below = (prefix: string): string | undefined =>
    pathname.startsWith(prefix) ? path.normalize(pathname.slice(prefix.length)) : undefined
  if (pathname === '/host.js') return path.join(testHosts, `test-host-${line}.js`)
  const icon = below('/public/build/img/icons')
  if (icon !== undefined) return path.join(ICONS, icon)
  const font = below('/public/fonts/')
  if (font !== undefined) return FONTS[font]
  const own = below(`/public/plugins/${PLUGIN_ID}`)
  return own === undefined ? undefined : path.join(DIST, own)
}
