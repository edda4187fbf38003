// `npm run check`: what the catalogue's review would say of dist/, as far as it can be told without the network. The
// list is that of @grafana/plugin-validator, whose program has to be downloaded.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import semver from 'semver'

const root = fileURLToPath(new URL('..', import.meta.url))

const ID = /^[0-9a-z]+-([0-9a-z]+-)?panel$/
const LICENSES = /Apache License|MIT License|BSD|GNU (AFFERO|LESSER)? ?GENERAL PUBLIC LICENSE/i
const MAGIC = {
  '.png': (bytes) => bytes.subarray(1, 4).toString('latin1') === 'PNG',
  '.jpg': (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8,
  '.jpeg': (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8,
  '.gif': (bytes) => bytes.subarray(0, 3).toString('latin1') === 'GIF',
  '.svg': (bytes) => /<svg[\s>]/.test(bytes.toString('utf8')),
}

/** What must not stand in the panel's own sources, and why. */
const FORBIDDEN = [
  [/window\.open\((?![^)]*noopener)/, 'window.open without noopener,noreferrer'],
  [/(?<![\w.])(alert|confirm|prompt)\(/, 'a dialog of the browser'],
  [/import [^;\n]*\.(css|scss)['"]/, 'an import of CSS'],
  [/import [^;\n]*\bGlobal\b[^;\n]*@emotion/, "emotion's Global"],
  [/(window|document)\.location/, 'direct use of location'],
  [/grafanaBootData/, 'direct use of grafanaBootData'],
  [/\/api\/ds\/query/, 'direct use of /api/ds/query'],
  [/console\.\w+\(/, 'console'],
  [/gf-form/, 'a class of old forms'],
  [/@ts-ignore/, '@ts-ignore'],
  [/dangerouslySetInnerHTML|\.innerHTML\s*=/, 'HTML from text'],
  [/\beval\(|new Function\(/, 'code from text'],
]

/** Findings about a built plugin: `{ severity: 'error' | 'warning', text }`. */
export function checkPlugin(dist, source = root) {
  const findings = []
  const error = (text) => findings.push({ severity: 'error', text })
  const warning = (text) => findings.push({ severity: 'warning', text })
  const read = (name) => {
    const path = join(dist, name)
    return existsSync(path) ? readFileSync(path) : undefined
  }

  const text = read('plugin.json')
  if (text === undefined) {
    error('plugin.json is missing')
    return findings
  }
  const meta = JSON.parse(text.toString('utf8'))
  const own = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  if (meta.type !== 'panel') error('type is not panel')
  if (!ID.test(meta.id ?? '')) error(`id ${meta.id} is not of the form org-name-panel`)
  if (!meta.name || meta.name === meta.id) error('name is missing or the id')
  if (semver.valid(meta.info?.version) === null)
    error(`version ${meta.info?.version} is no version`)
  if (meta.info?.version !== own.version) error('versions of plugin.json and package.json differ')
  if (!/^\d{4}-\d\d-\d\d$/.test(meta.info?.updated ?? '')) error('info.updated is no date')
  const wanted = meta.dependencies?.grafanaDependency
  if (semver.validRange(wanted) === null || /\|\|/.test(wanted ?? '||'))
    error('grafanaDependency is no simple range')
  if (!Array.isArray(meta.info?.keywords) || meta.info.keywords.length === 0)
    warning('info.keywords are missing')
  if (!meta.info?.description) warning('info.description is missing')
  if (!Array.isArray(meta.info?.links) || meta.info.links.length === 0)
    warning('info.links are missing')
  if (!Array.isArray(meta.info?.screenshots) || meta.info.screenshots.length === 0)
    warning('info.screenshots are missing')
  for (const language of meta.languages ?? []) {
    if (read(`locales/${language}/${meta.id}.json`) === undefined)
      error(`the language ${language} has no texts`)
  }

  const pictures = [
    ...Object.values(meta.info?.logos ?? {}),
    ...(meta.info?.screenshots ?? []).map(({ path }) => path),
  ]
  if (!meta.info?.logos?.small || !meta.info.logos.large) error('a logo is missing')
  for (const path of pictures) {
    const bytes = read(path)
    const isSound = MAGIC[extname(path).toLowerCase()]
    if (bytes === undefined) error(`${path} is missing`)
    else if (isSound === undefined || !isSound(bytes)) error(`${path} is not what its name says`)
    else if (
      extname(path) === '.svg' &&
      /<script|\son\w+\s*=|javascript:|<foreignObject/i.test(bytes)
    )
      error(`${path} can run code`)
  }

  const readme = read('README.md')?.toString('utf8')
  if (readme === undefined || readme.trim().length < 200) error('README.md is missing or empty')
  else if (/<!--/.test(readme)) error('README.md holds an HTML comment')
  const changes = read('CHANGELOG.md')?.toString('utf8')
  if (changes === undefined) error('CHANGELOG.md is missing')
  else if (!changes.includes(own.version)) warning(`CHANGELOG.md says nothing of ${own.version}`)
  const license = read('LICENSE')?.toString('utf8')
  if (license === undefined || !LICENSES.test(license)) error('LICENSE is missing or not known')
  else if (/\{(name of|yyyy)|\[(yyyy|fullname)\]/.test(license.split('APPENDIX')[0] ?? ''))
    error('LICENSE is a template')

  checkModule(read, source, meta.id, error)
  for (const file of filesUnder(join(source, 'src'))) {
    if (!/\.tsx?$/.test(file)) continue
    const code = readFileSync(file, 'utf8')
    for (const [pattern, what] of FORBIDDEN)
      if (pattern.test(code)) error(`${file.slice(source.length)}: ${what}`)
  }
  for (const [name, script] of Object.entries(own.scripts ?? {}))
    if (/grafana-toolkit /.test(script)) error(`script ${name} uses grafana-toolkit`)
  const config = join(source, '.config/webpack/webpack.config.ts')
  if (!existsSync(config) || !readFileSync(config, 'utf8').includes('@grafana/create-plugin'))
    error('.config/webpack/webpack.config.ts is not that of create-plugin')
  return findings
}

/** The module is AMD, asks only for what Grafana shares, and its map shows the very sources. */
function checkModule(read, source, id, error) {
  const code = read('module.js')?.toString('utf8')
  if (code === undefined) {
    error('module.js is missing')
    return
  }
  if (!/^(\/\*[^]*?\*\/\s*)*define\(\[/.test(code)) error('module.js is not AMD')
  const map = read('module.js.map')
  if (map === undefined) {
    error('module.js.map is missing')
    return
  }
  const { sources, sourcesContent = [] } = JSON.parse(map.toString('utf8'))
  sources.forEach((name, i) => {
    const path = name.replace(`webpack://${id}/`, '')
    if (/^(webpack|external|node_modules|amd)|^\.\.?\/node_modules|node_modules\//.test(path))
      return
    const file = join(source, 'src', path.replace(/\|.*$/, ''))
    if (!existsSync(file)) error(`module.js.map names ${path}, which is not in src/`)
    else if (/\.tsx?$/.test(file) && sourcesContent[i] !== readFileSync(file, 'utf8'))
      error(`${path} is not what module.js was built from`)
  })
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = resolve(process.argv[2] ?? join(root, 'dist'))
  if (!existsSync(join(dist, 'module.js')))
    console.error(`${dist} holds no built plugin: npm run build in ${dirname(dist)}`)
  const findings = checkPlugin(dist)
  for (const { severity, text } of findings) console.log(`${severity}: ${text}`)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  console.log(`${errors} errors, ${findings.length - errors} warnings`)
  process.exit(errors === 0 ? 0 : 1)
}
