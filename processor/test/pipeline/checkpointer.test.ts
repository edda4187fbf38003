import { describe, expect, test, vi } from 'vitest'
import type { CheckpointKind, CheckpointStore } from '../../src/checkpoint/checkpoint-store.ts'
import type { Outbox } from '../../src/checkpoint/outbox.ts'
import type { CheckpointMeta } from '../../src/checkpoint/types.ts'
import { Checkpointer } from '../../src/pipeline/checkpointer.ts'
import type { Clock } from '../../src/pipeline/types.ts'
import { listLogger } from './helpers/fakes.ts'

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A clock that stands still until it is told to go on. */
function handClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 0
  const sleepers = new Set<{ until: number; wake: () => void }>()
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper)
          resolve()
        }
        const sleeper = { until: now + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake, { once: true })
      }),
    async advance(ms) {
      now += ms
      for (const { until, wake } of [...sleepers]) if (until <= now) wake()
      await settled()
    },
  }
}

/** A disk whose writes end when the test says so. */
function slowDisk() {
  const writes: { kind: CheckpointKind; detections: number; end: (error?: Error) => void }[] = []
  let needsFull = false
  const store = {
    next: () => (needsFull ? 'full' : 'changes'),
    invalidate: () => (needsFull = true),
    write: (kind: CheckpointKind, { meta }: { meta: CheckpointMeta }) =>
      new Promise<number>((resolve, reject) => {
        const end = (error?: Error): void => {
          needsFull = error !== undefined
          if (error === undefined) resolve(1)
          else reject(error)
        }
        writes.push({ kind, detections: meta.detections, end })
      }),
  } as unknown as CheckpointStore
  const outbox = { flush: async () => undefined } as unknown as Outbox
  return { store, outbox, writes }
}

async function running() {
  const clock = handClock()
  const disk = slowDisk()
  const logger = listLogger()
  const stop = new AbortController()
  const state = { detections: 0 }
  const durable: number[] = []
  const checkpointer = new Checkpointer({
    store: disk.store,
    outbox: disk.outbox,
    clock,
    logger,
    random: () => 0,
    capture: () => ({
      meta: {
        firstStart: 0,
        savedAt: 0,
        fingerprint: '',
        outbox: 0,
        detections: state.detections,
        sources: {},
        sinks: {},
      },
      engine: undefined,
    }),
    onDurable: async (meta) => void durable.push(meta.detections),
  })
  const run = checkpointer.run(stop.signal)
  await settled()
  const finish = async (): Promise<void> => {
    stop.abort()
    for (const { end } of disk.writes) end()
    await run
  }
  return { checkpointer, clock, state, durable, logger, finish, ...disk }
}

describe('checkpoints', () => {
  test('are written at once for detections, and what comes meanwhile goes into the next, in one', async () => {
    const { checkpointer, state, writes, durable, finish } = await running()
    state.detections = 1
    checkpointer.now()
    await settled()
    expect(writes.map(({ detections }) => detections)).toEqual([1])
    for (let i = 0; i < 5; i++) {
      state.detections++
      checkpointer.now()
    }
    await settled()
    expect(writes).toHaveLength(1)
    expect(durable).toEqual([])
    writes[0]!.end()
    await settled()
    expect(durable).toEqual([1])
    expect(writes.map(({ detections }) => detections)).toEqual([1, 6])
    await finish()
  })

  test('are written after a second when only positions have changed, and not at all when nothing has', async () => {
    const { checkpointer, clock, writes, finish } = await running()
    checkpointer.soon()
    await settled()
    writes[0]!.end()
    await settled()
    checkpointer.soon()
    await clock.advance(999)
    expect(writes).toHaveLength(1)
    await clock.advance(1)
    expect(writes).toHaveLength(2)
    writes[1]!.end()
    await clock.advance(60_000)
    expect(writes).toHaveLength(2)
    await finish()
  })

  test('take a tenth of the time when writing is slow, but detections wait no longer than a second', async () => {
    const { checkpointer, clock, writes, finish } = await running()
    checkpointer.soon()
    await settled()
    await clock.advance(2000)
    writes[0]!.end()
    await settled()
    checkpointer.soon()
    await clock.advance(17_999)
    expect(writes).toHaveLength(1)
    await clock.advance(1)
    expect(writes).toHaveLength(2)
    await clock.advance(2000)
    writes[1]!.end()
    await settled()
    checkpointer.soon()
    await clock.advance(500)
    checkpointer.now()
    await settled()
    await clock.advance(499)
    expect(writes).toHaveLength(2)
    await clock.advance(1)
    expect(writes).toHaveLength(3)
    await finish()
  })

  test('that fail are said once and tried again with everything', async () => {
    const { checkpointer, clock, state, writes, durable, logger, finish } = await running()
    state.detections = 3
    const done = vi.fn()
    void checkpointer.done().then(done)
    await settled()
    writes[0]!.end(new Error('no space left'))
    await settled()
    expect(checkpointer.problem).toBe('no space left')
    await clock.advance(500)
    writes[1]!.end(new Error('no space left'))
    await settled()
    expect(writes).toHaveLength(2)
    expect(done).not.toHaveBeenCalled()
    await clock.advance(1000)
    expect(writes[2]?.kind).toBe('full')
    writes[2]!.end()
    await settled()
    expect(done).toHaveBeenCalled()
    expect(durable).toEqual([3])
    expect(checkpointer.problem).toBeUndefined()
    expect(logger.entries.map(({ level }) => level)).toEqual(['error', 'info'])
    await finish()
  })

  test('asked for while stopping are refused, not forgotten', async () => {
    const { checkpointer, writes, finish } = await running()
    const first = checkpointer.done()
    await settled()
    const second = checkpointer.done()
    const refused = expect(second).rejects.toThrow('stopping')
    expect(writes).toHaveLength(1)
    await finish()
    await first
    await refused
  })
})
