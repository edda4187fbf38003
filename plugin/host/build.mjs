// Bundles the stand-in host page against one set of @grafana packages.
//   node build-host.mjs <folder with node_modules> <out.js>
import { build } from 'esbuild'
import fs from 'node:fs'
import path from 'node:path'
const [root, outfile] = process.argv.slice(2).map((p) => path.resolve(p))
const here = import.meta.dirname
const nm = path.join(root, 'node_modules')
// Not in the packages' export maps, but the real host wires these up: import the files by path, so that the
// module instance is the one that @grafana/ui and the plugin get.
const internals = {
  'host:i18n': `${nm}/@grafana/i18n/dist/cjs/i18n.cjs`,
  'host:error-view': `${nm}/@grafana/runtime/dist/cjs/components/PanelDataErrorView.cjs`,
}
// Take the CommonJS builds: from the .mjs ones a bundler uses Node's rule for default imports of CommonJS packages,
// and components such as the table's auto sizer turn into module objects (React error 130).
const cjs = (name) => `${nm}/@grafana/${name}/dist/cjs/index.cjs`
const t0 = Date.now()
const r = await build({
  entryPoints: [path.join(here, 'src/host.tsx')],
  outfile,
  bundle: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"', global: 'window', 'define.amd': 'undefined' },
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  loader: { '.svg': 'dataurl', '.ttf': 'dataurl', '.woff2': 'dataurl', '.css': 'text' },
  metafile: true,
  logLevel: 'error',
  plugins: [
    {
      name: 'resolve-from-root',
      setup(b) {
        b.onResolve({ filter: /^host:/ }, (a) => ({ path: internals[a.path] }))
        b.onResolve({ filter: /^@grafana\/(data|ui|runtime|i18n|schema|e2e-selectors)$/ }, (a) => {
          const file = cjs(a.path.slice('@grafana/'.length))
          return fs.existsSync(file) ? { path: file } : undefined
        })
        // systemjs comes from the harness, everything else from the chosen root
        b.onResolve({ filter: /^[^./]/ }, (a) =>
          a.importer.startsWith(path.join(here, 'src')) && !a.path.startsWith('systemjs')
            ? b.resolve(a.path, {
                kind: a.kind,
                resolveDir: root,
                importer: path.join(root, 'x.js'),
              })
            : undefined,
        )
      },
    },
  ],
})
const bytes = fs.statSync(outfile).size
const top = {}
for (const [f, i] of Object.entries(Object.values(r.metafile.outputs)[0].inputs)) {
  const m = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(f.slice(f.lastIndexOf('node_modules/')))
  if (m) top[m[1]] = (top[m[1]] ?? 0) + i.bytesInOutput
}
console.log(`${outfile}: ${(bytes / 1e6).toFixed(1)} MB in ${Date.now() - t0} ms`)
console.log(
  Object.entries(top)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 12)
    .map(([k, v]) => `${k} ${(v / 1e6).toFixed(2)}`)
    .join(', '),
)
