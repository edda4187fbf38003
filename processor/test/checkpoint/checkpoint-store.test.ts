import {
  appendFile,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CheckpointStore } from '../../src/checkpoint/checkpoint-store.ts'
import { noCrash } from '../../src/checkpoint/crash-points.ts'
import type { CheckpointMeta } from '../../src/checkpoint/types.ts'
import { CheckpointError } from '../../src/errors.ts'
import { listLogger } from '../pipeline/helpers/fakes.ts'

let directory: string
let logger: ReturnType<typeof listLogger>
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'picket-checkpoint-'))
  logger = listLogger()
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const newStore = (snapshotAfterBytes?: number) =>
  new CheckpointStore({
    directory,
    crash: noCrash,
    logger,
    ...(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes }),
  })

const meta = (outbox: number): CheckpointMeta => ({
  firstStart: 1,
  savedAt: 2,
  fingerprint: 'f',
  outbox,
  detections: 0,
  sources: {},
  sinks: {},
})

/** One full state and `count - 1` changes behind it. */
async function save(count: number): Promise<void> {
  const store = newStore()
  await store.load()
  for (let i = 1; i <= count; i++) {
    const kind = store.next()
    await store.write(kind, { meta: meta(i), engine: Buffer.from(`${kind}-${i}`) })
  }
  await store.close()
}

async function loaded(): Promise<{ outbox: number; engine: string[] } | undefined> {
  const store = newStore()
  const found = await store.load()
  await store.close()
  return found === undefined
    ? undefined
    : {
        outbox: found.meta.outbox,
        engine: found.engine.map((bytes) => Buffer.from(bytes).toString()),
      }
}

const ALL = { outbox: 3, engine: ['full-1', 'changes-2', 'changes-3'] }

describe('a checkpoint store', () => {
  test('has nothing on the first run', async () => {
    expect(await loaded()).toBeUndefined()
  })

  test('gives back the full state and the changes behind it, in order', async () => {
    await save(3)
    expect(await loaded()).toEqual(ALL)
  })

  test('goes on behind what it found', async () => {
    await save(2)
    const store = newStore()
    await store.load()
    expect(store.next()).toBe('changes')
    await store.write('changes', { meta: meta(3), engine: Buffer.from('changes-3') })
    await store.close()
    expect(await loaded()).toEqual(ALL)
  })

  test('keeps a record without changes of the engine', async () => {
    await save(1)
    const store = newStore()
    await store.load()
    await store.write('changes', { meta: meta(9), engine: undefined })
    await store.close()
    expect(await loaded()).toEqual({ outbox: 9, engine: ['full-1'] })
  })

  test('gives the newest complete record wherever the log is cut', async () => {
    await save(3)
    const path = join(directory, 'log-1.bin')
    const whole = await readFile(path)
    const record = (whole.length - 16) / 2
    for (let length = whole.length; length >= 0; length--) {
      await writeFile(path, whole.subarray(0, length))
      const complete = Math.max(0, Math.floor((length - 16) / record))
      expect(await loaded(), `cut at ${length}`).toEqual({
        outbox: 1 + complete,
        engine: ALL.engine.slice(0, 1 + complete),
      })
    }
  })

  test('cuts off a record whose bytes were changed, and what follows it', async () => {
    await save(3)
    const path = join(directory, 'log-1.bin')
    const bytes = await readFile(path)
    bytes[40]! ^= 1
    await writeFile(path, bytes)
    expect(await loaded()).toEqual({ outbox: 1, engine: ['full-1'] })
    expect(logger.entries.map(({ message }) => message)).toContain(
      'The end of the checkpoint log was incomplete and was cut off.',
    )
  })

  test('writes a new snapshot when the log has outgrown the old one, and removes the old files', async () => {
    const store = newStore(300)
    await store.load()
    const kinds: string[] = []
    for (let i = 1; i <= 20; i++) {
      const kind = store.next()
      kinds.push(kind)
      await store.write(kind, { meta: meta(i), engine: Buffer.from(`${kind}-${i}`) })
    }
    await store.close()
    expect(kinds.filter((kind) => kind === 'full').length).toBeGreaterThan(2)
    const names = (await readdir(directory)).sort()
    expect(names).toHaveLength(2)
    expect((await loaded())?.outbox).toBe(20)
  })

  test('falls back to the snapshot before if the newest is damaged and the old one is still there', async () => {
    await save(2)
    await writeFile(
      join(directory, 'snapshot-2.bin'),
      await readFile(join(directory, 'snapshot-1.bin')),
    )
    await truncate(join(directory, 'snapshot-2.bin'), 30)
    const store = newStore()
    expect((await store.load())?.meta.outbox).toBe(2)
    expect(store.next()).toBe('full')
    await store.write('full', { meta: meta(5), engine: Buffer.from('full-5') })
    await store.close()
    expect(await loaded()).toEqual({ outbox: 5, engine: ['full-5'] })
    expect(await readdir(directory)).toContain('snapshot-2.bin.damaged')
  })

  test('refuses a damaged snapshot rather than to start from nothing', async () => {
    await save(2)
    await truncate(join(directory, 'snapshot-1.bin'), 30)
    await expect(newStore().load()).rejects.toThrow(/snapshot-1\.bin is damaged/)
    // And does not take the folder for a new one on the next try.
    await expect(newStore().load()).rejects.toThrow(CheckpointError)
  })

  test('refuses a log whose snapshot is gone', async () => {
    await save(2)
    await rm(join(directory, 'snapshot-1.bin'))
    await expect(newStore().load()).rejects.toThrow(/without its snapshot/)
  })

  test('refuses files of a newer version', async () => {
    await save(1)
    const file = await open(join(directory, 'snapshot-1.bin'), 'r+')
    await file.write(Uint8Array.of(2), 0, 1, 8)
    await file.close()
    await expect(newStore().load()).rejects.toThrow(/newer Picket \(format 2/)
  })

  test('removes a snapshot that was never finished', async () => {
    await save(1)
    await appendFile(join(directory, 'snapshot-2.bin.tmp'), 'half')
    expect((await loaded())?.outbox).toBe(1)
    expect(await readdir(directory)).not.toContain('snapshot-2.bin.tmp')
  })

  test('asks for a full state after a failure, because the changes of the failed one are lost', async () => {
    await save(1)
    const store = newStore()
    await store.load()
    await store.close()
    await expect(store.write('changes', { meta: meta(2), engine: undefined })).rejects.toThrow(
      CheckpointError,
    )
    expect(store.next()).toBe('full')
    await store.write('full', { meta: meta(3), engine: Buffer.from('full-3') })
    await store.close()
    expect(await loaded()).toEqual({ outbox: 3, engine: ['full-3'] })
  })
})
