// Static server for the host page: the built plugin under the URL that Grafana would use, the icons of
// @grafana/ui and the fonts that its global styles ask for. Loopback only.
import http from 'node:http'
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const TYPES = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.png': 'image/png',
  '.css': 'text/css',
}
const require = createRequire(import.meta.url)
const fonts = (p) =>
  path.join(path.dirname(require.resolve(`@fontsource/${p}/package.json`)), 'files')

export function startServer({ host, uiRoot, plugins, theme = 'dark' }) {
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><base href="/"><title>panel host</title><link rel="icon" href="data:,">
<script>window.__grafana_public_path__='/public/';
window.grafanaBootData={settings:{buildInfo:{version:'0.0.0',env:'production'},featureToggles:{},bootData:{}},user:{locale:'en-US',orgRole:'Admin'},navTree:[]};</script>
</head><body class="theme-${theme}"><div id="root"></div><script src="/host.js"></script></body></html>`
  const inter = fonts('inter')
  const mono = path.join(fonts('roboto-mono'), 'roboto-mono-latin-400-normal.woff2')
  const face = {
    Regular: '400-normal',
    Medium: '500-normal',
    Italic: '400-italic',
    MediumItalic: '500-italic',
  }
  const misses = []
  const server = http.createServer((req, res) => {
    const url = new URL(req.url, 'http://x').pathname
    let file
    let m
    if (url === '/') {
      return void res.writeHead(200, { 'content-type': 'text/html' }).end(page)
    } else if (url === '/host.js') {
      file = host
    } else if ((m = /^\/public\/build\/img\/icons\/(.+)$/.exec(url))) {
      file = path.join(uiRoot, 'dist/public/img/icons', m[1])
    } else if ((m = /^\/public\/fonts\/inter\/Inter-(\w+)\.woff2$/.exec(url))) {
      file = path.join(inter, `inter-latin-${face[m[1]]}.woff2`)
    } else if (/^\/public\/fonts\/roboto\//.test(url)) {
      file = mono
    } else if ((m = /^\/public\/plugins\/([^/]+)\/(.+)$/.exec(url)) && plugins[m[1]]) {
      file = path.join(plugins[m[1]], path.normalize('/' + m[2]))
    }
    if (!file || !fs.existsSync(file)) {
      misses.push(url)
      return void res.writeHead(404).end()
    }
    res.writeHead(200, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    })
    fs.createReadStream(file).pipe(res)
  })
  return new Promise((ok) =>
    server.listen(0, '127.0.0.1', () =>
      ok({ url: `http://127.0.0.1:${server.address().port}`, misses, close: () => server.close() }),
    ),
  )
}
