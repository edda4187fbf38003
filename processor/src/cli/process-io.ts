import type { CliIo } from './io.ts'

/** The real process. Signals are only caught once a command asks for `stopped` or `onReload`. */
export function processIo(): CliIo {
  let stopped: AbortSignal | undefined
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    exit(code) {
      process.exitCode = code
    },
    get stopped() {
      stopped ??= stopSignal()
      return stopped
    },
    onReload(reload) {
      process.on('SIGHUP', reload)
    },
  }
}

function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, () => {
      // 128 + the signal's number, as a shell reports it.
      if (controller.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143)
      controller.abort(name)
    })
  return controller.signal
}
