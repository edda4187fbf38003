// The same input through the processor and through the panel gives the same detections, byte for byte.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { LineReader, batchOf } from '@picket/processor/core'
import { describe, expect, test } from 'vitest'
import { compiledHelpers } from '../helpers/bundle'
import { root, ufwText, withoutUfwLog } from '../helpers/fixtures'
import { field, frame, logsFrame } from '../helpers/frames'

const NOW = '2022-06-01T00:00:00Z'

/** What the command line says of a log on its standard input. */
function analyze(input: string, ...more: string[]): string[] {
  const args = [
    join(root, 'processor/bin/picket.js'),
    'analyze',
    '--detections',
    '--now',
    NOW,
    ...more,
  ]
  const result = spawnSync(process.execPath, args, { input, encoding: 'utf8', maxBuffer: 1 << 30 })
  expect(result.stderr).toBe('')
  expect(result.status).toBe(0)
  return result.stdout.split('\n').slice(0, -1)
}

/** Each line with a time of its own: what the processor reads in it, and a µs more than the line before if they share it. */
function timed(lines: readonly string[]): { readonly line: string; readonly micros: number }[] {
  const reader = new LineReader()
  const reference = Date.parse(NOW) / 1000
  let last = 0
  return lines.map((line) => {
    const parsed = reader.read(batchOf([line], { reference }), 0)
    const own = parsed.result === 'packet' ? Date.parse(parsed.time) * 1000 : last
    last = own > last ? own : last + 1
    return { line, micros: last }
  })
}

if (withoutUfwLog !== undefined) console.warn(`parity is not tested: ${withoutUfwLog}`)

describe.skipIf(withoutUfwLog !== undefined)('ufw-vps-2022', { timeout: 120_000 }, () => {
  const text = withoutUfwLog === undefined ? ufwText() : ''
  const lines = text.split('\n').slice(0, -1)
  const helpers = compiledHelpers()

  test('has its 69,853 lines', () => {
    expect(lines).toHaveLength(69_853)
  })

  test('read without times gives the detections of `picket analyze`, in a worker and on the page', async () => {
    const { detect, linesOf, noWorker, workerInProcess } = await helpers
    const expected = analyze(text)
    expect(expected.length).toBeGreaterThan(1000)
    const input = linesOf(
      [frame('A', [field('Line', 'string', lines)])],
      {},
      { to: Date.parse(NOW) },
    )
    expect((await detect(input, workerInProcess)).detections).toEqual(expected)
    expect((await detect(input, noWorker)).detections).toEqual(expected)
  })

  test('read from Loki, newest first, gives those of journald entries with the same times', async () => {
    const { detect, linesOf } = await helpers
    const rows = timed(lines)
    const journal = rows.map(({ line, micros }) =>
      JSON.stringify({ __REALTIME_TIMESTAMP: String(micros), MESSAGE: line }),
    )
    const expected = analyze(`${journal.join('\n')}\n`)
    const loki = logsFrame(
      rows.map(({ line, micros }) => ({
        line,
        time: Math.floor(micros / 1000),
        nanos: (micros % 1000) * 1000,
      })),
    )
    expect((await detect(linesOf([loki]))).detections).toEqual(expected)
  })
})
