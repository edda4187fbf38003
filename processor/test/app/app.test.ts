import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { NO_FILES } from '../../src/config/engine-options.ts'
import { buildApp } from '../../src/app.ts'
import type { App, AppDeps } from '../../src/app.ts'
import { configSchema } from '../../src/config/schema.ts'
import type { Config } from '../../src/config/schema.ts'
import { builtinRules } from '../../src/core/index.ts'
import { SourceError } from '../../src/errors.ts'
import { tcp } from '../helpers/lines.ts'
import { listLogger, ListSink, ListSource } from '../pipeline/helpers/fakes.ts'
import { temporaryFolder } from '../pipeline/helpers/rig.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let apps: App[]
beforeEach(async () => {
  folder = await temporaryFolder()
  apps = []
})
afterEach(async () => {
  for (const app of apps) await app.stop()
  await folder.remove()
})

/** A vertical scan: level 2 by default thresholds. */
const LINES = Array.from({ length: 20 }, (_, i) => tcp({ src: '203.0.113.9', dpt: 100 + i, at: i }))

const configOf = (extra: object = {}): Config =>
  configSchema.parse({
    stateDir: join(folder.path, 'state'),
    http: { listen: '127.0.0.1:0' },
    sources: [{ type: 'stdin', name: 'in' }],
    sinks: [{ type: 'stdout', name: 'out', required: true }],
    ...extra,
  })

async function appWith(
  config: Config,
  source: ListSource,
  sink: ListSink,
  deps: Partial<AppDeps> = {},
) {
  const logger = listLogger()
  const app = await buildApp(config, {
    logger,
    loadFiles: async () => NO_FILES,
    sourceKinds: [{ type: 'stdin', create: () => source }],
    sinkKinds: [{ type: 'stdout', create: () => sink }],
    ...deps,
  })
  apps.push(app)
  return { app, logger }
}

