// Bundles the processor into dist/: `npm run build`, and bin/picket.js in a checkout whose sources changed.
//
// Files are put in place one by one, entry points last and by rename. Chunks carry their hash in the name, so a
// process that was started from an older build still finds the parts that it has not loaded yet.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const source = join(folder, 'src')
const dist = join(folder, 'dist')
const stampFile = join(dist, '.stamp')

const ENTRY_POINTS = {
  'cli/main': join(source, 'cli/main.ts'),
  core: join(source, 'core/index.ts'),
}

/** How long chunks of older builds stay for processes that still run. */
const KEEP_CHUNKS_MS = 24 * 3_600_000

/** What the sources look like now: the newest change and the number of files. Reads no file. */
export function sourceStamp() {
  let newest = 0
  let files = 0
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name)
      if (entry.isDirectory()) walk(child)
      else {
        files++
        newest = Math.max(newest, statSync(child).mtimeMs)
      }
    }
  }
  walk(source)
  for (const name of ['build.mjs', 'package.json'])
    newest = Math.max(newest, statSync(join(folder, name)).mtimeMs)
  return `${newest} ${files}`
}

/** Does dist/ hold what the sources say now? */
export function isFresh() {
  try {
    return readFileSync(stampFile, 'utf8') === sourceStamp()
  } catch {
    return false
  }
}

/**
 * Bundles the sources for a folder, without writing: `{ path, contents }` each. Throws an Error with esbuild's messages,
 * one a line, when the sources do not build.
 */
export async function bundleFor(outdir, { sourcemap = true } = {}) {
  const { build: bundle } = await import('esbuild')
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { outputFiles } = await bundle({
    // Paths in comments, and with them the hashes in names, do not depend on where the build is started.
    absWorkingDir: folder,
    entryPoints: ENTRY_POINTS,
    outdir,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    splitting: true,
    packages: 'external',
    sourcemap,
    sourcesContent: false,
    chunkNames: 'chunks/[name]-[hash]',
    define: { PICKET_VERSION: JSON.stringify(version) },
    logLevel: 'silent',
  }).catch((error) => {
    const lines = (error.errors ?? []).map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column + 1} ${text}`,
    )
    throw new Error(lines.length === 0 ? error.message : lines.join('\n'), { cause: error })
  })
  return outputFiles
}

/** Builds dist/. Throws as `bundleFor` does. */
export async function build({ clean = false } = {}) {
  const stamp = sourceStamp()
  const outputFiles = await bundleFor(dist)
  if (clean) rmSync(dist, { recursive: true, force: true })
  const isEntry = ({ path }) =>
    Object.keys(ENTRY_POINTS).some((name) => path === join(dist, `${name}.js`))
  const files = outputFiles.toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)))
  for (const { path, contents } of files) replaceFile(path, contents)
  removeOldChunks(new Set(files.map(({ path }) => path)))
  replaceFile(stampFile, stamp)
  return files.map(({ path, contents }) => ({
    path: relative(folder, path).split(sep).join('/'),
    bytes: contents.length,
  }))
}

function replaceFile(path, contents) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  renameSync(temporary, path)
}

function removeOldChunks(current) {
  const chunks = join(dist, 'chunks')
  let names
  try {
    names = readdirSync(chunks)
  } catch {
    return
  }
  for (const name of names) {
    const path = join(chunks, name)
    if (!current.has(path) && Date.now() - statSync(path).mtimeMs > KEEP_CHUNKS_MS)
      rmSync(path, { force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const { path, bytes } of await build({ clean: true }))
      if (path.endsWith('.js')) console.log(`${String(bytes).padStart(9)} ${path}`)
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
