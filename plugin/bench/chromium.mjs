// The built module's detection core in Chromium, in its own worker: `node bench/chromium.mjs [dist]`, after `npm run build`.
// Wall time from the first message to the findings, as a panel would wait for them.
import { build } from 'esbuild'
import { createServer } from 'node:http'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const plugin = fileURLToPath(new URL('..', import.meta.url))
const dist = process.argv[2] ?? join(plugin, 'dist')
const BASE = '/public/plugins/picket-attackers-panel'
const worker = readdirSync(dist).find(
  (name) =>
    name.endsWith('.js') &&
    name !== 'module.js' &&
    readFileSync(join(dist, name), 'utf8').includes('location.href'),
)
if (worker === undefined) throw new Error(`no worker in ${dist}`)

const page = await build({
  stdin: {
    contents: `import { prepareModel, readFrames, modelOf } from './src/data/prepare'
      import { Detector } from './src/engine/detector'
      import { DEFAULT_OPTIONS as options } from './src/options'
      import { lokiFrames } from './bench/input.mjs'
      const timeRange = { from: 0, to: Date.UTC(2026, 0, 10) }
      const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]
      async function judge(detector, frames) {
        const from = performance.now()
        const reading = readFrames({ frames, options, timeRange })
        const read = performance.now()
        let first
        const { rows, ...start } = reading.lines
        const { part } = await detector.detect(
          { rows, start: { ...start, detections: false } },
          new AbortController().signal,
          { onPartial: () => (first ??= performance.now() - from) },
        )
        const joining = performance.now()
        const model = modelOf(reading, part, { options, timeRange })
        const end = performance.now()
        return { read: read - from, first: first ?? end - from, join: end - joining, whole: end - from, attackers: model.attackers.length }
      }
      window.bench = async (kind, size, where, runs) => {
        const frames = lokiFrames(kind, size)
        const detector = new Detector(() => {
          if (where === 'page') throw new Error('none')
          return new Worker('${BASE}/${worker}')
        })
        const all = []
        for (let i = 0; i < runs; i++) {
          if (kind === 'lines') all.push(await judge(detector, frames))
          else {
            const from = performance.now()
            const model = prepareModel({ frames, options, timeRange })
            all.push({ whole: performance.now() - from, attackers: model.attackers.length })
          }
        }
        detector.close()
        const [cold, ...warm] = all
        return Object.fromEntries(Object.keys(cold).map((key) => [key, [cold[key], median(warm.map((one) => one[key]))]]))
      }`,
    resolveDir: plugin,
  },
  bundle: true,
  format: 'esm',
  write: false,
  alias: { '@picket/processor/core': join(plugin, '../processor/src/core/index.ts') },
})
const script = page.outputFiles[0].text
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://x').pathname
  const isScript = path.endsWith('.js')
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
  if (path === '/bench.js') response.end(script)
  else if (path.startsWith(`${BASE}/`) && isScript)
    response.end(readFileSync(join(dist, path.slice(BASE.length + 1))))
  else
    response.end(
      '<!doctype html><title>bench</title><script type="module" src="/bench.js"></script>',
    )
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
console.log(
  `Chromium ${browser.version()}; wall ms, first run in a new page / median of the next 4\n`,
)
for (const [kind, where] of [
  ['lines', 'worker'],
  ['lines', 'page'],
  ['events', 'page'],
])
  for (const size of [1000, 10_000, 100_000]) {
    const tab = await browser.newPage()
    const problems = []
    tab.on('pageerror', (error) => problems.push(String(error)))
    await tab.goto(`http://127.0.0.1:${server.address().port}/d/uid/name`)
    await tab.waitForFunction(() => 'bench' in window)
    const result = await tab.evaluate(
      ([kind, size, where]) => window.bench(kind, size, where, 5),
      [kind, size, where],
    )
    const cells = Object.entries(result).map(([key, [cold, warm]]) =>
      key === 'attackers' ? `${cold} attackers` : `${key} ${cold.toFixed(0)} / ${warm.toFixed(0)}`,
    )
    console.log(
      `| ${kind}, ${where} | ${size.toLocaleString('en')} | ${[...cells, ...problems].join(' | ')} |`,
    )
    await tab.close()
  }
await browser.close()
server.close()
