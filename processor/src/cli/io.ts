import type { Readable, Writable } from 'node:stream'

/** What a command may touch of the process, so that tests run commands in-process. */
export interface CliIo {
  readonly stdin: Readable
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Set the exit code: 0 done, 1 failed at run time, 2 wrong usage or configuration. */
  exit(code: 0 | 1 | 2): void
  /** Resolves with the signal's name on the first SIGTERM or SIGINT; a second one ends the process at once. */
  readonly stopped: AbortSignal
  /** Calls back on SIGHUP. */
  onReload(reload: () => void): void
}
