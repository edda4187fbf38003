// Writes the references in docs/ that are made from the code: `npm run docs`. With --check it writes nothing, names the files
// that are not what would be written, and exits 1 if there are any.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { format, resolveConfig } from 'prettier'
import { configurationPage } from './docs-configuration.mjs'
import { metricsPage } from './docs-metrics.mjs'
import { root } from './setup.mjs'

/** The processor's own modules, which are TypeScript. */
const MODULES = `
export { configJsonSchema } from './src/config/json-schema.ts'
export { createMetrics } from './src/telemetry/metrics.ts'
`

async function processor() {
  const folder = `${root}processor/.cache`
  const file = `${folder}/docs-${process.pid}.mjs`
  mkdirSync(folder, { recursive: true })
  try {
    await build({
      stdin: { contents: MODULES, resolveDir: `${root}processor` },
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    })
    return await import(file)
  } finally {
    rmSync(file, { force: true })
  }
}

const { configJsonSchema, createMetrics } = await processor()
const pages = {
  'docs/configuration.md': configurationPage(JSON.parse(JSON.stringify(configJsonSchema()))),
  'docs/metrics.md': metricsPage(createMetrics({ version: '0.0.0', now: () => 0 }).registry),
}

let stale = 0
for (const [name, text] of Object.entries(pages)) {
  const path = `${root}${name}`
  const options = await resolveConfig(path)
  const wanted = await format(text, { ...options, parser: 'markdown' })
  if (wanted === read(path)) continue
  stale++
  if (process.argv.includes('--check')) console.log(`${name} is stale: npm run docs writes it`)
  else {
    writeFileSync(path, wanted)
    console.log(name)
  }
}
if (process.argv.includes('--check') && stale > 0) process.exit(1)

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
