import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore, serve, temporaryDirectory } from './store-helpers.ts'

const repository = resolve(import.meta.dirname, '../../..')
const fixtures = resolve(repository, process.env['PICKET_FIXTURES'] ?? '../shared/fixtures')
const tool = join(fixtures, '..', 'tools', 'loki-conformance.mjs')

interface Report {
  passed: number
  checks: { name: string; result: string; reason: string }[]
}

async function runChecks(url: string): Promise<Report> {
  const child = spawn(process.execPath, [tool, '--url', url, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  for await (const part of child.stdout.setEncoding('utf8') as AsyncIterable<string>) output += part
  return JSON.parse(output) as Report
}

// The checks that a real Loki passes too. They push lines of now, so this store has the real clock.
describe.skipIf(!existsSync(tool))(
  `the checks of ${existsSync(tool) ? 'the tool' : 'the tool, which is not here'}`,
  () => {
    test.each([
      ['in memory', () => undefined],
      ['on disk', temporaryDirectory],
    ])('all pass %s', { timeout: 120_000 }, async (_name, dir) => {
      const url = await serve(openStore({ dir: dir(), now: Date.now, retentionMs: 7 * 86_400_000 }))
      const { passed, checks } = await runChecks(url)
      expect(checks.filter(({ result }) => result === 'FAIL')).toEqual([])
      expect(passed).toBeGreaterThan(100)
    })
  },
)
