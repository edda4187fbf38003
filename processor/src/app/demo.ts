import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSchema } from '../config/schema.ts'
import type { Config } from '../config/schema.ts'
import type { EngineStats, Report } from '../core/index.ts'
import { PicketError } from '../errors.ts'
import { systemClock } from '../pipeline/types.ts'
import { createSimulator } from '../simulator/index.ts'
import { createStore, startStoreServer } from '../store/index.ts'
import type { StoreServer } from '../store/index.ts'
import type { Logger } from '../telemetry/logger.ts'
import { buildApp } from '../app.ts'
import type { App, AppDeps } from '../app.ts'
import { startTraffic } from './traffic.ts'

const STORE_LISTEN = '127.0.0.1:3100'
const PICKET_LISTEN = '127.0.0.1:9744'
const FREE_PORT = '127.0.0.1:0'
/** Everything is on one machine and pushed within a fifth of a second. */
const SETTLE = '1s'
/** How long the last lines get to come back from the store. */
const FINISH_MS = 15_000

export interface DemoOptions {
  readonly seed: number
  /** Lines of background noise a second. */
  readonly rate: number
  readonly logger: Logger
  readonly loadFiles: AppDeps['loadFiles']
}

/** The whole loop on one machine. */
export interface Demo {
  readonly storeUrl: string
  readonly picketUrl: string
  stats(): EngineStats
  /** Detections found so far. */
  detections(): number
  /** True once the live page shows the Grafana panel. */
  hasPanel(): boolean
  /** Rejects when the processor cannot go on. */
  readonly failed: Promise<never>
  /** Ends the traffic, waits until everything has come through; returns the last report. */
  finish(): Promise<Report>
  /** Stops all; the lines and detections are gone with the store. */
  close(): Promise<void>
}

/** Store, simulated traffic and processor, wired as separate programs would be: over HTTP. Throws PicketError. */
export async function startDemo({ seed, rate, logger, loadFiles }: DemoOptions): Promise<Demo> {
  const clock = systemClock
  const stateDir = await mkdtemp(join(tmpdir(), 'picket-demo-'))
  const closers: (() => Promise<void>)[] = [() => rm(stateDir, { recursive: true, force: true })]
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const store = createStore({
      logger: logger.child({ component: 'store' }),
      now: () => clock.now(),
    })
    closers.push(async () => store.close())
    const server = await onFreePort(STORE_LISTEN, logger, (listen) =>
      startStoreServer(store, { listen, logger }),
    )
    closers.push(() => server.close())

    const start = clock.now()
    let found = 0
    const app = await onFreePort(PICKET_LISTEN, logger, async (listen) => {
      const config = demoConfig({ stateDir, listen, store: server, startMs: start })
      const candidate = await buildApp(config, {
        logger,
        loadFiles,
        onDetection: () => found++,
      })
      await candidate.start()
      return candidate
    })
    closers.push(() => app.stop())
    const traffic = startTraffic({
      simulator: createSimulator({ seed, rate, start }),
      url: server.url,
      clock,
      logger,
    })
    closers.push(() => traffic.stop())

    return {
      storeUrl: server.url,
      picketUrl: app.url ?? '',
      stats: () => app.engine.stats(),
      detections: () => found,
      hasPanel: () => app.hasPanel(),
      failed: app.finished.then(() => {
        throw new PicketError('PICKET_DEMO', 'the input of the demo ended')
      }),
      async finish() {
        await traffic.stop()
        await allRead(app, traffic.pushed)
        return app.report()
      },
      close: closeAll,
    }
  } catch (error) {
    await closeAll()
    throw error
  }

  async function allRead(app: App, lines: number): Promise<void> {
    const until = clock.now() + FINISH_MS
    while (app.engine.stats().lines.read < lines || app.undelivered > 0) {
      if (clock.now() > until)
        throw new PicketError('PICKET_DEMO', 'not all simulated lines came back from the store')
      await clock.sleep(50)
    }
  }
}

/** What a person would write into `picket.yaml`, with the default thresholds. */
function demoConfig(options: {
  readonly stateDir: string
  readonly listen: string
  readonly store: StoreServer
  readonly startMs: number
}): Config {
  const { stateDir, listen, store, startMs } = options
  return configSchema.parse({
    stateDir,
    http: { listen },
    sources: [
      {
        name: 'firewall',
        type: 'loki',
        url: store.url,
        query: '{job="firewall"}',
        start: new Date(startMs).toISOString(),
        settle: SETTLE,
        // So that `picket analyze` over the exported lines says the same to the last digit.
        time: 'line',
      },
    ],
    sinks: [{ name: 'detections', type: 'loki', url: store.url }],
  })
}

/** On the usual port, else on a free one, which is said. */
async function onFreePort<T>(
  listen: string,
  logger: Logger,
  start: (listen: string) => Promise<T>,
): Promise<T> {
  try {
    return await start(listen)
  } catch (error) {
    const isTaken =
      error instanceof PicketError &&
      (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'
    if (!isTaken) throw error
    logger.warn({ listen }, 'The usual port is taken, using a free one.')
    return start(FREE_PORT)
  }
}
