import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { batchOf } from '../../src/core/batch.ts'
import { SinkError, SourceError } from '../../src/errors.ts'
import type { Source } from '../../src/pipeline/types.ts'
import { AppendSink, ListSink, ListSource, someLines } from './helpers/fakes.ts'
import { rig, temporaryFolder } from './helpers/rig.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const LINES = someLines(60)
const ids = (sink: ListSink): string[] => sink.accepted.map(({ id }) => id)
const until = (condition: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000, interval: 2 })

/** What a run without trouble delivers. */
async function undisturbed(lines = LINES): Promise<string[]> {
  const other = await temporaryFolder()
  const sink = new ListSink('out')
  const { pipeline } = await rig({
    directory: other.path,
    sources: [new ListSource('fw', lines)],
    sinks: [sink],
  })
  await pipeline.start()
  await pipeline.finished
  await pipeline.stop()
  await other.remove()
  return ids(sink)
}

describe('a pipeline', () => {
  test('delivers everything to every sink, in order, and closes them', async () => {
    const sinks = [new ListSink('a'), new AppendSink('b')]
    const { pipeline } = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES)],
      sinks,
    })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    const expected = await undisturbed()
    expect(expected.length).toBeGreaterThan(10)
    for (const sink of sinks) {
      expect(ids(sink)).toEqual(expected)
      expect(sink.isClosed).toBe(true)
    }
  })

  test('goes on after a stop from the position behind what it fed', async () => {
    const sink = new ListSink('out')
    const first = new ListSource('fw', LINES.slice(0, 31), { ends: false })
    const run = await rig({ directory: folder.path, sources: [first], sinks: [sink] })
    await run.pipeline.start()
    await until(() => first.yielded === 31)
    await run.pipeline.stop()

    const second = new ListSource('fw', LINES)
    const { pipeline } = await rig({ directory: folder.path, sources: [second], sinks: [sink] })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    expect(second.reads).toEqual([{ kind: 'list', index: 31 }])
    expect(ids(sink)).toEqual(await undisturbed())
  })

  test('tells how far behind reading is also where there was nothing to read', async () => {
    const source: Source = {
      type: 'list',
      name: 'fw',
      selector: '{job="test"}',
      check: async () => undefined,
      close: async () => undefined,
      async *read() {
        const rest = { next: { kind: 'list' }, late: 0, duplicates: 0 }
        yield { ...rest, lines: batchOf(LINES), lagSeconds: 300 }
        yield { ...rest, lines: batchOf([]), lagSeconds: 0 }
      },
    }
    const fed: (number | undefined)[][] = []
    const { pipeline } = await rig({
      directory: folder.path,
      sources: [source],
      sinks: [new ListSink('out')],
      events: { fed: (_, { packets }, { lagSeconds }) => fed.push([packets, lagSeconds]) },
    })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    expect(fed).toEqual([
      [LINES.length, 300],
      [0, 0],
    ])
  })

  test('does not wait for an idle input', async () => {
    const idle = new ListSource('idle', [], { ends: false })
    const busy = new ListSource('busy', LINES, { ends: false })
    const sink = new ListSink('out')
    const { pipeline } = await rig({ directory: folder.path, sources: [idle, busy], sinks: [sink] })
    await pipeline.start()
    const expected = await undisturbed()
    await until(() => sink.accepted.length === expected.length)
    await pipeline.stop()
  })

  test('tells an input its position only once it is on disk', async () => {
    const source = new ListSource('fw', LINES)
    const { pipeline } = await rig({ directory: folder.path, sources: [source], sinks: [] })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    expect(source.committed.at(-1)).toBe(LINES.length)
    expect(source.committed).toEqual([...source.committed].sort((a, b) => a - b))
  })

  test('reads from the start where the name belonged to another type of input', async () => {
    const first = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES)],
      sinks: [],
    })
    await first.pipeline.start()
    await first.pipeline.finished
    await first.pipeline.stop()
    const other = new (class extends ListSource {
      override readonly type = 'other'
    })('fw', [])
    const { pipeline } = await rig({ directory: folder.path, sources: [other], sinks: [] })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    expect(other.reads).toEqual([undefined])
  })

  test('starts a sink that is new with the detections from now on', async () => {
    const first = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES)],
      sinks: [],
    })
    await first.pipeline.start()
    await first.pipeline.finished
    await first.pipeline.stop()
    const sink = new ListSink('new')
    const more = new ListSource('fw', [...LINES, ...LINES])
    const { pipeline } = await rig({ directory: folder.path, sources: [more], sinks: [sink] })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    const all = await undisturbed([...LINES, ...LINES])
    expect(ids(sink)).toEqual(all.slice(-sink.accepted.length))
    expect(sink.accepted.length).toBe(all.length - (await undisturbed()).length)
  })
})

