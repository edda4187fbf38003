import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { start, stop, testLoki } from '../helpers/processes.ts'
import type { Running } from '../helpers/processes.ts'
import { firewallLines, pushLines, queryAll } from '../helpers/traffic.ts'

let loki: Awaited<ReturnType<typeof testLoki>>
let folder: string
let running: Running[]
beforeAll(async () => {
  loki = await testLoki()
})
afterAll(() => loki.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-e2e-'))
  running = []
})
afterEach(async () => {
  for (const each of running) each.child.kill('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  rmSync(folder, { recursive: true, force: true })
})

const begin = BigInt(Math.floor(Date.now() / 1000) - 3600) * 1_000_000_000n
const iso = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString()

let runs = 0
/** A label value that no other test uses. */
const freshName = (): string => `e2e-${begin}-${++runs}`

function configure(options: { url?: string; run: string; extra?: string; sinks?: string }): string {
  const path = join(folder, 'picket.yaml')
  writeFileSync(
    path,
    `stateDir: ${join(folder, 'state')}
http: { listen: 127.0.0.1:0 }
${options.extra ?? ''}
sources:
  - { name: fw, type: loki, url: ${options.url ?? loki.url}, query: '{job="firewall", run="${options.run}"}', start: ${iso(begin)}, settle: 0s, poll: 100ms }
sinks:
  - { name: file, type: jsonl, path: ${join(folder, 'detections.jsonl')} }
${options.sinks ?? ''}`,
  )
  return path
}

function run(config: string): Running {
  const started = start(['run', '--config', config])
  running.push(started)
  return started
}

async function get(at: Running, path: string): Promise<{ status: number; text: string }> {
  const [line] = await at.said(/^.*Picket started.*$/m)
  const response = await fetch(`${/http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? ''}${path}`)
  return { status: response.status, text: await response.text() }
}

async function readAll(at: Running, lines: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const report = JSON.parse((await get(at, '/api/v1/report')).text) as {
        lines: { read: number }
      }
      expect(report.lines.read).toBe(lines)
    },
    { timeout: 30_000, interval: 100 },
  )
}

const messages = (at: Running): string[] =>
  at
    .stderr()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { msg: string }).msg)

const detections = (): string[] =>
  existsSync(join(folder, 'detections.jsonl'))
    ? readFileSync(join(folder, 'detections.jsonl'), 'utf8').split('\n').slice(0, -1)
    : []

