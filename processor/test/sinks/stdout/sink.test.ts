import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createStdoutSink, stdoutConfig } from '../../../src/sinks/stdout/index.ts'
import { failure, sinkContract } from '../contract.ts'
import { manyEncoded, never } from '../detections.ts'

const config = stdoutConfig.parse({ type: 'stdout', name: 'out' })

sinkContract(
  'stdout',
  async () => {
    const stream = new PassThrough()
    let text = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    return {
      sink: createStdoutSink(config, stream),
      delivered: async () =>
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => (JSON.parse(line) as { id: string }).id),
      stop: async () => {
        stream.destroy()
      },
    }
  },
  { overHttp: false },
)

/** A reader that takes chunks when the test says so. */
function slowReader(): { stream: Writable; taken: string[]; take(error?: Error): void } {
  const waiting: ((error?: Error) => void)[] = []
  const taken: string[] = []
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      taken.push(String(chunk))
      waiting.push(done)
    },
  })
  return { stream, taken, take: (error) => waiting.shift()?.(error) }
}

describe('standard output', () => {
  const [one, two] = manyEncoded(2)

  it('goes at the pace of its reader', async () => {
    const reader = slowReader()
    const sink = createStdoutSink(config, reader.stream)
    let done = false
    const writing = sink.write([one!], never).then(() => (done = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(done).toBe(false)
    reader.take()
    await writing
    expect(reader.taken).toEqual([`${one!.json}\n`])
  })

  it('can never take detections once its reader has gone', async () => {
    const reader = slowReader()
    const sink = createStdoutSink(config, reader.stream)
    const writing = failure(sink.write([one!], never))
    reader.take(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    expect(await writing).toMatchObject({
      retryable: false,
      message: 'Nobody reads standard output any more',
    })
    expect((await failure(sink.write([two!], never))).retryable).toBe(false)
    await expect(sink.check(never)).rejects.toThrow('Nobody reads')
  })

  it('stops waiting for a slow reader when told to, and does not print the same again', async () => {
    const reader = slowReader()
    const sink = createStdoutSink(config, reader.stream)
    const stopping = new AbortController()
    const writing = failure(sink.write([one!], stopping.signal))
    stopping.abort()
    expect((await writing).retryable).toBe(true)
    reader.take()
    await sink.write([one!], never)
    expect(reader.taken).toEqual([`${one!.json}\n`])
  })
})
