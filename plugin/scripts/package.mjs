// `npm run package`: dist/ as the zip that Grafana installs, <id>-<version>.zip with one folder <id>/ in it, and its
// SHA-256 beside it. Built, and signed if it shall be, before. The same dist/ gives the same bytes.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Time of every entry: the earliest that a zip can hold in any time zone. */
const MTIME = new Date(1980, 0, 2)

/** A zip of the files below `folder`, each below `prefix` in it; the same files give the same bytes. */
export function zipFolder(folder, prefix, filter = () => true) {
  const names = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(sep).join('/'))
    .filter(filter)
    .sort()
  const content = {}
  for (const name of names)
    content[`${prefix}/${name}`] = [readFileSync(join(folder, name)), { mtime: MTIME }]
  return { bytes: zipSync(content, { level: 9 }), files: names.length }
}

/** Writes the zip of a built plugin into `target` and returns `{ path, bytes, files, signed }`. */
export function packagePlugin(dist, target) {
  if (!existsSync(join(dist, 'module.js'))) throw new Error(`${dist} holds no built plugin`)
  const { id, info } = JSON.parse(readFileSync(join(dist, 'plugin.json'), 'utf8'))
  const { bytes: zip, files } = zipFolder(dist, id)
  mkdirSync(target, { recursive: true })
  const path = join(target, `${id}-${info.version}.zip`)
  writeFileSync(path, zip)
  const sum = createHash('sha256').update(zip).digest('hex')
  writeFileSync(`${path}.sha256`, `${sum}  ${id}-${info.version}.zip\n`)
  return {
    path,
    bytes: zip.length,
    files,
    signed: existsSync(join(dist, 'MANIFEST.txt')),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const made = packagePlugin(join(root, 'dist'), join(root, 'artifacts'))
    console.log(
      `${made.path}: ${made.files} files, ${made.bytes} bytes, ${made.signed ? 'signed' : 'not signed'}`,
    )
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
