import type { Logger } from '../../src/telemetry/logger.ts'

export interface LogEntry {
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  readonly facts: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A logger that a test can read. */
export function recordingLogger(): { readonly logger: Logger; readonly entries: LogEntry[] } {
  const entries: LogEntry[] = []
  const record =
    (level: LogEntry['level']) =>
    (facts: object, message: string): void => {
      entries.push({ level, facts: { ...facts }, message })
    }
  const logger: Logger = {
    error: record('error'),
    warn: record('warn'),
    info: record('info'),
    debug: record('debug'),
    child: () => logger,
  }
  return { logger, entries }
}
