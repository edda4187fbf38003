import { CommanderError } from 'commander'
import { ConfigError, formatIssue, PicketError, UsageError } from '../errors.ts'

/** What the user sees of an error: lines without line breaks, and the exit code. */
export interface Failure {
  readonly lines: readonly string[]
  readonly code: 0 | 1 | 2
}

/** Takes anything that was thrown; never throws. `debug` adds the stack. */
export function failureOf(error: unknown, options: { readonly debug: boolean }): Failure {
  const { lines, code } = describe(error)
  const stack = options.debug && code !== 0 ? stackOf(error) : []
  return { lines: [...lines, ...stack], code }
}

function describe(error: unknown): Failure {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { lines: [], code: 0 }
    // `commander.help`: a group of commands was called without one; its help has been printed.
    if (error.code === 'commander.help') return { lines: [], code: 2 }
    return { lines: [`picket: ${oneLine(error.message.replace(/^error: /, ''))}`], code: 2 }
  }
  if (error instanceof ConfigError)
    return { lines: error.issues.map((issue) => oneLine(formatIssue(issue))), code: 2 }
  if (error instanceof UsageError) return { lines: [`picket: ${oneLine(error.message)}`], code: 2 }
  if (error instanceof PicketError)
    return { lines: error.message.split('\n').map((line) => `picket: ${line}`), code: 1 }
  return { lines: [`picket: ${messageOf(error)}`], code: 1 }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'part of the path is no directory',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left',
  EADDRINUSE: 'the port is taken',
  ECONNREFUSED: 'connection refused',
}

/** One line about anything; system errors in words, with the path they are about. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error))
  const { code, path } = error as NodeJS.ErrnoException
  const reason = code === undefined ? undefined : REASONS[code]
  if (reason !== undefined && path !== undefined) return `${path}: ${reason}`
  return oneLine(error.message === '' ? error.name : error.message)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim()
}

function stackOf(error: unknown): string[] {
  const lines: string[] = []
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  )
    lines.push(
      ...(current.stack ?? '')
        .split('\n')
        .map((line, i) => (i === 0 && depth > 0 ? `caused by ${line}` : line)),
    )
  return lines
}