const get = async (app: App, path: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${app.url ?? ''}${path}`)
  return { status: response.status, text: await response.text() }
}

describe('a running app', () => {
  test('detects, delivers and answers over HTTP', async () => {
    const sink = new ListSink('out')
    const source = new ListSource('in', LINES, { ends: false })
    const { app } = await appWith(configOf(), source, sink)
    await app.start()
    await vi.waitFor(() => expect(sink.accepted.length).toBeGreaterThan(1), { timeout: 10_000 })

    expect((await get(app, '/healthz')).status).toBe(200)
    expect((await get(app, '/readyz')).status).toBe(200)
    const report = JSON.parse((await get(app, '/api/v1/report')).text) as ReturnType<App['report']>
    expect(report.attackers).toMatchObject([{ source: '203.0.113.9', dangerLevel: 2, packets: 20 }])
    const { detections } = JSON.parse((await get(app, '/api/v1/detections')).text) as {
      detections: { id: string }[]
    }
    expect(detections.map(({ id }) => id)).toEqual(sink.accepted.map(({ id }) => id))
    const status = JSON.parse((await get(app, '/api/v1/status')).text) as { components: object[] }
    expect(status.components).toMatchObject([
      { kind: 'input', name: 'in', up: true },
      { kind: 'sink', name: 'out', up: true, queue: 0 },
    ])
    const metrics = (await get(app, '/metrics')).text
    expect(metrics).toContain('picket_lines_total{input="in",result="packet"} 20')
    expect(metrics).toContain(
      `picket_sink_events_total{sink="out",result="delivered"} ${sink.accepted.length}`,
    )
    expect(metrics).toContain('picket_sources{danger_level="2"} 1')
    expect(metrics).toMatch(/picket_detection_latency_seconds_count [1-9]/)
    expect(metrics).toMatch(/picket_checkpoint_age_seconds \d/)
  })

  test('is not ready while an input cannot be read, and says why', async () => {
    const source = new ListSource('in', LINES)
    source.beforeBatch = () => {
      throw new SourceError('Loki at http://loki answered 500', { source: 'in', retryable: true })
    }
    const { app } = await appWith(configOf(), source, new ListSink('out'))
    await app.start()
    await vi.waitFor(async () => {
      const { status, text } = await get(app, '/readyz')
      expect(status).toBe(503)
      expect(text).toContain('input in: Loki at http://loki answered 500')
    })
  })

  test('goes on where it was stopped', async () => {
    const sink = new ListSink('out')
    for (const count of [11, 20]) {
      const source = new ListSource('in', LINES.slice(0, count))
      const { app } = await appWith(configOf(), source, sink)
      await app.start()
      await app.finished
      await app.stop()
      expect(app.report().lines.read).toBe(count)
    }
    expect(new Set(sink.accepted.map(({ id }) => id)).size).toBe(sink.accepted.length)
    expect(sink.accepted.map(({ dangerLevel }) => dangerLevel)).toContain(2)
  })

  test('refuses a state directory that another process uses', async () => {
    const { app } = await appWith(configOf(), new ListSource('in', []), new ListSink('out'))
    const config = configOf()
    await app.start()
    await app.stop()
    await writeFile(join(config.stateDir, 'lock'), JSON.stringify({ pid: process.ppid }))
    const { app: second } = await appWith(config, new ListSource('in', []), new ListSink('out'))
    await expect(second.start()).rejects.toThrow('in use by process')
  })

  test('does not start on a taken port, and leaves the state directory free', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { app } = await appWith(
      configOf({ http: { listen: `127.0.0.1:${port}` } }),
      new ListSource('in', []),
      new ListSink('out'),
    )
    await expect(app.start()).rejects.toThrow('taken')
    server.close()
    const { app: second } = await appWith(configOf(), new ListSource('in', []), new ListSink('out'))
    await second.start()
  })
})

describe('a changed configuration', () => {
  test('is taken over with the state of the scans, and says what changed', async () => {
    const sink = new ListSink('out')
    const source = new ListSource('in', LINES, { ends: false })
    const { app, logger } = await appWith(configOf(), source, sink)
    await app.start()
    await vi.waitFor(() => expect(app.report().lines.read).toBe(20))
    const before = app.url
    const changed = await app.reload(
      configOf({ detection: { dangerLevels: [5, 15, 25, 1500, 10_000] } }),
    )
    expect(changed).toEqual(['detection.dangerLevels'])
    expect(app.url).toBe(before)
    expect(app.report().attackers).toMatchObject([{ packets: 20, dangerLevel: 2 }])
    expect(logger.entries.at(-1)).toMatchObject({
      message: 'Configuration reloaded.',
      facts: { keys: ['detection.dangerLevels'] },
    })
    expect(source.reads.at(-1)).toEqual({ kind: 'list', index: 20 })
    expect((await get(app, '/metrics')).text).toContain(
      'picket_lines_total{input="in",result="packet"} 20',
    )
  })

  test('that is equal changes nothing', async () => {
    const source = new ListSource('in', LINES, { ends: false })
    const { app } = await appWith(configOf(), source, new ListSink('out'))
    await app.start()
    expect(await app.reload(configOf())).toEqual([])
    expect(source.reads).toHaveLength(1)
  })

  test('that is equal takes other rules in, when a rule file has changed', async () => {
    const source = new ListSource('in', LINES, { ends: false })
    let rules = builtinRules()
    const { app } = await appWith(configOf(), source, new ListSink('out'), {
      loadFiles: async () => ({ ...NO_FILES, signatures: rules }),
    })
    await app.start()
    expect(await app.reload(configOf())).toEqual([])
    rules = rules.slice(1)
    expect(await app.reload(configOf())).toEqual(['signatures'])
    expect(app.engine.options.signatures).toHaveLength(rules.length)
    expect(await app.reload(configOf())).toEqual([])
  })

  test('of what cannot change says so and leaves it', async () => {
    const { app, logger } = await appWith(
      configOf(),
      new ListSource('in', [], { ends: false }),
      new ListSink('out'),
    )
    await app.start()
    expect(await app.reload(configOf({ stateDir: join(folder.path, 'elsewhere') }))).toEqual([])
    expect(logger.entries).toContainEqual({
      level: 'warn',
      message: 'These keys change only with a restart.',
      facts: { keys: ['stateDir'] },
    })
  })

  test('whose rules cannot be read leaves everything as it is', async () => {
    const source = new ListSource('in', LINES, { ends: false })
    let isBroken = false
    const { app } = await appWith(configOf(), source, new ListSink('out'), {
      loadFiles: async () => {
        if (isBroken) throw new Error('no such file')
        return NO_FILES
      },
    })
    await app.start()
    isBroken = true
    await expect(app.reload(configOf({ homeNet: ['10.0.0.0/8'] }))).rejects.toThrow('no such file')
    expect(source.reads).toHaveLength(1)
    expect(app.ready().ok).toBe(true)
  })
})