describe('an input that fails', () => {
  test('is said once, read again from the last position, and said once when it works again', async () => {
    const source = new ListSource('fw', LINES)
    let failures = 4
    source.beforeBatch = (index) => {
      if (index === 20 && failures-- > 0)
        throw new SourceError('Loki answered 500', { source: 'fw', status: 500, retryable: true })
    }
    const sink = new ListSink('out')
    const { pipeline, logger } = await rig({
      directory: folder.path,
      sources: [source],
      sinks: [sink],
    })
    await pipeline.start()
    await until(() => pipeline.problems().length > 0)
    await until(() =>
      pipeline.problems().some((problem) => problem === 'input fw: Loki answered 500'),
    )
    await pipeline.finished
    expect(pipeline.problems()).toEqual([])
    await pipeline.stop()
    expect(source.reads.slice(1)).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'list', index: 20 })),
    )
    expect(ids(sink)).toEqual(await undisturbed())
    const said = logger.entries.filter(
      ({ facts, level }) => facts['input'] === 'fw' && level !== 'debug',
    )
    expect(said.map(({ message }) => message)).toEqual([
      'Input failed, trying again.',
      'Input works again.',
    ])
  })

  test('by a broken engine ends everything, and nothing of that batch is saved', async () => {
    const lines = [...LINES.slice(0, 20), LINES[20]!, 'explode', ...LINES.slice(21)]
    const { pipeline } = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', lines)],
      sinks: [new ListSink('out')],
    })
    await pipeline.start()
    await expect(pipeline.finished).rejects.toThrow('the engine broke')
    await pipeline.stop()
    const source = new ListSource('fw', LINES)
    const sink = new ListSink('out')
    const again = await rig({ directory: folder.path, sources: [source], sinks: [sink] })
    await again.pipeline.start()
    await again.pipeline.finished
    await again.pipeline.stop()
    const total = [...again.engine.counts.values()].reduce((sum, count) => sum + count, 0)
    expect(total).toBe(LINES.length)
  })

  test('that does not return when asked to stop holds nothing up', async () => {
    const stuck: Source = {
      name: 'stuck',
      type: 'stuck',
      check: async () => undefined,
      // eslint-disable-next-line require-yield
      async *read() {
        await new Promise(() => undefined)
      },
    }
    const { pipeline } = await rig({ directory: folder.path, sources: [stuck], sinks: [] })
    await pipeline.start()
    await pipeline.stop()
  })
})

