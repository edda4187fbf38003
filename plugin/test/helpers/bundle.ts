import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './fixtures'

const plugin = join(root, 'plugin')

async function bundled(contents: string, platform: 'node' | 'browser'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: plugin, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform,
    write: false,
    alias: { '@picket/processor/core': join(root, 'processor/src/core/index.ts') },
  })
  return outputFiles[0]?.text ?? ''
}

/** The helpers that judge lines, as plain code: the test runner's way of importing makes the core ten times slower. */
export async function compiledHelpers(): Promise<typeof import('./detect')> {
  const folder = mkdtempSync(join(tmpdir(), 'picket-plugin-'))
  const file = join(folder, 'detect.mjs')
  try {
    const code = await bundled(`export * from './test/helpers/detect'`, 'node')
    writeFileSync(file, code)
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as typeof import('./detect')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The file of a built module that is its worker's entry. */
export function workerFile(dist: string): string {
  const name = readdirSync(dist).find(
    (file) =>
      file.endsWith('.js') &&
      file !== 'module.js' &&
      readFileSync(join(dist, file), 'utf8').includes('location.href'),
  )
  if (name === undefined) throw new Error(`no worker in ${dist}`)
  return name
}

/**
 * A module script for a page: afterwards `picketDetections(lines, referenceSeconds, workerUrl)` is there, which judges
 * lines in a built worker as the panel does and resolves to the detections as JSON lines.
 */
export function detectionsScript(): Promise<string> {
  return bundled(
    `import { readFrames } from './src/data/prepare'
    import { Detector } from './src/engine/detector'
    import { DEFAULT_OPTIONS as options } from './src/options'
    window.picketDetections = async (lines, reference, workerUrl) => {
      const frames = [{ refId: 'A', fields: [{ name: 'Line', type: 'string', config: {}, values: lines }] }]
      const read = readFrames({ frames, options, timeRange: { from: 0, to: reference * 1000 } })
      const { rows, ...start } = read.lines
      const worker = new Worker(workerUrl)
      const detector = new Detector(() => worker)
      const job = { rows, start: { ...start, detections: true } }
      const { detections } = await detector.detect(job, new AbortController().signal)
      const { usesWorker } = detector
      detector.close()
      if (!usesWorker) throw new Error('the worker could not be used')
      return detections
    }`,
    'browser',
  )
}
