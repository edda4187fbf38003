import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { changedKeys } from './app/changed-keys.ts'
import { pipelineMetrics } from './app/pipeline-metrics.ts'
import type { PipelineMetrics } from './app/pipeline-metrics.ts'
import { pausedRoute } from './app/paused-route.ts'
import { openSession } from './app/session.ts'
import type { Session, SessionDeps } from './app/session.ts'
import { featuresOf } from './app/features.ts'
import { statusOf } from './app/status.ts'
import type { App, AppDeps } from './app/types.ts'
import { crashPointsOf } from './checkpoint/crash-points.ts'
import { lockStateDirectory } from './checkpoint/lock.ts'
import type { StateLock } from './checkpoint/lock.ts'
import type { Config } from './config/schema.ts'
import type { EngineApi, Report } from './core/index.ts'
import type { LoadedFiles } from './config/engine-options.ts'
import { createLivePages } from './live/index.ts'
import type { LivePages } from './live/index.ts'
import { systemClock } from './pipeline/types.ts'
import type { Clock, HttpRoute } from './pipeline/types.ts'
import { sinkKinds } from './sinks/index.ts'
import { isRemoteWriteSink } from './sinks/remote-write/index.ts'
import { sourceKinds } from './sources/index.ts'
import { DetectionRing } from './telemetry/detection-ring.ts'
import type { Logger } from './telemetry/logger.ts'
import { createMetrics } from './telemetry/metrics.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { startRemoteWrite } from './telemetry/remote-write.ts'
import { createApiServer } from './telemetry/server.ts'
import type { ApiServer } from './telemetry/server.ts'
import { version } from './version.ts'

export type { App, AppDeps } from './app/types.ts'

/** Undelivered detections kept on disk; at this bound reading stops until sinks catch up. */
const OUTBOX_MAX_BYTES = 256 << 20
/** How long sinks get to take what is left when Picket stops. */
const SHUTDOWN_TIMEOUT_MS = 10_000
/** When a changed configuration is taken over the rest is delivered afterwards, so nobody waits for it. */
const RELOAD_TIMEOUT_MS = 1000

/** Loads the rules, and nothing else: the rest waits for `start`. Throws what loading the rules throws. */
export async function buildApp(config: Config, deps: AppDeps): Promise<App> {
  return new RunningApp(config, deps, await deps.loadFiles(config))
}

