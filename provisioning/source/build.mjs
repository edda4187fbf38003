// Writes every generated file of provisioning/ and its runbooks: `npm run provisioning`. The tests compare the files with
// what this would write, so that none drifts from its source.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { alertFiles } from './alerts/index.mjs'
import { dashboardFiles } from './dashboards/files.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Files by path from the root, with their text; every part of provisioning/source that makes files adds its own. */
export async function generatedFiles() {
  return new Map([...(await alertFiles()), ...(await dashboardFiles())])
}

/** Paths of generated files whose text is not what would be written. */
export async function staleFiles() {
  const stale = []
  for (const [path, text] of await generatedFiles())
    if (read(`${root}${path}`) !== text) stale.push(path)
  return stale
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await generatedFiles()) {
    mkdirSync(dirname(`${root}${path}`), { recursive: true })
    writeFileSync(`${root}${path}`, text)
    console.log(path)
  }
}