describe('picket run', () => {
  test('reads Loki, writes what it finds, and ends with 0 on SIGTERM', async () => {
    const name = freshName()
    await pushLines(
      loki.url,
      firewallLines({ seed: 5, count: 400, start: begin, labels: { job: 'firewall', run: name } }),
    )
    const at = run(
      configure({
        run: name,
        sinks: `  - { name: loki, type: loki, url: ${loki.url}, labels: { run: ${name} } }`,
      }),
    )
    await readAll(at, 400)
    expect((await get(at, '/readyz')).status).toBe(200)
    expect(await stop(at)).toBe(0)
    const stored = await queryAll(loki.url, `{job="picket", run="${name}"}`, {
      start: begin,
      end: begin + 7200_000_000_000n,
    })
    expect(stored.length).toBeGreaterThan(10)
    expect(stored.map(({ line }) => line).sort()).toEqual(detections().sort())
    expect(messages(at).at(-1)).toBe('Picket stopped.')
  })

  test('says once that Loki cannot be reached, is not ready until it can, and then reads everything', async () => {
    const name = freshName()
    await pushLines(
      loki.url,
      firewallLines({ seed: 6, count: 100, start: begin, labels: { job: 'firewall', run: name } }),
    )
    let isUp = false
    // A way to the store that can be closed.
    const gate = createServer((request, response) => {
      if (!isUp) {
        response.writeHead(503).end('not yet')
        return
      }
      void fetch(`${loki.url}${request.url ?? ''}`).then(async (answer) => {
        response
          .writeHead(answer.status, {
            'content-type': answer.headers.get('content-type') ?? 'text/plain',
          })
          .end(Buffer.from(await answer.arrayBuffer()))
      })
    })
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = gate.address() as AddressInfo
      const at = run(configure({ run: name, url: `http://127.0.0.1:${port}` }))
      await at.said(/Input failed/)
      const { status, text } = await get(at, '/readyz')
      expect(status).toBe(503)
      expect(text).toContain('503')
      isUp = true
      await readAll(at, 100)
      await vi.waitFor(async () => expect((await get(at, '/readyz')).status).toBe(200), {
        timeout: 20_000,
      })
      expect(await stop(at)).toBe(0)
      expect(messages(at).filter((message) => /Input (failed|works)/.test(message))).toEqual([
        'Input failed, trying again.',
        'Input works again.',
      ])
    } finally {
      gate.closeAllConnections()
      gate.close()
    }
  })

  test('takes over a changed configuration on SIGHUP and refuses a wrong one', async () => {
    const name = freshName()
    const lines = firewallLines({
      seed: 7,
      count: 200,
      start: begin,
      labels: { job: 'firewall', run: name },
    })
    await pushLines(loki.url, lines)
    const at = run(configure({ run: name }))
    await readAll(at, 200)

    configure({ run: name, extra: 'homeNet: [nonsense]' })
    at.child.kill('SIGHUP')
    const [refused] = await at.said(/^.*is refused.*$/m)
    expect(refused).toContain('picket.yaml:3:11')

    configure({ run: name, extra: 'homeNet: [198.51.100.0/24]' })
    at.child.kill('SIGHUP')
    const [reloaded] = await at.said(/^.*Configuration reloaded.*$/m)
    expect((JSON.parse(reloaded) as { keys: string[] }).keys).toEqual(['homeNet'])
    await readAll(at, 200)
    expect(await stop(at)).toBe(0)
    expect(new Set(detections()).size).toBe(detections().length)
  })

  test('refuses a second processor with the same state directory', async () => {
    const config = configure({ run: freshName() })
    const first = run(config)
    await first.said(/Picket started/)
    const second = picket(['run', '--config', config])
    expect(second.status).toBe(1)
    expect(second.stderr).toContain(`in use by process ${first.child.pid}`)
    expect(await stop(first)).toBe(0)
  })

  test('names file, line and key of a wrong configuration, with 2', () => {
    const config = configure({ run: freshName(), extra: 'detection: { scanTimeout: soon }' })
    const { status, stderr, stdout } = picket(['run', '--config', config])
    expect(status).toBe(2)
    expect(stderr).toMatch(/picket\.yaml:3:\d+ detection\.scanTimeout: "soon" is no duration/)
    expect(stdout).toBe('')
  })
})

describe('picket backfill', () => {
  test('writes the history of detections once, however often it runs', async () => {
    const name = freshName()
    await pushLines(
      loki.url,
      firewallLines({ seed: 8, count: 600, start: begin, labels: { job: 'firewall', run: name } }),
    )
    const config = configure({
      run: name,
      sinks: `  - { name: loki, type: loki, url: ${loki.url}, labels: { run: ${name} } }`,
    })
    const backfill = () =>
      picket([
        'backfill',
        '--config',
        config,
        '--from',
        iso(begin),
        '--to',
        iso(begin + 3500_000_000_000n),
        '--format',
        'json',
      ])
    const first = backfill()
    expect(first.stderr).toContain('Left out')
    expect(first.status).toBe(0)
    const report = JSON.parse(first.stdout) as {
      lines: { read: number }
      generatedAt?: string
      totals: { detections: number }
    }
    expect(report.lines.read).toBe(600)
    const range = { start: begin, end: begin + 7200_000_000_000n }
    const stored = () =>
      queryAll(loki.url, `{job="picket", run="${name}", origin="backfill"}`, range)
    const written = await stored()
    expect(written.length).toBe(report.totals.detections)

    const second = backfill()
    expect(second.status).toBe(0)
    expect(await stored()).toEqual(written)
    const again = JSON.parse(second.stdout) as typeof report
    delete report.generatedAt
    delete again.generatedAt
    expect(again).toEqual(report)
    expect(detections()).toEqual([])
  })

  test.each([
    { args: ['--from', '2026-01-02', '--to', '2026-01-01'], says: '--to is not after --from' },
    { args: ['--from', '2026-01-02', '--to', '2999-01-01'], says: 'in the future' },
    { args: ['--from', '2026-01-02'], says: '--to' },
    { args: ['--from', 'soon', '--to', '2026-01-01'], says: 'Expected a time' },
  ])('ends with 2 for $args', ({ args, says }) => {
    const { status, stderr } = picket([
      'backfill',
      '--config',
      configure({ run: freshName() }),
      ...args,
    ])
    expect(stderr).toContain(says)
    expect(status).toBe(2)
  })
})