class RunningApp implements App {
  readonly finished: Promise<void>
  readonly #deps: AppDeps
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #ring = new DetectionRing()
  readonly #startedAt: number
  readonly #pages: LivePages
  #config: Config
  #files: LoadedFiles
  /** Live through reloads, so that counters do. */
  readonly #metrics: Metrics
  readonly #pipelineMetrics: PipelineMetrics
  #lock: StateLock | undefined
  #session: Session | undefined
  /** Of the present or the last session. */
  #engine: EngineApi | undefined
  #server: ApiServer | undefined
  #routes: readonly HttpRoute[] = []
  #pushers: { stop(): Promise<void> }[] = []
  #url: string | undefined
  /** A reload and a stop one after the other, whoever asks. */
  #work: Promise<unknown> = Promise.resolve()
  #isStopping = false
  #resolve: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(config: Config, deps: AppDeps, files: LoadedFiles) {
    this.#config = config
    this.#deps = deps
    this.#files = files
    this.#clock = deps.clock ?? systemClock
    this.#logger = deps.logger
    this.#startedAt = this.#clock.now()
    this.#pages = createLivePages(deps.panelPlaces)
    this.#metrics = createMetrics({
      version,
      now: () => this.#clock.now(),
      inputs: config.sources.map(({ name }) => name),
      sinks: config.sinks.map(({ name }) => name),
      signatures: files.signatures,
      topN: config.limits.metricsTopN,
    })
    this.#pipelineMetrics = pipelineMetrics(this.#metrics, this.#ring, deps.onDetection)
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.finished.catch(() => undefined)
  }

  get url(): string | undefined {
    return this.#url
  }

  get engine(): EngineApi {
    if (this.#engine === undefined) throw new Error('The app has not been started.')
    return this.#engine
  }

  async start(): Promise<void> {
    this.#lock = await lockStateDirectory(this.#config.stateDir)
    try {
      const session = await this.#open(this.#config, this.#files)
      if (this.#deps.isQuiet !== true) await this.#listen()
      await this.#begin(session)
    } catch (error) {
      await this.#server?.close()
      await this.#lock.release()
      throw error
    }
    this.#logger.info(
      {
        version,
        inputs: this.#config.sources.length,
        sinks: this.#config.sinks.length,
        url: this.#url,
      },
      'Picket started.',
    )
  }

  stop(): Promise<void> {
    this.#isStopping = true
    return this.#next(async () => {
      await this.#closeSession()
      await this.#server?.close()
      await this.#lock?.release()
      this.#logger.info({}, 'Picket stopped.')
    })
  }

  reload(config: Config): Promise<readonly string[]> {
    return this.#next(async () => {
      if (this.#isStopping) return []
      const fixed = changedKeys(
        { stateDir: this.#config.stateDir, http: this.#config.http },
        { stateDir: config.stateDir, http: config.http },
      )
      if (fixed.length > 0)
        this.#logger.warn({ keys: fixed }, 'These keys change only with a restart.')
      const next: Config = { ...config, stateDir: this.#config.stateDir, http: this.#config.http }
      // Before anything is taken down: a file that cannot be read leaves everything as it is.
      const files = await this.#deps.loadFiles(next)
      const changed = [...changedKeys(this.#config, next), ...changedFiles(this.#files, files)]
      if (changed.length === 0) {
        this.#logger.info({}, 'Configuration read again, nothing else has changed.')
        return []
      }
      await this.#closeSession()
      try {
        await this.#begin(await this.#open(next, files))
      } catch (error) {
        this.#reject(error)
        throw error
      }
      this.#config = next
      this.#files = files
      this.#logger.info({ keys: changed }, 'Configuration reloaded.')
      return changed
    })
  }

  report(options: { readonly all?: boolean } = {}): Report {
    return this.engine.report({
      ...options,
      generatedAt: new Date(this.#clock.now()).toISOString(),
    })
  }

  hasPanel(): boolean {
    return this.#pages.hasPanel()
  }

  ready(): { ok: boolean; reasons: string[] } {
    const reasons = this.#session?.pipeline.problems() ?? ['starting']
    return { ok: reasons.length === 0, reasons }
  }

  get undelivered(): number {
    return Math.max(0, ...(this.#session?.pipeline.components() ?? []).map(({ queue }) => queue))
  }

  async metricsText(): Promise<string> {
    this.#updateMetrics()
    return this.#metrics.text()
  }

  async #open(config: Config, files: LoadedFiles): Promise<Session> {
    const { env = {}, retain = false, reference } = this.#deps
    const deps: SessionDeps = {
      sourceKinds: this.#deps.sourceKinds ?? sourceKinds,
      sinkKinds: this.#deps.sinkKinds ?? sinkKinds,
      logger: this.#logger,
      clock: this.#clock,
      events: this.#pipelineMetrics.events,
      random: this.#deps.random ?? Math.random,
      crash: crashPointsOf(env['PICKET_TEST_CRASH'], () => process.kill(process.pid, 'SIGKILL')),
      files,
      retain,
      reference,
      outboxMaxBytes: this.#deps.outboxMaxBytes ?? OUTBOX_MAX_BYTES,
      shutdownTimeoutMs: this.#deps.shutdownTimeoutMs ?? SHUTDOWN_TIMEOUT_MS,
      snapshotAfterBytes: numberOf(env['PICKET_TEST_SNAPSHOT_BYTES']),
    }
    const session = await openSession(config, deps)
    this.#engine = session.engine
    this.#routes = session.routes.map(pausedRoute)
    return session
  }

  async #begin(session: Session): Promise<void> {
    await session.pipeline.start()
    this.#session = session
    this.#routes = session.routes
    session.pipeline.finished.then(
      () => {
        if (this.#session === session) this.#resolve()
      },
      (error: unknown) => this.#reject(error),
    )
    this.#pushers = session.sinks.filter(isRemoteWriteSink).map((target) =>
      startRemoteWrite({
        target,
        source: {
          getMetricsAsJSON: () => {
            this.#updateMetrics()
            return this.#metrics.registry.getMetricsAsJSON()
          },
        },
        clock: this.#clock,
        logger: this.#logger,
        onResult: (isUp) => this.#metrics.sink(target.name).up(isUp),
      }),
    )
  }

  async #closeSession(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    this.#routes = this.#routes.map(pausedRoute)
    for (const pusher of this.#pushers.splice(0)) await pusher.stop()
    await session?.pipeline.stop(this.#isStopping ? undefined : RELOAD_TIMEOUT_MS)
  }

  async #listen(): Promise<void> {
    const routes = (): readonly HttpRoute[] => this.#routes
    const server = createApiServer({
      logger: this.#logger.child({ component: 'http' }),
      report: (options) => this.report(options),
      status: () =>
        statusOf(this.#session?.pipeline, process, {
          now: this.#clock.now(),
          features: featuresOf(this.#config, this.#files),
          startedAt: this.#startedAt,
          reasons: this.ready().reasons,
        }),
      ready: () => this.ready(),
      metrics: () => this.metricsText(),
      detections: this.#ring,
      pages: this.#pages,
      // Asked at every request: after a reload the inputs are others.
      get pushRoutes() {
        return routes()
      },
      token: () => this.#token(),
    })
    this.#url = (await server.start(this.#config.http.listen)).url
    this.#server = server
  }

  #token(): string | undefined {
    const { token, tokenFile } = this.#config.http
    return tokenFile === undefined ? token : readFileSync(resolve(tokenFile), 'utf8').trimEnd()
  }

  #updateMetrics(): void {
    const stats = this.#engine?.stats()
    if (stats === undefined) return
    this.#metrics.updateFromEngine(stats)
    this.#metrics.loggingHealth(stats.health)
    this.#pipelineMetrics.update(stats)
  }

  #next<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#work.then(action)
    this.#work = result.catch(() => undefined)
    return result
  }
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text)
  return text === undefined || !Number.isInteger(value) ? undefined : value
}

/** What files hold otherwise than before, under whatever configuration. */
function changedFiles(before: LoadedFiles, after: LoadedFiles): string[] {
  const keys = Object.keys(after) as (keyof LoadedFiles)[]
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
}
