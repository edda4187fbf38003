import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { CheckpointStore } from '../checkpoint/checkpoint-store.ts'
import type { CrashPoints } from '../checkpoint/crash-points.ts'
import { Outbox } from '../checkpoint/outbox.ts'
import { engineOptions } from '../config/engine-options.ts'
import type { LoadedFiles } from '../config/engine-options.ts'
import type { Config } from '../config/schema.ts'
import { createEngine } from '../core/index.ts'
import type { EngineApi, EngineOptions } from '../core/index.ts'
import type { PipelineEvents } from '../pipeline/events.ts'
import { Pipeline } from '../pipeline/pipeline.ts'
import type { BuildContext, Clock, HttpRoute, Sink, Source } from '../pipeline/types.ts'
import type { Logger } from '../telemetry/logger.ts'

/** A kind of component, whatever its own configuration is. */
export interface ComponentKind<T> {
  readonly type: string
  create(config: never, context: BuildContext): T
}

export type RoutedSource = Source & { readonly routes?: readonly HttpRoute[] }

export interface SessionDeps {
  readonly sourceKinds: readonly ComponentKind<RoutedSource>[]
  readonly sinkKinds: readonly ComponentKind<Sink>[]
  readonly logger: Logger
  readonly clock: Clock
  readonly events: PipelineEvents
  readonly random: () => number
  readonly crash: CrashPoints
  readonly files: LoadedFiles
  /** Report the whole input, not only scans alive. */
  readonly retain: boolean
  /** Seconds since 1970 instead of the start of the first run. */
  readonly reference: number | undefined
  readonly outboxMaxBytes: number
  readonly shutdownTimeoutMs: number
  readonly snapshotAfterBytes: number | undefined
}

/** Everything that is built anew when the configuration changes. */
export interface Session {
  readonly engine: EngineApi
  readonly pipeline: Pipeline
  readonly sinks: readonly Sink[]
  readonly routes: readonly HttpRoute[]
}

/**
 * Loads the state directory and builds engine, inputs, sinks and the pipeline between them; starts nothing.
 * The directory must be locked. Throws CheckpointError.
 */
export async function openSession(config: Config, deps: SessionDeps): Promise<Session> {
  const { logger, clock, crash } = deps
  const options = engineOptions(config, {
    ...deps.files,
    retain: deps.retain,
    seed: Math.floor(deps.random() * 2 ** 31),
  })
  const engine = createEngine(options)
  const store = new CheckpointStore({
    directory: join(config.stateDir, 'checkpoint'),
    crash,
    logger: logger.child({ component: 'checkpoint' }),
    ...(deps.snapshotAfterBytes === undefined
      ? {}
      : { snapshotAfterBytes: deps.snapshotAfterBytes }),
  })
  const loaded = await store.load()
  const firstStart = loaded?.meta.firstStart ?? Math.floor(clock.now() / 1000)
  const sources = config.sources.map((source) =>
    build(deps.sourceKinds, source, 'input', config.stateDir, {
      ...deps,
      reference: deps.reference ?? firstStart,
    }),
  )
  const sinks = config.sinks.map((sink) =>
    build(deps.sinkKinds, sink, 'sink', config.stateDir, {
      ...deps,
      reference: deps.reference ?? firstStart,
    }),
  )
  const length = loaded?.meta.outbox ?? 0
  // Only sinks that go on: what waited for one that was removed is no longer needed by anybody.
  const needed = sinks.flatMap(({ name, type }) => {
    const saved = loaded?.meta.sinks[name]
    return saved?.type === type ? [saved.offset] : []
  })
  const outbox = await Outbox.open(
    {
      directory: join(config.stateDir, 'outbox'),
      crash,
      segmentBytes: Math.max(64 << 10, Math.min(4 << 20, deps.outboxMaxBytes >> 3)),
    },
    { length, needed: Math.min(length, ...needed) },
  )
  const pipeline = new Pipeline({
    engine,
    sources,
    sinks,
    store,
    outbox,
    loaded,
    firstStart,
    fingerprint: fingerprintOf(options),
    outboxMaxBytes: deps.outboxMaxBytes,
    shutdownTimeoutMs: deps.shutdownTimeoutMs,
    clock,
    logger,
    events: deps.events,
    random: deps.random,
    crash,
  })
  return { engine, pipeline, sinks, routes: sources.flatMap(({ routes }) => routes ?? []) }
}

function build<T>(
  kinds: readonly ComponentKind<T>[],
  config: { readonly type: string; readonly name: string },
  role: 'input' | 'sink',
  stateDir: string,
  deps: { readonly logger: Logger; readonly clock: Clock; readonly reference: number },
): T {
  const kind = kinds.find(({ type }) => type === config.type)
  if (kind === undefined) throw new RangeError(`There is no ${role} of type ${config.type}.`)
  const context: BuildContext = {
    name: config.name,
    stateDir: join(stateDir, `${role}s`, config.name),
    logger: deps.logger.child({ component: `${role}.${config.name}` }),
    clock: deps.clock,
    reference: deps.reference,
  }
  // The schema has proved that this configuration belongs to the kind with its type.
  return kind.create(config as never, context)
}

/** Of what decides the answers; the seed does not. Signatures by their numbers, levels and messages. */
function fingerprintOf({ signatures, ...options }: EngineOptions): string {
  const rules = signatures.map(({ sid, level, message }) => [sid, level, message])
  return createHash('sha256')
    .update(JSON.stringify([{ ...options, seed: 0 }, rules]))
    .digest('hex')
    .slice(0, 32)
}
