import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { root } from './fixtures.ts'
import { picketPath } from './cli.ts'

export interface Running {
  readonly child: ChildProcess
  /** What it has written so far. */
  stdout(): string
  stderr(): string
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>
  /** Resolves with the first match on stderr; rejects if it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>
}

/** Starts `picket` and leaves it running. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [picketPath, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string)
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    said(pattern) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stderr)
          if (match !== null) resolve(match)
        }
        child.stderr.on('data', look)
        look()
        void ended.then((how) =>
          reject(new Error(`picket ${args.join(' ')} ended with ${how}:\n${stderr}`)),
        )
      })
    },
  }
}

/** SIGTERM, and the exit code; SIGKILL if that takes more than 30 s. */
export async function stop(running: Running): Promise<number | string> {
  running.child.kill('SIGTERM')
  const timer = setTimeout(() => running.child.kill('SIGKILL'), 30_000)
  const how = await running.ended
  clearTimeout(timer)
  return how
}

/**
 * A Loki to test with: the one at PICKET_TEST_LOKI_URL if that is set, else the embedded store in a process of its own,
 * in memory.
 */
export async function testLoki(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const given = process.env['PICKET_TEST_LOKI_URL']
  if (given !== undefined && given !== '')
    return { url: given.replace(/\/+$/, ''), close: async () => undefined }
  const store = start(['store', '--listen', '127.0.0.1:0'])
  const [, url = ''] = await store.said(/(http:\/\/127\.0\.0\.1:\d+)/)
  return {
    url,
    close: async () => {
      await stop(store)
    },
  }
}
