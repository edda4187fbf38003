import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { CliIo } from '../../src/cli/io.ts'
import { main } from '../../src/cli/main.ts'

export interface FakeOptions {
  readonly stdin?: string | Buffer
  readonly stdinIsTerminal?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly isTerminal?: boolean
  /** stdout fails with EPIPE from this many writes on. */
  readonly breakAfter?: number
}

export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** Runs a command line in this process, in a folder of its own, without the environment of the tests. */
export async function picket(
  words: readonly string[],
  options: FakeOptions = {},
): Promise<Outcome> {
  const stdout = collector(options)
  const stderr = collector({ ...options, breakAfter: Infinity })
  let code = 0
  const io: CliIo = {
    stdin: Object.assign(
      Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
      {
        isTTY: options.stdinIsTerminal === true,
      },
    ),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: options.env ?? {},
    cwd: options.cwd ?? mkdtempSync(join(tmpdir(), 'picket-cli-')),
    exit: (value) => {
      code = value
    },
    stopped: new AbortController().signal,
    onReload: () => undefined,
  }
  await main(words, io)
  return { stdout: stdout.text(), stderr: stderr.text(), code }
}

function collector({ isTerminal = false, breakAfter = Infinity }: FakeOptions): {
  stream: CliIo['stdout']
  text: () => string
} {
  const pieces: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (pieces.length >= breakAfter) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
        return
      }
      pieces.push(chunk)
      done()
    },
  })
  return {
    stream: Object.assign(stream, { isTTY: isTerminal }),
    text: () => Buffer.concat(pieces).toString(),
  }
}