describe('a sink that fails', () => {
  const failing = (status: number | undefined, retryable: boolean) =>
    new SinkError(`answered ${status ?? 'nothing'}`, { sink: 'out', status, retryable })

  test('for a while is said once, and gets everything in order afterwards', async () => {
    const sink = new ListSink('out')
    let failures = 5
    sink.beforeWrite = () => {
      if (failures-- > 0) throw failing(503, true)
    }
    const healthy = new ListSink('healthy')
    const retried: string[] = []
    const { pipeline, logger } = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES, { ends: false })],
      sinks: [sink, healthy],
      events: { sinkRetried: (name) => retried.push(name) },
    })
    await pipeline.start()
    const expected = await undisturbed()
    await until(() => healthy.accepted.length === expected.length)
    await until(() => sink.accepted.length === expected.length)
    await pipeline.stop()
    expect(ids(sink)).toEqual(expected)
    expect(retried).toHaveLength(5)
    const said = logger.entries.filter(
      ({ facts, level }) => facts['sink'] === 'out' && level !== 'debug',
    )
    expect(said.map(({ message }) => message)).toEqual([
      'Sink failed, detections wait for it.',
      'Sink works again.',
    ])
  })

  test('for some detections for good drops just these, and counts them', async () => {
    const expected = await undisturbed()
    const bad = new Set([expected[2], expected[7]])
    const sink = new ListSink('out')
    sink.beforeWrite = (events) => {
      if (events.some(({ id }) => bad.has(id))) throw failing(400, false)
    }
    let dropped = 0
    let delivered = 0
    const { pipeline, logger } = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES)],
      sinks: [sink],
      events: { sinkDropped: (_, n) => (dropped += n), sinkDelivered: (_, n) => (delivered += n) },
    })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    expect(ids(sink)).toEqual(expected.filter((id) => !bad.has(id)))
    expect([dropped, delivered]).toEqual([2, expected.length - 2])
    expect(
      logger.entries.filter(({ level }) => level === 'error').map(({ facts }) => facts['id']),
    ).toEqual([...bad])
    expect(pipeline.components().find(({ name }) => name === 'out')?.queue).toBe(0)
  })

  test.each([401, 403, 404])(
    'with %i keeps its detections until a person has mended it',
    async (status) => {
      const sink = new ListSink('out')
      let isMended = false
      sink.beforeWrite = () => {
        if (!isMended) throw failing(status, false)
      }
      const { pipeline } = await rig({
        directory: folder.path,
        sources: [new ListSource('fw', LINES, { ends: false })],
        sinks: [sink],
      })
      await pipeline.start()
      await until(() => pipeline.problems().includes(`sink out: answered ${status}`))
      isMended = true
      const expected = await undisturbed()
      await until(() => sink.accepted.length === expected.length)
      await pipeline.stop()
    },
  )

  test('its check is not ready, and not asked for detections', async () => {
    const sink = new ListSink('out')
    let isThere = false
    sink.beforeCheck = () => {
      if (!isThere) throw failing(undefined, true)
    }
    const optional = new ListSink('optional', false)
    optional.beforeCheck = sink.beforeCheck
    const { pipeline } = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES, { ends: false })],
      sinks: [sink, optional],
    })
    await pipeline.start()
    await until(
      () =>
        pipeline.components().find(({ name }) => name === 'optional')?.problem ===
        'answered nothing',
    )
    expect(pipeline.problems()).toEqual(['sink out: answered nothing'])
    expect(sink.accepted).toEqual([])
    isThere = true
    await until(() => pipeline.problems().length === 0)
    await pipeline.stop()
  })

  test('for ever stops reading at the bound of the outbox, and the healthy ones get what was read', async () => {
    const lines = someLines(3000)
    const source = new ListSource('fw', lines, { ends: false })
    const dead = new ListSink('dead', false)
    let isDead = true
    dead.beforeWrite = () => {
      if (isDead) throw failing(503, true)
    }
    const healthy = new ListSink('healthy')
    const paused: boolean[] = []
    const { pipeline, outbox, logger } = await rig({
      directory: folder.path,
      sources: [source],
      sinks: [dead, healthy],
      outboxMaxBytes: 20_000,
      events: { readingPaused: (is) => paused.push(is) },
    })
    await pipeline.start()
    await until(() => paused.length === 1)
    const read = source.yielded
    expect(read).toBeLessThan(lines.length)
    // At most one batch beyond the bound.
    expect(outbox.length).toBeLessThan(22_000)
    await until(
      () =>
        healthy.accepted.length ===
        pipeline.components().find(({ name }) => name === 'dead')?.queue,
    )
    expect(source.yielded).toBe(read)
    isDead = false
    await until(() => source.yielded === lines.length)
    await pipeline.stop()
    expect(ids(dead)).toEqual(await undisturbed(lines))
    expect(ids(healthy)).toEqual(ids(dead))
    expect(paused.at(-1)).toBe(false)
    const warned = logger.entries.filter(({ message }) => message.startsWith('Too many detections'))
    expect(warned.length).toBe(paused.filter((is) => is).length)
  })

  test('at the end keeps its detections for the next run', async () => {
    const sink = new ListSink('out')
    sink.beforeWrite = () => {
      throw failing(503, true)
    }
    const first = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES)],
      sinks: [sink],
    })
    await first.pipeline.start()
    await first.pipeline.finished
    await first.pipeline.stop()
    expect(sink.accepted).toEqual([])
    sink.beforeWrite = () => undefined
    const { pipeline } = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES)],
      sinks: [sink],
    })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    expect(ids(sink)).toEqual(await undisturbed())
  })

  test('hanging at the end is given up after the time for it', async () => {
    const sink = new ListSink('out')
    sink.beforeWrite = (): Promise<void> => new Promise(() => undefined)
    const { pipeline } = await rig({
      directory: folder.path,
      sources: [new ListSource('fw', LINES)],
      sinks: [sink],
      shutdownTimeoutMs: 100,
    })
    await pipeline.start()
    await pipeline.finished
    await pipeline.stop()
    expect(sink.isClosed).toBe(true)
  })
})
