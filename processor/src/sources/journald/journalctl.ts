import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { SourceError } from '../../errors.ts'

/** It has nothing to save: what does not end on SIGTERM is ended. */
const KILL_AFTER_MS = 2000
const STDERR_CHARS = 4000

export interface Journalctl {
  readonly stdout: Readable
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>
  /** Resolves when it has ended, with the last line it said on stderr. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>
}

/** Starts journalctl. Throws SourceError if that is not possible. */
export async function startJournalctl(
  command: string,
  words: readonly string[],
  source: string,
): Promise<Journalctl> {
  const child = spawn(command, ['-o', 'json', '--all', '--no-pager', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_CHARS)
  })
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, said: stderr.trim().split('\n').at(-1) ?? '' })
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'there is no such program' : cause.message
      const message = `${command} cannot be run: ${why}`
      reject(new SourceError(message, { source, retryable: true, cause }))
    })
  })
  // From now on an error is of a signal that could not be sent; the end of the process says the rest.
  child.on('error', () => undefined)
  return {
    stdout: child.stdout,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
      child.stdout.destroy()
      child.stderr.destroy()
      await ended
      clearTimeout(timer)
    },
  }
}

export function endedEarly(
  command: string,
  { code, said }: { readonly code: number | null; readonly said: string },
  source: string,
): SourceError {
  const what = `${command} ended with code ${code ?? 'none'}`
  return new SourceError(said === '' ? what : `${what}: ${said}`, { source, retryable: true })
}
