import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointStore } from '../../../src/checkpoint/checkpoint-store.ts'
import { noCrash } from '../../../src/checkpoint/crash-points.ts'
import type { CrashPoints } from '../../../src/checkpoint/crash-points.ts'
import { Outbox } from '../../../src/checkpoint/outbox.ts'
import { noPipelineEvents } from '../../../src/pipeline/events.ts'
import type { PipelineEvents } from '../../../src/pipeline/events.ts'
import { Pipeline } from '../../../src/pipeline/pipeline.ts'
import type { Sink, Source } from '../../../src/pipeline/types.ts'
import { CountingEngine, hurriedClock, listLogger } from './fakes.ts'

export interface RigOptions {
  readonly directory: string
  readonly sources: readonly Source[]
  readonly sinks: readonly Sink[]
  readonly crash?: CrashPoints
  readonly events?: Partial<PipelineEvents>
  readonly outboxMaxBytes?: number
  readonly segmentBytes?: number
  readonly snapshotAfterBytes?: number
  readonly shutdownTimeoutMs?: number
}

/** A pipeline over a state directory, put together as the application does it. */
export async function rig(options: RigOptions) {
  const logger = listLogger()
  const crash = options.crash ?? noCrash
  const engine = new CountingEngine()
  const store = new CheckpointStore({
    directory: join(options.directory, 'checkpoint'),
    crash,
    logger,
    snapshotAfterBytes: options.snapshotAfterBytes ?? 2000,
  })
  const loaded = await store.load()
  const length = loaded?.meta.outbox ?? 0
  const outbox = await Outbox.open(
    {
      directory: join(options.directory, 'outbox'),
      crash,
      segmentBytes: options.segmentBytes ?? 1000,
    },
    {
      length,
      needed: Math.min(
        length,
        ...Object.values(loaded?.meta.sinks ?? {}).map(({ offset }) => offset),
      ),
    },
  )
  const pipeline = new Pipeline({
    engine,
    sources: options.sources,
    sinks: options.sinks,
    store,
    outbox,
    loaded,
    firstStart: loaded?.meta.firstStart ?? 1_700_000_000,
    fingerprint: 'same',
    outboxMaxBytes: options.outboxMaxBytes ?? 1 << 20,
    // Long, for the clock is hurried and the disk is not.
    shutdownTimeoutMs: options.shutdownTimeoutMs ?? 3_600_000,
    clock: hurriedClock(),
    logger,
    events: { ...noPipelineEvents, ...options.events },
    random: () => 0,
    crash,
  })
  return { pipeline, engine, outbox, store, logger }
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<{
  readonly path: string
  remove(): Promise<void>
}> {
  const path = await mkdtemp(join(tmpdir(), 'picket-pipeline-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
