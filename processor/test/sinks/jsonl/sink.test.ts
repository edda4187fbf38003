import {
  appendFile,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { Sink } from '../../../src/pipeline/types.ts'
import { Appender } from '../../../src/sinks/jsonl/appender.ts'
import { createJsonlSink, jsonlConfig } from '../../../src/sinks/jsonl/index.ts'
import { recordingLogger } from '../../telemetry/recording-logger.ts'
import { failure, sinkContract } from '../contract.ts'
import { manyEncoded, never } from '../detections.ts'

async function idsIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { id: string }).id)
}

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'picket-jsonl-'))

sinkContract(
  'jsonl',
  async () => {
    const dir = await folder()
    const path = join(dir, 'out.jsonl')
    return {
      sink: createJsonlSink(
        jsonlConfig.parse({ type: 'jsonl', name: 'j', path }),
        recordingLogger(),
      ),
      delivered: () => idsIn(path),
      stop: () => rm(dir, { recursive: true }),
    }
  },
  { overHttp: false },
)

describe('a JSONL file', () => {
  let dir: string
  let path: string
  let sinks: Sink[]
  let log: ReturnType<typeof recordingLogger>
  beforeEach(async () => {
    dir = await folder()
    path = join(dir, 'out.jsonl')
    sinks = []
    log = recordingLogger()
  })
  afterEach(async () => {
    for (const sink of sinks) await sink.close()
    await rm(dir, { recursive: true })
  })

  function start(appender?: Appender): Sink {
    const config = jsonlConfig.parse({ type: 'jsonl', name: 'j', path })
    const sink = createJsonlSink(config, {
      logger: log.logger,
      ...(appender !== undefined && { appender }),
    })
    sinks.push(sink)
    return sink
  }

  const events = manyEncoded(6)
  const ids = events.map(({ id }) => id)

  it('holds the very bytes of the events, one a line', async () => {
    await start().write(events, never)
    expect(await readFile(path, 'utf8')).toBe(events.map(({ json }) => `${json}\n`).join(''))
  })

  it('is cut back to the saved mark, so that a crash repeats nothing', async () => {
    const first = start()
    await first.write(events.slice(0, 2), never)
    const mark: unknown = JSON.parse(JSON.stringify(first.mark?.()))
    await first.write(events.slice(2, 4), never)

    const second = start()
    await second.resume?.(mark)
    expect(await idsIn(path)).toEqual(ids.slice(0, 2))
    await second.write(events.slice(2), never)
    expect(await idsIn(path)).toEqual(ids)
  })

  it('has a mark before anything is written', async () => {
    await writeFile(path, 'old\n')
    const first = start()
    await first.check(never)
    const mark = first.mark?.()
    await first.write(events, never)
    await start().resume?.(mark)
    expect(await readFile(path, 'utf8')).toBe('old\n')
  })

  test.each([
    { why: 'shrank', change: () => truncate(path, 3) },
    {
      why: 'other-file',
      change: async () => {
        await rename(path, `${path}.1`)
        await writeFile(path, 'x'.repeat(5000))
      },
    },
    { why: 'missing', change: () => rename(path, `${path}.1`) },
  ])('is not cut but gone on with, and said, if it is $why', async ({ why, change }) => {
    const first = start()
    await first.write(events.slice(0, 2), never)
    const mark = first.mark?.()
    await first.write(events.slice(2, 4), never)
    await change()
    const before = await readFile(path, 'utf8').catch(() => '')

    const second = start()
    await second.resume?.(mark)
    await second.write(events.slice(4), never)
    const added = (await readFile(path, 'utf8')).slice(before.length).replace(/^\n/, '')
    expect(added).toBe(
      events
        .slice(4)
        .map(({ json }) => `${json}\n`)
        .join(''),
    )
    expect(log.entries).toMatchObject([{ level: 'warn', facts: { why } }])
  })

  it('begins a new line behind half of one', async () => {
    await writeFile(path, '{"half":')
    await start().write(events.slice(0, 1), never)
    expect(await readFile(path, 'utf8')).toBe(`{"half":\n${events[0]!.json}\n`)
  })

  it('follows a rotation: what was moved away is left alone', async () => {
    const sink = start()
    await sink.write(events.slice(0, 2), never)
    await rename(path, `${path}.1`)
    await sink.write(events.slice(2), never)
    expect(await idsIn(`${path}.1`)).toEqual(ids.slice(0, 2))
    expect(await idsIn(path)).toEqual(ids.slice(2))
    expect(sink.mark?.()).toMatchObject({ length: (await stat(path)).size })
  })

  it('shows nothing of a write that failed half way, and all of it on the next try', async () => {
    let full = true
    const appender = new Appender(path, async (file, bytes) => {
      if (!full) return file.writeFile(bytes)
      await file.writeFile(bytes.subarray(0, 100))
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    })
    const sink = start(appender)
    const error = await failure(sink.write(events, never))
    expect(error).toMatchObject({
      retryable: true,
      message: expect.stringContaining('no space left') as string,
    })
    expect(await readFile(path, 'utf8')).toBe('')
    full = false
    await sink.write(events, never)
    expect(await idsIn(path)).toEqual(ids)
  })

  it('says which file cannot be opened', async () => {
    path = join(dir, 'no', 'such', 'folder')
    const error = await failure(start().check(never))
    expect(error.message).toContain(path)
  })

  it('keeps lines of others that came in between', async () => {
    const sink = start()
    await sink.write(events.slice(0, 1), never)
    await appendFile(path, '{"id":"theirs"}\n')
    await sink.write(events.slice(1, 2), never)
    expect(await idsIn(path)).toEqual([ids[0], 'theirs', ids[1]])
  })

  test.each([{ length: -1, dev: '1', ino: '1' }, 'text', { length: 1 }])(
    'refuses the damaged mark %j',
    async (mark) => {
      await expect(start().resume?.(mark)).rejects.toThrow('damaged')
    },
  )
})
