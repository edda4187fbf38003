import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../processor/src/config/load.ts'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'
import { start, stop } from '../helpers/processes.ts'
import { codeBlocks } from './markdown.ts'

const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-docs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the generated references are what the code says (npm run docs writes them)', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(`${stdout}${stderr}`).toBe('')
  expect(status).toBe(0)
})

describe('docs/configuration.md', () => {
  const examples = codeBlocks(page('configuration.md'), 'yaml').filter(
    (text) => !text.startsWith('# yaml-language-server'),
  )

  test('has examples that Picket takes', async () => {
    expect(examples.length).toBeGreaterThan(15)
    const file = join(folder, 'picket.yaml')
    for (const example of examples) {
      writeFileSync(file, example)
      await loadConfig({ env: {}, cwd: folder, file, require: false })
    }
  })

  test('names the variable of each key as Picket reads it', () => {
    const rows = [...page('configuration.md').matchAll(/^\| `[^|]+`.*`(PICKET_\w+)` +\|$/gm)]
    const names = new Set(rows.map(([, name = '']) => name))
    expect(names.size).toBeGreaterThan(100)
    // The values fit nowhere, but a variable that is no key is told of in words of its own.
    const env = Object.fromEntries([...names].map((name) => [name, '{ "?": ?']))
    const { stderr, status } = picket(['config', 'check'], { env })
    expect(status).toBe(2)
    expect(stderr).not.toContain('no configuration key')
  })
})

describe('docs/metrics.md', () => {
  test('tells of every metric that a running Picket has, and of its labels', async () => {
    const config = join(folder, 'run.yaml')
    const log = join(folder, 'fw.log')
    writeFileSync(log, lines(40))
    writeFileSync(
      config,
      `stateDir: ${join(folder, 'state')}
http: { listen: 127.0.0.1:0 }
sources: [{ type: file, paths: [${log}], from: beginning }]
sinks: [{ type: jsonl, path: ${join(folder, 'detections.jsonl')} }]
`,
    )
    const running = start(['run', '--config', config])
    let text = ''
    try {
      const [, url = ''] = await running.said(/(http:\/\/127\.0\.0\.1:\d+)/)
      while (!/^picket_scanned_port_sources\{/m.test(text))
        text = await (await fetch(`${url}/metrics`)).text()
    } finally {
      await stop(running)
    }
    const told = new Map(
      [...page('metrics.md').matchAll(/^### `(\w+)`\n\n(\w+)(?:, by (.*?))?\. /gm)].map(
        ([, name = '', type = '', labels = '']) => [
          name,
          `${type.toLowerCase()} ${labels.replace(/[`\s]/g, '')}`,
        ],
      ),
    )
    const types = new Map(
      [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]),
    )
    expect([...told.keys()].sort()).toEqual([...types.keys()].sort())
    let withSeries = 0
    for (const [name, type] of types) {
      const series = new RegExp(`^${name}(?:_bucket)?(?:\\{(.*)\\})? `, 'm').exec(text)
      if (series === null) continue
      withSeries++
      const labels = [...(series[1] ?? '').matchAll(/(\w+)="/g)]
        .map(([, label = '']) => label)
        .filter((label) => label !== 'le')
      expect(told.get(name), name).toBe(`${type} ${labels.join(',')}`)
    }
    // All but those of things that did not happen.
    expect(withSeries).toBeGreaterThan(told.size - 3)
  })
})

/** One source that asks for many ports. */
function lines(count: number): string {
  const now = new Date().toISOString()
  return Array.from(
    { length: count },
    (_, i) =>
      `${now} fw kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=198.51.100.1 LEN=44 TOS=0x00 PREC=0x00 TTL=50 ID=${i} PROTO=TCP SPT=40000 DPT=${i + 1} WINDOW=1024 RES=0x00 SYN URGP=0 \n`,
  ).join('')
}
