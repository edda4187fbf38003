// What is built from this folder, and whether it is still fresh.
//   module     dist/                      the plugin as Grafana loads it
//   12, 13     dist-host/test-host-*.js   pages that the tests drive, one for each line of Grafana
//   live       dist-live/                 the live page with the module: what `picket run` serves
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export const plugin = path.dirname(import.meta.dirname)
export const testHosts = path.join(plugin, 'dist-host')
export const live = path.join(plugin, 'dist-live')
/** Where each line's packages are. */
export const LINES = { 12: plugin, 13: path.join(import.meta.dirname, 'grafana-13') }

const MODULE = [
  'src',
  '.config',
  'webpack.config.ts',
  'package.json',
  'package-lock.json',
  'README.md',
  'CHANGELOG.md',
  '../processor/src/core',
  'host/notices.mjs',
]
const HOST = [
  'host/src',
  'host/bundle.mjs',
  'host/assets.mjs',
  'host/live.mjs',
  'host/notices.mjs',
  'package-lock.json',
]

const BUILDS = {
  module: { from: MODULE, to: 'dist/module.js', build: buildModule },
  12: { from: HOST, to: 'dist-host/test-host-12.js', build: () => buildTestHost('12') },
  13: {
    from: [...HOST, 'host/grafana-13/package-lock.json'],
    to: 'dist-host/test-host-13.js',
    build: () => buildTestHost('13'),
  },
  live: { from: [...MODULE, ...HOST], to: 'dist-live/current.json', build: buildLive },
}

const stampFile = (name) => path.join(plugin, '.cache/stamps', name)

/** True if what is built is what the sources say now. */
export function isFresh(name) {
  const { from, to } = BUILDS[name]
  try {
    return (
      fs.existsSync(path.join(plugin, to)) &&
      fs.readFileSync(stampFile(name), 'utf8') === stampOf(from)
    )
  } catch {
    return false
  }
}

/** Builds those that are not fresh, one after the other; `say` gets a line for each. */
export async function ensureBuilt(names, say = console.error) {
  for (const name of names) {
    if (isFresh(name)) continue
    const { from, build } = BUILDS[name]
    const stamp = stampOf(from)
    const since = performance.now()
    const what = await build(say)
    fs.mkdirSync(path.dirname(stampFile(name)), { recursive: true })
    fs.writeFileSync(stampFile(name), stamp)
    say(`${name}: ${what}, ${((performance.now() - since) / 1000).toFixed(1)} s`)
  }
}

/** The newest change among files and folders, and how many files. Reads none of them. */
function stampOf(from) {
  let newest = 0
  let files = 0
  const look = (file) => {
    const stat = fs.statSync(file)
    if (stat.isDirectory()) for (const name of fs.readdirSync(file)) look(path.join(file, name))
    else {
      files++
      newest = Math.max(newest, stat.mtimeMs)
    }
  }
  for (const name of from) if (fs.existsSync(path.join(plugin, name))) look(path.join(plugin, name))
  return `${newest} ${files}`
}

/** webpack in a process of its own: its configuration is TypeScript of the scaffold. */
async function buildModule() {
  const webpack = path.join(plugin, 'node_modules/webpack/bin/webpack.js')
  const args = [
    webpack,
    '-c',
    './webpack.config.ts',
    '--env',
    'production',
    '--stats',
    'errors-only',
  ]
  const child = spawn(process.execPath, args, { cwd: plugin, stdio: 'inherit' })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0) throw new Error('The plugin does not build.')
  const { NOTICES, noticesOf } = await import('./notices.mjs')
  fs.writeFileSync(
    path.join(plugin, 'dist', NOTICES),
    noticesOf(sourcesOf(path.join(plugin, 'dist'))),
  )
  return `module.js with ${(fs.statSync(path.join(plugin, 'dist/module.js')).size / 1e3).toFixed(0)} kB`
}

/** Files that a build's source maps name, as paths of this machine. */
function sourcesOf(dist) {
  return fs
    .readdirSync(dist)
    .filter((name) => name.endsWith('.js.map'))
    .flatMap((name) => JSON.parse(fs.readFileSync(path.join(dist, name), 'utf8')).sources)
    .map((source) => path.join(plugin, 'src', source.replace(/^webpack:\/\/[^/]+\//, '')))
}

async function buildTestHost(line) {
  const { bundle } = await import('./bundle.mjs')
  const { bytes } = await bundle(
    'test-host.tsx',
    LINES[line],
    path.join(testHosts, `test-host-${line}.js`),
  )
  return `test host of ${(bytes / 1e6).toFixed(1)} MB`
}

async function buildLive(say) {
  await ensureBuilt(['module'], say)
  const { assembleLive } = await import('./live.mjs')
  return assembleLive()
}
