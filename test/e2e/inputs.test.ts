import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { start, stop, testLoki } from '../helpers/processes.ts'
import { firewallLines, pushLines } from '../helpers/traffic.ts'
import type { PushedLine } from '../helpers/traffic.ts'

let loki: Awaited<ReturnType<typeof testLoki>>
let folder: string
beforeAll(async () => {
  loki = await testLoki()
})
afterAll(() => loki.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-inputs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const begin = BigInt(Math.floor(Date.now() / 1000) - 3600) * 1_000_000_000n
const labels = { job: 'firewall', run: `inputs-${begin}` }

/** Lines with a header of their own, at most one a nanosecond, so that every input has them in the same order. */
const LINES: PushedLine[] = firewallLines({ seed: 11, count: 700, start: begin, labels }).map(
  ({ line }, i) => {
    const ns = begin + BigInt(i) * 50_000_000n
    const time = new Date(Number(ns / 1_000_000n)).toISOString()
    return { ns, labels, line: `${time} fw1 kernel: ${line}` }
  },
)
const text = `${LINES.map(({ line }) => line).join('\n')}\n`

function configure(name: string, source: string): string {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(
    path,
    `stateDir: ${join(folder, `state-${name}`)}
http: { listen: 127.0.0.1:0 }
sources: [${source}]
sinks: [{ name: out, type: jsonl, path: ${join(folder, `${name}.jsonl`)} }]
`,
  )
  return path
}

const idsOf = (jsonl: string): string[] =>
  jsonl
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id)

/** The ids that `picket run` writes for an input, once it has read all lines. */
async function idsThrough(
  name: string,
  source: string,
  feed: (url: string) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const running = start(['run', '--config', configure(name, source)])
  try {
    const [line] = await running.said(/^.*Picket started.*$/m)
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? ''
    await feed(url)
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${url}/api/v1/report`)
        const report = (await answer.json()) as { lines: { read: number } }
        expect(report.lines.read).toBe(LINES.length)
      },
      { timeout: 30_000, interval: 50 },
    )
    expect(await stop(running)).toBe(0)
    return idsOf(readFileSync(join(folder, `${name}.jsonl`), 'utf8'))
  } finally {
    running.child.kill('SIGKILL')
  }
}

describe('the same lines', () => {
  test('through a file, stdin, the push endpoint, Loki and analyze give the same detections', async () => {
    const log = join(folder, 'input.log')
    writeFileSync(log, text)
    const expected = idsOf(picket(['analyze', '--detections', log]).stdout)
    expect(expected.length).toBeGreaterThan(20)
    expect(new Set(expected).size).toBe(expected.length)

    expect(
      await idsThrough('file', `{ name: in, type: file, paths: [${log}], from: beginning }`),
    ).toEqual(expected)

    const piped = picket(['run', '--config', configure('stdin', '{ name: in, type: stdin }')], {
      input: text,
    })
    expect(piped.status).toBe(0)
    expect(idsOf(readFileSync(join(folder, 'stdin.jsonl'), 'utf8'))).toEqual(expected)

    expect(
      await idsThrough('push', '{ name: in, type: push, time: line }', (url) =>
        pushLines(url, LINES),
      ),
    ).toEqual(expected)

    await pushLines(loki.url, LINES)
    const query = `{job="firewall", run="${labels.run}"}`
    expect(
      await idsThrough(
        'loki',
        `{ name: in, type: loki, url: ${loki.url}, query: '${query}', time: line, settle: 0s, start: ${new Date(Number(begin / 1_000_000n)).toISOString()} }`,
      ),
    ).toEqual(expected)
  })
})
