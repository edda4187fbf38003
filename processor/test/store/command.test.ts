import { PassThrough, Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { storeCommand } from '../../src/cli/commands/store.ts'
import type { CliIo } from '../../src/cli/io.ts'
import { runCommand } from '../../src/cli/program.ts'
import { get, push, temporaryDirectory } from './store-helpers.ts'

function fakeIo(): { io: CliIo; stderr: () => string; stop: () => void; codes: number[] } {
  const pieces: string[] = []
  const stderr = new PassThrough()
  stderr.on('data', (part: Buffer) => pieces.push(part.toString()))
  const stopping = new AbortController()
  const codes: number[] = []
  const io: CliIo = {
    stdin: Readable.from([]),
    stdout: new PassThrough(),
    stderr,
    env: {},
    cwd: temporaryDirectory(),
    exit: (code) => codes.push(code),
    stopped: stopping.signal,
    onReload: () => undefined,
  }
  return { io, stderr: () => pieces.join(''), stop: () => stopping.abort(), codes }
}

const run = (io: CliIo, ...words: string[]): Promise<void> =>
  runCommand(storeCommand(io), ['store', ...words], io)

async function started(text: () => string): Promise<string> {
  for (;;) {
    const url = /store on (http:\S+)/.exec(text())?.[1]
    if (url !== undefined) return url
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const LINE = '{"streams":[{"stream":{"job":"x"},"values":[["NS","hello"]]}]}'

describe('picket store', () => {
  test('says that it keeps lines in memory, serves, and ends with 0 when stopped', async () => {
    const { io, stderr, stop, codes } = fakeIo()
    const running = run(io, '--listen', '127.0.0.1:0')
    const url = await started(stderr)
    expect(stderr()).toMatch(/in memory: lines are gone when it ends; any age/)
    expect((await get(url, '/ready')).text).toBe('ready\n')
    stop()
    await running
    expect(codes).toEqual([0])
    await expect(get(url, '/ready')).rejects.toThrow()
  })

  test('keeps lines in a directory across runs', async () => {
    const words = ['--listen', '127.0.0.1:0', '--dir', 'store', '--retention', '2w']
    const first = fakeIo()
    const running = run(first.io, ...words)
    const url = await started(first.stderr)
    const now = `${Date.now()}000000`
    expect((await push(url, LINE.replace('NS', now))).status).toBe(204)
    first.stop()
    await running
    const second = fakeIo()
    const again = run({ ...second.io, cwd: first.io.cwd }, ...words)
    const answer = await get(await started(second.stderr), '/loki/api/v1/query_range', {
      query: '{job="x"}',
      start: now,
      end: BigInt(now) + 1n,
    })
    expect(answer.text).toContain('hello')
    expect(second.stderr()).toMatch(/in store; the last 14 days/)
    second.stop()
    await again
  })

  test.each([
    [['--listen', 'nonsense'], /"nonsense" is no address to listen on/],
    [['--retention', 'soon'], /--retention soon: expected an age/],
    [['--max-bytes', '12'], /--max-bytes 12: expected 1MB or more/],
    [['--memory', '--dir', 'x'], /exclude each other/],
    [['--nope'], /unknown option/],
  ])('refuses %j', async (words, message) => {
    const { io } = fakeIo()
    await expect(run(io, ...words)).rejects.toThrow(message)
  })
})
