// How long the panel needs: `node bench/bench.mjs [--chromium dist]`. Prints a table; nothing here is a test.
import { build } from 'esbuild'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { lokiFrames } from './input.mjs'

const plugin = fileURLToPath(new URL('..', import.meta.url))
const SIZES = [1000, 10_000, 100_000]
const WARM_RUNS = 5

const folder = mkdtempSync(join(tmpdir(), 'picket-bench-'))
const outfile = join(folder, 'panel.mjs')
await build({
  stdin: {
    contents: `export { prepareModel, readFrames, modelOf } from './src/data/prepare'
      export { Run } from './src/engine/run'
      export { EngineMaker } from './src/engine/engine-options'
      export { Slicer } from './src/engine/slices'
      export { DEFAULT_OPTIONS } from './src/options'`,
    resolveDir: plugin,
  },
  bundle: true,
  minify: process.argv[3] !== 'names',
  format: 'esm',
  platform: 'browser',
  alias: { '@picket/processor/core': join(plugin, '../processor/src/core/index.ts') },
  outfile,
  logLevel: 'warning',
})
const panel = await import(pathToFileURL(outfile).href)
rmSync(folder, { recursive: true })

/** CPU time, ms: on a busy machine the wall says more about the others. */
function clock() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const timeRange = { from: 0, to: Date.UTC(2026, 0, 10) }
const options = panel.DEFAULT_OPTIONS

function events(frames) {
  const from = clock()
  const model = panel.prepareModel({ frames, options, timeRange })
  return { prepare: clock() - from, attackers: model.attackers.length }
}

const maker = new panel.EngineMaker()

function lines(frames) {
  const from = clock()
  const reading = panel.readFrames({ frames, options, timeRange })
  const read = clock()
  const { rows, ...start } = reading.lines
  const run = new panel.Run({ ...start, hosts: rows.hosts, detections: false }, maker)
  const started = clock()
  const slicer = new panel.Slicer(rows)
  let encode = 0
  let longest = 0
  let spare
  let first
  while (!slicer.isAtEnd) {
    const begin = clock()
    spare = slicer.next(spare)
    encode += clock() - begin
    run.feed(spare)
    longest = Math.max(longest, clock() - begin)
    first ??= clock() - from
  }
  const fed = clock()
  const { part } = run.findings()
  const found = clock()
  const model = panel.modelOf(reading, part, { options, timeRange })
  const done = clock()
  return {
    read: read - from,
    start: started - read,
    encode,
    detect: fed - started - encode,
    report: found - fed,
    join: done - found,
    whole: done - from,
    attackers: model.attackers.length,
  }
}

const ms = (value) => value.toFixed(value < 10 ? 1 : 0)
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]

function row(name, size, work, frames) {
  const cold = work(frames)
  const warm = Array.from({ length: WARM_RUNS }, () => work(frames))
  const cells = Object.keys(cold).map((key) =>
    key === 'attackers'
      ? `${cold[key]} attackers`
      : `${key} ${ms(cold[key])} / ${ms(median(warm.map((one) => one[key])))}`,
  )
  console.log(`| ${name} | ${size.toLocaleString('en')} | ${cells.join(' | ')} |`)
}

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; CPU ms, first run / median of ${WARM_RUNS}\n`,
)
// The first size is the cold one: a process has only one first run.
const only = process.argv[2]
for (const size of SIZES) {
  if (only !== undefined && only !== String(size)) continue
  row('lines', size, lines, lokiFrames('lines', size))
  row('events', size, events, lokiFrames('events', size))
}
