import { build } from 'esbuild'
import fs from 'node:fs'
import path from 'node:path'

const here = import.meta.dirname

/** Bundles one entry of src/ against the packages below `root`; returns the size in bytes and the files that it is made of. */
export async function bundle(entry, root, outfile) {
  const modules = path.join(root, 'node_modules')
  // Not in the packages' export maps, but Grafana wires these up too. Imported by path, so that the module instance is
  // the one that @grafana/ui and the plugin get.
  const inner = {
    'host:i18n': `${modules}/@grafana/i18n/dist/cjs/i18n.cjs`,
    'host:error-view': `${modules}/@grafana/runtime/dist/cjs/components/PanelDataErrorView.cjs`,
  }
  const { metafile } = await build({
    metafile: true,
    entryPoints: [path.join(here, 'src', entry)],
    outfile,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    // Without the last one lodash finds the loader's `define` and exports nothing.
    define: {
      'process.env.NODE_ENV': '"production"',
      global: 'window',
      'define.amd': 'undefined',
    },
    minify: true,
    // Their texts are beside it: notices.mjs.
    legalComments: 'none',
    loader: { '.svg': 'dataurl', '.ttf': 'dataurl', '.woff2': 'dataurl', '.css': 'text' },
    logLevel: 'error',
    plugins: [
      {
        name: 'packages-of-one-line',
        setup(b) {
          b.onResolve({ filter: /^host:/ }, ({ path: name }) => ({ path: inner[name] }))
          // The CommonJS builds: from the others a bundler uses Node's rule for default imports of CommonJS packages,
          // and components such as the table's auto sizer turn into module objects.
          b.onResolve(
            { filter: /^@grafana\/(data|ui|runtime|i18n|schema|e2e-selectors)$/ },
            (a) => {
              const file = `${modules}/${a.path}/dist/cjs/index.cjs`
              return fs.existsSync(file) ? { path: file } : undefined
            },
          )
          // A code editor of 3 MB that no panel shows.
          b.onResolve({ filter: /^monaco-editor(\/|$)/ }, (a) => ({
            path: a.path,
            namespace: 'none',
          }))
          b.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
          // The loader is the harness's own, everything else is the line's.
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
  const [output] = Object.values(metafile.outputs)
  const files = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => path.resolve(file))
  return { bytes: output.bytes, files }
}
